"""Names of its own that a file gives to layers and legacy symbols, and that other files may take from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_RENAMED = re.compile(rb"(\w+)\s+as\s+(\w+)")
_ASSIGNED = re.compile(rb"^(\w+)[ \t]*=[ \t]*(?:\w+\.)*(\w+)[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)


def other_names(data: bytes, symbols: Collection[bytes]) -> Iterator[bytes]:
    """The names in `import symbol as name` and `name = module.symbol` that are no symbols themselves."""
    for found in _RENAMED.finditer(data):
        if found[1] in symbols and found[2] not in symbols:
            yield found[2]
    for found in _ASSIGNED.finditer(data):
        if found[2] in symbols and found[1] not in symbols:
            yield found[1]
