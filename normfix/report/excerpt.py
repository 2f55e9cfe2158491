"""The author's lines around a place, with line numbers and carets that line up in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from normfix.report.paint import NARROWEST, Paint, printable
from normfix.source.text import Position, SourceText

_TAB = "    "
_MOST_LINES = 6
_WIDEST = 400
_AROUND = 80
"""A line with more characters than the first shows so many before a place and, at most, twice as many behind it."""
_CUT = "\N{HORIZONTAL ELLIPSIS}"


def excerpt(source: SourceText, start: Position, end: Position, paint: Paint, columns: int | None = None) -> str:
    """The lines from `start` to `end` (exclusive) with one line of context on either side.

    Where the terminal has so many `columns`, of a longer line the part around the place is shown.
    """
    first, last = start.line, min(end.line, start.line + _MOST_LINES - 1)
    top, bottom = max(first - 1, 1), min(last + 1, len(source.line_starts))
    width = len(str(bottom))
    rail = paint.quiet(f"{' ' * width} |")
    room, around = _WIDEST, _AROUND
    if columns is not None:
        room = max(columns, NARROWEST) - width - len(" | ")
        around = min((room - 2 * len(_CUT)) // 3, _AROUND)
    rows = [rail]
    for number in range(top, bottom + 1):
        line = source.line(number)
        if len(line) > room:
            line, begin, stop = _clipped(line, number, start, end, around)
        else:
            begin, stop = start, end
        if number in (top, bottom) and not first <= number <= last and not line.strip():
            continue
        rows.append(f"{paint.quiet(f'{number:>{width}} |')} {_visible(line)}".rstrip())
        if first <= number <= last:
            rows.append(f"{rail} {paint.alarm(_carets(line, number, begin, stop))}")
    return "\n".join((*rows, rail))


def _clipped(line: str, number: int, start: Position, end: Position, around: int) -> tuple[str, Position, Position]:
    """The part of a long line around the first place in it, and where the place is in that part."""
    left = max(start.column - 1 - around, 0) if number == start.line else 0
    part = line[left : left + 3 * around]
    ahead, behind = _CUT if left else "", _CUT if left + len(part) < len(line) else ""
    last = max(min(end.column - left, len(part) + 1), 1) if number == end.line else end.column
    first = start.column - left if number == start.line else start.column
    shown = f"{ahead}{part}{behind}"
    return shown, Position(start.line, first + len(ahead)), Position(end.line, last + len(ahead))


def _carets(line: str, number: int, start: Position, end: Position) -> str:
    begin = start.column - 1 if number == start.line else len(line) - len(line.lstrip())
    stop = end.column - 1 if number == end.line else len(line)
    return " " * _width(line[:begin]) + "^" * max(_width(line[begin:stop]), 1)


def _visible(line: str) -> str:
    return printable(line.replace("\t", _TAB))


def _width(text: str) -> int:
    return sum(_widths(_visible(text)))


def _widths(text: str) -> Iterator[int]:
    for character in text:
        if unicodedata.combining(character):
            yield 0
        else:
            yield 2 if unicodedata.east_asian_width(character) in "WF" else 1
