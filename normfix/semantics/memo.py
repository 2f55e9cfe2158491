"""What was worked out once is remembered under its key, as long as whoever remembers it lives."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """Remembers the answers to questions."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}

    def __call__(self, key: Hashable, find: Callable[[], T]) -> T:
        """What `find` finds, which is looked for once under its key."""
        if key not in self._answers:
            self._answers[key] = find()
        found: T = self._answers[key]
        return found
