"""Blanks out grammar that is newer than the running Python, so that the rest of a file can still be scanned.

libcst knows grammars that this Python may not: type parameters, type aliases, `except*`, nested f-strings. Each such
construct is overwritten with characters of the same length, so that every other position stays what it was.
"""

from __future__ import annotations

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

_Marks = list[tuple[int, int, str]]


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
    """`text` with newer constructs blanked, or None when libcst cannot parse it either."""
    data = text.encode()
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
