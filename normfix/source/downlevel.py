"""Blanks out grammar that is newer than the running Python, so that the rest of a file can still be scanned.

libcst knows grammars that this Python may not: type parameters, type aliases, `except*`, nested f-strings. Each such
construct is overwritten with characters of the same length, so that every other position stays what it was.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from normfix.source.spared import spared

_Formatted = cst.FormattedString | cst.TemplatedString
_Marks = list[tuple[int, int, str]]
_LINK = re.compile(rb"[^\w\s,]|\b(?:not|lambda|if|else|await|and|or|in|is)\b")
_SEPARATOR = re.compile(rb"[,;\n]")
_LINE_END = re.compile(rb" (\r?\n)")
_BETWEEN_EXCEPTIONS = "|"
_IN_BRACKETS = frozenset({b"(", b",", b",)"})
_MOST_LINKS = 3000
"""More operators in one expression no Python reads, and libcst needs minutes and gigabytes for them."""

_DEEPEST = 500
"""libcst ends its process at about 1,000 brackets; CPython takes 200, and 100 levels of indentation."""


class _Newer(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (ByteSpanPositionProvider,)

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = data
        self.marks: _Marks = []
        self.hidden: list[tuple[int, int]] = []

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        span = self.get_metadata(ByteSpanPositionProvider, node)
        return span.start, span.start + span.length

    def _expression(self, node: cst.BaseExpression) -> tuple[int, int]:
        """The bytes of an expression with the brackets around it, which libcst does not count."""
        start, end = self._span(node)
        for _ in node.lpar:
            start, end = self.data.rindex(b"(", 0, start), self.data.index(b")", end) + 1
        return start, end

    def visit_TypeParameters(self, node: cst.TypeParameters) -> bool:
        start, end = self._span(node)
        self.marks.append((start, end, ""))
        for one in node.params:
            parts = (getattr(one.param, "bound", None), getattr(one, "default", None))
            self.hidden += [self._expression(part) for part in parts if part is not None]
        return False

    def visit_TypeAlias(self, node: cst.TypeAlias) -> bool:
        start, _ = self._span(node)
        head = self._span(node.type_parameters or node.name)[1]
        self.marks.append((start, self.data.index(b"=", head), node.name.value))
        if node.type_parameters is not None:
            self.visit_TypeParameters(node.type_parameters)
            self.marks.pop()
        return False

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        # What comes first may stay: with a tuple behind it, it looks like a call.
        parts = list(dropwhile(lambda one: not isinstance(one, _Formatted), _side_by_side(node)))
        self.marks += ((*self._span(one), "") for one in parts if isinstance(one, cst.SimpleString))
        return True

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        self._formatted(node)
        return True

    def visit_TemplatedString(self, node: cst.TemplatedString) -> bool:
        self._formatted(node)
        return True

    def _formatted(self, node: _Formatted) -> None:
        start, end = self._span(node)
        inner = [self._expression(one) for one in _expressions(node.parts)]
        opening = "("
        for first, last in inner:
            self.marks.append((start, first, opening))
            start, opening = last, ","
        self.marks.append((start, end, ",)" if inner else "0"))

    def visit_Index(self, node: cst.Index) -> bool:
        if node.star is not None:
            self.marks.append((*self._star(node), ""))
        return True

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        if isinstance(node.annotation, cst.StarredElement):
            self.marks.append((*self._star(node.annotation), ""))
        return True

    def _star(self, node: cst.CSTNode) -> tuple[int, int]:
        place = self.data.index(b"*", self._span(node)[0])
        return place, place + 1

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> bool:
        self._exceptions(node.type)
        return True

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> bool:
        start, _ = self._span(node)
        self.marks.append((start, start, "*"))
        self._exceptions(node.type)
        return True

    def _exceptions(self, caught: cst.BaseExpression | None) -> None:
        if isinstance(caught, cst.Tuple) and not caught.lpar:
            for one in caught.elements[:-1]:
                comma = self.data.index(b",", self._expression(one.value)[1])
                self.marks.append((comma, comma + 1, _BETWEEN_EXCEPTIONS))


def _side_by_side(node: cst.ConcatenatedString) -> Iterator[cst.BaseExpression]:
    """The texts that stand side by side, in order."""
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        yield rest.left
        rest = rest.right
    yield rest


def _expressions(
    parts: Sequence[cst.BaseFormattedStringContent | cst.BaseTemplatedStringContent],
) -> Iterator[cst.BaseExpression]:
    """The expressions in an f-string, those of its format specifications among them, in order."""
    for part in parts:
        if isinstance(part, cst.FormattedStringExpression | cst.TemplatedStringExpression):
            yield part.expression
            yield from _expressions(part.format_spec or ())


def downlevel(text: str) -> str | None:
    """`text` with newer constructs blanked, or None when libcst cannot parse it either.

    Behind a NUL, JSON lists what was blanked and is read all the same, bounds and defaults of type parameters: the
    line, the column in bytes and the text of each.

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
    visitor = _Newer(data)
    wrapper.visit(visitor)
    out = bytearray(data)
    for start, end, stands_for in visitor.marks:
        if stands_for == "*":
            star = data.index(b"*", start)
            out[star : star + 1] = b" "
        else:
            out[start:end] = _blank(data[start:end], stands_for.encode())
    hidden = [[*_place(data, start), data[start:end].decode()] for start, end in visitor.hidden]
    return out.decode() + (f"\0{json.dumps(hidden)}" if hidden else "")


def _place(data: bytes, start: int) -> tuple[int, int]:
    return data.count(b"\n", 0, start) + 1, start - data.rfind(b"\n", 0, start) - 1


def _blank(old: bytes, stands_for: bytes) -> bytes:
    """Spaces of the same length behind what stands for them; newlines stay, and break no line."""
    blank = bytearray(byte if byte in b"\r\n" else 0x20 for byte in old)
    if b"\n" in old and stands_for == b"0":
        stands_for = b"(0"
        blank[-1:] = b")"
    elif stands_for == b",)":
        # The tuple ends where the text ended.
        stands_for, blank[-1:] = b",", b")"
    elif stands_for not in _IN_BRACKETS:
        blank = bytearray(_LINE_END.sub(rb"\\\1", blank))
    blank[: len(stands_for)] = stands_for
    return bytes(blank)
