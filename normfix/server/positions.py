"""Places as the protocol counts them: lines from 0, columns in the units that client and server agreed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lsprotocol import types

from normfix.source.text import Position, SourceText

_WIDTHS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda one: 1 if one < "\x80" else 2 if one < "\u0800" else 3 if one < "\U00010000" else 4,
    "utf-16": lambda one: 1 if one < "\U00010000" else 2,
    "utf-32": lambda _: 1,
}


@dataclass(frozen=True, slots=True)
class Units:
    """What columns are counted in: the units of an encoding, those of UTF-16 where nothing else was agreed on."""

    encoding: str = "utf-16"

    def offset(self, source: SourceText, position: types.Position) -> int:
        """The character offset of a place. One behind the end of its line, or of the text, is at that end."""
        if position.line >= len(source.line_starts):
            return len(source.text)
        line = source.line(position.line + 1)
        start = source.line_starts[position.line]
        if line.isascii():
            return start + min(position.character, len(line))
        width, taken = _WIDTHS[self.encoding], 0
        for index, one in enumerate(line):
            if taken >= position.character:
                return start + index
            taken += width(one)
        return start + len(line)

    def position(self, source: SourceText, position: Position) -> types.Position:
        """A place of a text as the client counts; the end of the text for a line that it does not have."""
        if position.line > len(source.line_starts):
            position = source.position(len(source.text))
        ahead = source.line(position.line)[: position.column - 1]
        width = _WIDTHS[self.encoding]
        return types.Position(position.line - 1, len(ahead) if ahead.isascii() else sum(map(width, ahead)))

    def range(self, source: SourceText, start: Position, end: Position) -> types.Range:
        """Two places of a text as the client counts."""
        return types.Range(self.position(source, start), self.position(source, end))
