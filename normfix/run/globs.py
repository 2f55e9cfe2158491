"""Globs as regular expressions that no name makes slow: what one star takes is settled before the next one is tried."""

from __future__ import annotations

import re
from itertools import count

_STAR = r"[^/]*"
_PIECE = r"(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\](?!\*)|[^\\\[\]()/|*+?.^$])+"
_STAR_BEFORE_STAR = re.compile(rf"\[\^/\]\*(?P<piece>{_PIECE})(?=\[\^/\]\*)")
_ANY_BUT = re.compile(r"\[\^(?!/)")
_FOLDERS = ".+"
_MOST_FOLDERS = 4


class SlowGlobError(ValueError):
    """A glob that would take too long; the message is one line."""


def linear(expression: str) -> str:
    """The expression of a glob with the first possible place for all that stands between two stars of one name.

    Where a later place would do, the first one does, for the star behind it takes what is left. Raises SlowGlobError.
    """
    if expression.count(_FOLDERS) > _MOST_FOLDERS:
        raise SlowGlobError(f"more than {_MOST_FOLDERS} times `**`")
    if expression.count(_STAR) < 2:
        return expression
    numbers = count()

    def settled(found: re.Match[str]) -> str:
        # A look-ahead is not tried again: atomic groups are there from Python 3.11 on.
        name = f"normfix_{next(numbers)}"
        # As in git, no character class has the slash.
        piece = _ANY_BUT.sub("[^/", found["piece"])
        return f"(?=(?P<{name}>[^/]*?{piece}))(?P={name})"

    return _STAR_BEFORE_STAR.sub(settled, expression)
