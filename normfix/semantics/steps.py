"""Answers that hang on other answers, however long the chain: what is asked for too deep is worked out first.

A chain of names is as long as its author, or a generator, made it; Python's stack is not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

_DEEPEST = 24
"""So many answers may wait for each other before one is put off: far from the end of the stack, whoever asks."""

Work = Callable[[], object]
"""Works out one answer and keeps it where it is looked for; asked again, it finds what was kept meanwhile."""


class _TooDeepError(Exception):
    """An answer has to be worked out before those that wait for it."""

    def __init__(self, key: Hashable, work: Work) -> None:
        super().__init__()
        self.key = key
        self.work = work


class Steps:
    """Works out answers in an order in which none waits for too many others."""

    def __init__(self) -> None:
        self._depth = 0
        self._waiting: list[tuple[Hashable, Work]] = []
        self._keys: set[Hashable] = set()

    def put_off(self, key: Hashable) -> bool:
        """Whether an answer is asked for while it waits itself: then it hangs on its own."""
        return key in self._keys

    def take(self, key: Hashable, work: Work) -> None:
        """Do the work of one answer, after that of those that it hangs on."""
        if self._depth >= _DEEPEST:
            raise _TooDeepError(key, work)
        if self._depth:
            self._depth += 1
            try:
                work()
            finally:
                self._depth -= 1
            return
        try:
            self._all(key, work)
        finally:
            self._depth = 0
            self._waiting.clear()
            self._keys.clear()

    def _all(self, key: Hashable, work: Work) -> None:
        self._waiting.append((key, work))
        while self._waiting:
            key, work = self._waiting[-1]
            self._depth = 1
            try:
                work()
            except _TooDeepError as deeper:
                self._waiting.append((deeper.key, deeper.work))
                self._keys.add(deeper.key)
            else:
                self._waiting.pop()
                self._keys.discard(key)
