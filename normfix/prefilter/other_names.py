"""Names of its own that a file gives to layers and legacy symbols, and that other files may take from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from normfix.prefilter.imports import import_statements, imported_names

_RENAMED = re.compile(rb"\bas[\s\\]")
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
    for _, text in import_statements(data) if _RENAMED.search(data) else ():
        for name, alias in imported_names(text):
            if alias and alias not in symbols and name.rpartition(b".")[2] in symbols:
                yield alias
    for found in _ASSIGNED.finditer(data):
        if found[2] in symbols and found[1] not in symbols:
            yield found[1]
