"""Questions whose answers hang on each other, also in circles: each is answered once, and rightly."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

ANYTHING = b"?"
"""Stands among the paths of a name that may also mean anything."""

_MOST_ATTEMPTS = 8
_MOST_PATHS = 50
"""More paths than these a name has only where paths grow in a circle: each round multiplies them."""

Q = TypeVar("Q", bound=Hashable)


class Circles(Generic[Q]):
    """Answers that are found by `find`, which may ask for others, and kept.

    A question that is asked while it is being answered is taken for nothing at first, then for what came out, until the
    same comes out again. What does not settle may be anything, and so may what comes to very many paths, and what is
    asked beyond the `most` questions on whose answers one may hang. `forget` is told before each further attempt.
    """

    def __init__(
        self, find: Callable[[Q], frozenset[bytes]], most: int, forget: Callable[[], None] | None = None
    ) -> None:
        self._find = find
        self._most = most
        self._forget = forget
        self._answers: dict[Q, frozenset[bytes]] = {}
        self._pending: set[Q] = set()
        self._fresh: list[Q] = []
        self._met: set[Q] = set()
        self._assumed: dict[Q, frozenset[bytes]] = {}

    def __contains__(self, question: Q) -> bool:
        """Whether a question has been asked."""
        return question in self._answers or question in self._pending

    def __len__(self) -> int:
        """How many questions have been asked."""
        return len(self._answers) + len(self._pending)

    def pending(self, question: Q) -> bool:
        """Whether a question is being answered."""
        return question in self._pending

    def clear(self) -> None:
        """Forget every answer, where none is being looked for."""
        if not self._pending:
            self._answers.clear()

    def ask(self, question: Q) -> frozenset[bytes]:
        """The answer to a question."""
        if question in self._answers:
            return self._answers[question]
        if question in self._pending:
            self._met.add(question)
            return self._assumed.get(question, frozenset())
        if not self._pending:
            self._begin(question)
        elif len(self._fresh) + len(self._pending) < self._most:
            self._answer(question)
        return self._answers.get(question, frozenset({ANYTHING}))

    def _answer(self, question: Q) -> None:
        self._pending.add(question)
        try:
            paths = self._find(question)
            self._answers[question] = paths if len(paths) <= _MOST_PATHS else frozenset({ANYTHING})
            self._fresh.append(question)
        finally:
            self._pending.discard(question)

    def _begin(self, question: Q) -> None:
        settled = False
        try:
            for left in range(_MOST_ATTEMPTS, -1, -1):
                self._answer(question)
                came_out = {one: self._answers[one] for one in self._met}
                settled = not left or came_out == {one: self._assumed.get(one, frozenset()) for one in came_out}
                if settled:
                    break
                self._assumed |= came_out if left > 1 else dict.fromkeys(came_out, frozenset({ANYTHING}))
                self._start_anew()
        finally:
            if not settled:
                self._start_anew()
            self._fresh.clear()
            self._met.clear()
            self._assumed.clear()

    def _start_anew(self) -> None:
        for one in self._fresh:
            del self._answers[one]
        self._fresh.clear()
        self._met.clear()
        if self._forget is not None:
            self._forget()
