"""The byte gate for today's names used wrongly: layers misspelled, keywords that nobody knows, groups to be counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from normfix.prefilter.call_text import inside
from normfix.prefilter.skim import without_brackets
from normfix.prefilter.words import word_start
from normfix.table.misspellings import meant_layer

if TYPE_CHECKING:
    from normfix.table.table import Table

_WORD = re.compile(rb"orm\w*(\s*\()?")
_KEYWORD = re.compile(rb"(?<![\w.])([A-Za-z_]\w*)\s*=(?!=)")
_GROUPS = re.compile(rb"(?<!\w)(?<!class )GroupNormalization(?!\w)(\s*(?:\(|as\s))?")
_LISTED = re.compile(rb"[\w\s,.()]*(?:#[^\n]*)?")
_BEHIND_DOT = re.compile(rb"\.(?:\s|\\|#[^\n]*\n)*\Z")
_IMPORTED = re.compile(rb"[\w\s,.()#*\\]*")
_LONGEST_IMPORT = 4000


class Suspects:
    """What a file has to say for one of these findings to be possible."""

    def __init__(self, table: Table) -> None:
        self._layers = frozenset(table.layers)
        self._known = frozenset(name.encode() for name in table.symbol_names)
        self._keywords = {
            layer.encode(): frozenset(name.encode() for name in names) for layer, names in table.keywords_of.items()
        }

    def admits(self, data: bytes) -> bool:
        """Whether a file with these bytes may have such a finding."""
        if b"orm" not in data or b"keras" not in data:
            return False
        if b"GroupNormalization" in data and any(map(_may_be_called, _GROUPS.finditer(data))):
            return True
        seen: set[bytes] = set()
        for place in _WORD.finditer(data):
            # Most of these words are `form` and `normal`.
            if data[place.start() - 1] not in b"Nn":
                continue
            start = word_start(data, place.start())
            if not data[start : start + 1].isupper():
                continue
            word = data[start : place.end(1) if place[1] else place.end()]
            name = word[: len(word) - len(place[1] or b"")]
            if place[1] and name in self._keywords:
                if self._strange(name, inside(data, place.end())):
                    return True
            elif name not in seen and name not in self._known:
                if meant_layer(name.decode(errors="replace"), self._layers) is None:
                    seen.add(name)
                elif _may_be_taken(data, start):
                    return True
        return False

    def _strange(self, layer: bytes, text: bytes | None) -> bool:
        """Whether the arguments of a layer may hold a keyword that nobody knows."""
        if text is None or self._keywords[layer].issuperset(_KEYWORD.findall(text)):
            return False
        return not self._keywords[layer].issuperset(_KEYWORD.findall(without_brackets(text)))


def _may_be_called(place: re.Match[bytes]) -> bool:
    """Whether a class is called, or handed on under another name: not merely listed, as in an import."""
    if place[1]:
        return True
    data = place.string
    end = data.find(b"\n", place.end())
    line = data[data.rfind(b"\n", 0, place.start()) + 1 : end if end >= 0 else len(data)]
    return b"return" in line or _LISTED.fullmatch(line) is None


def _may_be_taken(data: bytes, start: int) -> bool:
    """Whether the name at `start` may be taken from a module: behind a dot, or in an import."""
    before = data[max(0, start - _LONGEST_IMPORT) : start]
    if _BEHIND_DOT.search(before) or b"getattr" in before:
        return True
    _, found, between = before.rpartition(b"import")
    return bool(found) and _IMPORTED.fullmatch(between) is not None
