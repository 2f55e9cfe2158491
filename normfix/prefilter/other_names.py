"""Names of its own that a file gives to layers and legacy symbols, and that other files may take from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from normfix.prefilter.vocabulary import WORD

_RENAMED = re.compile(rb"as(?<=\sas)\s+(\w+)")
_LONGEST = 200
_FOLLOWS = re.compile(rb"\s+(as)\s|[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")
_ASSIGNED = re.compile(rb"^(\w+)[ \t]*=[ \t]*(?:\w+\.)*(\w+)[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)


def may_rename(data: bytes, places: Iterable[tuple[int, int]]) -> bool:
    """Whether one of the symbols at some places may get another name, as the bytes behind and before it tell."""
    for start, end in places:
        follows = _FOLLOWS.match(data, end)
        if follows and (follows[1] or b"=" in data[data.rfind(b"\n", 0, start) + 1 : start]):
            return True
    return False


def other_names(data: bytes, symbols: Collection[bytes]) -> Iterator[bytes]:
    """The names in `import symbol as name` and `name = module.symbol` that are no symbols themselves."""
    for found in _RENAMED.finditer(data):
        before = data[max(0, found.start() - _LONGEST) : found.start()].rstrip()
        if found[1] not in symbols and before[len(before.rstrip(WORD)) :] in symbols:
            yield found[1]
    for found in _ASSIGNED.finditer(data):
        if found[2] in symbols and found[1] not in symbols:
            yield found[1]
