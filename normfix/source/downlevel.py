"""Blanks out grammar that is newer than the running Python, so that the rest of a file can still be scanned.

libcst knows grammars that this Python may not: type parameters, type aliases, `except*`, nested f-strings. Each such
construct is overwritten with characters of the same length, so that every other position stays what it was.
"""

from __future__ import annotations

import os
import re

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from normfix.source.spared import spared

_Marks = list[tuple[int, int, str]]
_LINK = re.compile(rb"[^\w\s,]|\b(?:not|lambda|if|else|await|and|or|in|is)\b")
_SEPARATOR = re.compile(rb"[,;\n]")
_MOST_LINKS = 3000
"""More operators in one expression no Python reads, and libcst needs minutes and gigabytes for them."""

_DEEPEST = 500
"""libcst ends its process at about 1,000 brackets; CPython takes 200, and 100 levels of indentation."""


class _Newer(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (ByteSpanPositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.marks: _Marks = []

    def _mark(self, node: cst.CSTNode, stands_for: str) -> None:
        span = self.get_metadata(ByteSpanPositionProvider, node)
        self.marks.append((span.start, span.start + span.length, stands_for))

    def visit_TypeParameters(self, node: cst.TypeParameters) -> bool:
        self._mark(node, "")
        return False

    def visit_TypeAlias(self, node: cst.TypeAlias) -> bool:
        self._mark(node, "0")
        return False

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        self._mark(node, "0")
        return False

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> bool:
        span = self.get_metadata(ByteSpanPositionProvider, node)
        self.marks.append((span.start, span.start, "*"))
        return True


def downlevel(text: str) -> str | None:
    """`text` with newer constructs blanked, or None when libcst cannot parse it either.

    The parser is native code that ends its process where brackets are nested too deep, and takes very long for other
    things, so it works in a process that can be spared.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return None
    if any(len(_LINK.findall(part)) > _MOST_LINKS for part in _SEPARATOR.split(data) if len(part) > _MOST_LINKS):
        return None
    if hasattr(os, "fork"):
        return spared(lambda: _blanked(data))
    return _blanked(data) if _shallow(data) else None


def _shallow(data: bytes) -> bool:
    """Whether nothing can be nested deep, whatever of the text is code: a count of all that nests, line by line."""
    open_brackets = deepest = links = 0
    for line in data.split(b"\n"):
        open_brackets += sum(map(line.count, (b"(", b"[", b"{")))
        links = links + len(_LINK.findall(line)) if open_brackets else len(_LINK.findall(line))
        deepest = max(deepest, open_brackets + links)
        open_brackets = max(0, open_brackets - sum(map(line.count, (b")", b"]", b"}"))))
    return deepest + len(re.findall(rb"\belif\b", data)) < _DEEPEST


def _blanked(data: bytes) -> str | None:
    try:
        wrapper = MetadataWrapper(cst.parse_module(data), unsafe_skip_copy=True)
    except (cst.ParserSyntaxError, RecursionError):
        return None
    visitor = _Newer()
    wrapper.visit(visitor)
    out = bytearray(data)
    for start, end, stands_for in visitor.marks:
        if stands_for == "*":
            star = data.index(b"*", start)
            out[star : star + 1] = b" "
        else:
            out[start:end] = _blank(data[start:end], stands_for.encode())
    return out.decode()


def _blank(old: bytes, stands_for: bytes) -> bytes:
    """Spaces of the same length, newlines kept (inside parentheses, to stay one expression)."""
    blank = bytearray(byte if byte in b"\r\n" else 0x20 for byte in old)
    if b"\n" in old:
        stands_for = b"(" + stands_for
        blank[-1:] = b")"
    blank[: len(stands_for)] = stands_for
    return bytes(blank)
