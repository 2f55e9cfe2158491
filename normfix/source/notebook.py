"""Jupyter notebooks: the code cells as one Python text, and the way back into the file's own JSON.

Only the `source` of a changed cell is written again, in the layout that the file has; every other byte stays. A line
that only IPython understands (`%magic`, `!shell`, `help?`) stands as a marker in the text and comes back unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from normfix.source.magics import before_code, restored
from normfix.source.parts import PartsText, joined
from normfix.source.text import Edit, Position, SourceText, TextError, apply_edits

_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.")
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Cell:
    """A code cell: its number among all cells (1-based) and where its `source` value stands in the file's text."""

    number: int
    start: int
    end: int
    text: str

    @cached_property
    def ahead(self) -> Sequence[str]:
        """What stands before the code of each line; IPython takes it away: an indentation, prompts."""
        return before_code(self.text)

    @cached_property
    def code(self) -> str:
        """The code, as IPython reads it."""
        if not any(self.ahead):
            return self.text
        lines = zip(self.text.split("\n"), self.ahead, strict=True)
        return "\n".join(line.removeprefix(ahead) for line, ahead in lines)

    def written(self, code: str) -> str:
        """Other code, behind what stands before the lines of this one."""
        if not any(self.ahead):
            return code
        old, new = self.code.split("\n"), code.split("\n")
        lines: list[str] = []
        for kind, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            for number in range(begin, end):
                place = min(first + number - begin, max(last - 1, first))
                lines.append((self.ahead[place] if kind == "equal" else self.ahead_of_new(place)) + new[number])
        return "\n".join(lines)

    def ahead_of_new(self, line: int) -> str:
        """What stands before a line that takes the place of one (from 0), or comes in above it."""
        place = min(line, len(self.ahead) - 1)
        blank = not self.code.split("\n")[place].strip()
        return next((one for one in self.ahead if one), "") if blank else self.ahead[place]


@dataclass(frozen=True)
class NotebookText(PartsText):
    """The code of a notebook: its code cells. `document` is its JSON."""

    cells: tuple[Cell, ...] = ()

    @cached_property
    def parts(self) -> Sequence[str]:
        """The code of each code cell."""
        return [cell.code for cell in self.cells]

    def placed(self, index: int, position: Position) -> tuple[int | None, Position]:
        """The number of a cell, and the position in it."""
        cell = self.cells[index]
        ahead = cell.ahead[position.line - 1] if position.line <= len(cell.ahead) else ""
        return cell.number, Position(position.line, position.column + len(ahead))

    def line_of(self, cell: int | None, line: int) -> int:
        """The line of `text` that a line of a cell is."""
        if cell is None:
            return line
        index = next(index for index, one in enumerate(self.cells) if one.number == cell)
        return self.part_lines[index] + line - 1

    def part(self, cell: int | None) -> SourceText:
        """One cell as a text of its own."""
        text = next((one.text for one in self.cells if one.number == cell), self.text)
        return SourceText(self.path, text)

    def in_part(self, edit: Edit) -> tuple[int | None, Edit]:
        """The cell that an edit is in, and the edit in the text of that cell."""
        cell, start = self.place(self.position(edit.start))
        _, end = self.place(self.position(edit.end))
        part = self.part(cell)
        code = restored(edit.replacement, self.magics)
        ahead = next((one.ahead_of_new(start.line - 1) for one in self.cells if one.number == cell), "")
        first = part.index(start)
        if end.line <= len(part.line_starts):
            return cell, Edit(first, part.index(end), code.replace("\n", f"\n{ahead}"))
        # The last line of a cell has no line break: what removes it takes the one before it along.
        removed = not code and 0 < first == part.line_starts[start.line - 1]
        return cell, Edit(first - removed, len(part.text), code.removesuffix("\n").replace("\n", f"\n{ahead}"))

    def in_file(self, cell: int | None, position: Position) -> Position:
        """Where a position within a cell stands in the JSON; the start of the cell where it has no such place."""
        found = next((one for one in self.cells if one.number == cell), None)
        if found is None:
            return position
        starts = SourceText(self.path, found.text).line_starts
        ahead = starts[min(position.line, len(starts)) - 1] + position.column - 1
        return self.file.position(_written_at(self.document, found, ahead))

    def changed_parts(self, text: str) -> Iterator[tuple[int | None, str, str]]:
        """Number, old and new code of each cell that another text changes. Raises TextError when a boundary is lost."""
        yield from ((cell.number, cell.text, code) for cell, code in self._changed_cells(text))

    def _changed_cells(self, text: str) -> Iterator[tuple[Cell, str]]:
        """Each cell that another text changes, and what is to stand in it."""
        for index, code in self.changed(text):
            yield self.cells[index], self.cells[index].written(code)

    def document_edits(self, text: str) -> Iterator[Edit]:
        """For each changed cell, its `source` value written anew."""
        for cell, code in self._changed_cells(text):
            yield Edit(cell.start, cell.end, _relaid(self.document[cell.start : cell.end], code))


def read_notebook(data: bytes, path: str) -> NotebookText:
    """The code of a notebook file. Raises TextError when it is not one."""
    try:
        document = data.decode("utf-8-sig")
        cells = tuple(_cells(document)) if _is_python(document) else ()
    except KeyError as error:
        raise TextError(f"not a notebook: a cell without {error}") from error
    except IndexError as error:
        raise TextError("not a notebook: it breaks off") from error
    except RecursionError as error:
        raise TextError("not a notebook: nested too deep") from error
    except ValueError as error:
        raise TextError(f"not a notebook: {error}") from error
    text, boundary, magics, broken = joined([cell.code for cell in cells])
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    return NotebookText(path, text, "utf-8", bom, document, boundary, magics, broken, cells)


def _is_python(document: str) -> bool:
    """Whether the cells of a notebook are in Python, as far as it says what they are in."""
    found = next(
        (document[start:end] for key, start, end in _members(document, _skip(document, 0)) if key == "metadata"), "{}"
    )
    metadata = json.loads(found)
    said = [metadata.get(key) for key in ("language_info", "kernelspec")] if isinstance(metadata, dict) else []
    names = [one.get(key) for one, key in zip(said, ("name", "language"), strict=False) if isinstance(one, dict)]
    language = next((one.lower() for one in names if isinstance(one, str) and one), "python")
    return "py" in language or "sage" in language


def _cells(document: str) -> Iterator[Cell]:
    top = _skip(document, 0)
    sheets = [start for key, start, _ in _members(document, top) if key == "worksheets"]
    lists = [start for key, start, _ in _members(document, top) if key == "cells"]
    # In the third version of the format, cells stand in sheets, and their code has another name.
    old = not lists and len(sheets) == 1
    if old:
        inner = (one for place in _elements(document, sheets[0]) for one in _members(document, place))
        lists = [start for key, start, _ in inner if key == "cells"]
    elif len(lists) > 1:
        raise ValueError("`cells` is given twice")
    if not lists:
        raise ValueError("it has no cells")
    places = (place for start in lists for place in _elements(document, start))
    for number, place in enumerate(places, 1):
        found = {name: (begin, end) for name, begin, end in _members(document, place)}
        kind = json.loads(document[slice(*found["cell_type"])])
        if not isinstance(kind, str):
            raise ValueError("the type of a cell is no text")
        if kind == "code":
            begin, end = found["input" if old else "source"]
            yield Cell(number, begin, end, _joined(json.loads(document[begin:end])))


def _joined(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        raise ValueError("the source of a cell is no text")
    text = "".join(lines)
    # A lone half of a pair is no character: it could not be written again.
    text.encode()
    return text


def _skip(document: str, place: int) -> int:
    match = _SPACE.match(document, place)
    return match.end() if match else place


def _members(document: str, place: int) -> Iterator[tuple[str, int, int]]:
    """Key, start and end of the value, for each member of the JSON object at `place`."""
    if document[place : place + 1] != "{":
        raise ValueError("an object was expected")
    place = _skip(document, place + 1)
    while document[place] != "}":
        key, place = scanstring(document, place + 1)
        start = _skip(document, _skip(document, place) + 1)
        _, end = json.JSONDecoder().raw_decode(document, start)
        yield key, start, end
        place = _skip(document, end)
        place = _skip(document, place + 1) if document[place] == "," else place


def _elements(document: str, place: int) -> Iterator[int]:
    """The start of each element of the JSON array at `place`."""
    if document[place : place + 1] != "[":
        raise ValueError("an array was expected")
    place = _skip(document, place + 1)
    while document[place] != "]":
        yield place
        _, end = json.JSONDecoder().raw_decode(document, place)
        place = _skip(document, end)
        place = _skip(document, place + 1) if document[place] == "," else place


def _written_at(document: str, cell: Cell, index: int) -> int:
    """Where character `index` of a cell stands in the JSON, behind the quote or the escapes of its literal."""
    place, left = cell.start, index
    for literal in _LITERAL.finditer(document, cell.start, cell.end):
        place = literal.start(1)
        for written in _CHARACTER.finditer(document, *literal.span(1)):
            if left == 0:
                return written.start()
            left -= 1
            place = written.end()
    return place


def _relaid(old: str, code: str) -> str:
    """A `source` value with new code, as a list or a string; what it keeps of the old one is written as it was."""
    ascii_only = old.isascii() and "\\u" in old
    literals = list(_LITERAL.finditer(old))
    if not old.startswith("["):
        return f'"{"".join(_rewritten(_lines(literals[0][1]), code, ascii_only))}"'
    written = _rewritten([one[1] for one in literals], code, ascii_only)
    if len(written) == len(literals):
        spans = zip(literals, written, strict=True)
        return apply_edits(old, [Edit(*one.span(1), new) for one, new in spans])
    inside = re.match(r"\[(\s*)", old)
    closing = re.search(r"(\s*)\]$", old)
    opening = inside.group(1) if inside else ""
    between = f",{opening}" if "\n" in opening else ", "
    body = between.join(f'"{one}"' for one in written)
    return f"[{opening}{body}{closing.group(1) if closing else ''}]"


def _lines(body: str) -> list[str]:
    """What stands between the quotes of a literal, line by line of the text that it means."""
    lines = [""]
    for one in _CHARACTER.findall(body):
        lines[-1] += one
        if _meant(one) == "\n":
            lines.append("")
    return lines if lines[-1] else lines[:-1]


def _rewritten(old: list[str], code: str, ascii_only: bool) -> list[str]:
    """The lines of a text between their quotes; those that `old` has are as they stand there."""
    meant, new = list(map(_meant, old)), re.findall(r"[^\n]*\n|[^\n]+", code)
    written: list[str] = []
    for _, first, last, begin, end in SequenceMatcher(None, meant, new, autojunk=False).get_opcodes():
        for number in range(begin, end):
            place = first + number - begin
            written.append(_line(old[place] if place < last else "", new[number], ascii_only))
    return written


def _line(old: str, text: str, ascii_only: bool) -> str:
    """A text between its quotes. Its beginning and its end, as far as `old` has them, are as they stand there."""
    pairs = [(one, _meant(one)) for one in _CHARACTER.findall(old)]
    first = 0
    while first < min(len(pairs), len(text)) and pairs[first][1] == text[first]:
        first += 1
    last, end = len(pairs), len(text)
    while last > first and end > first and pairs[last - 1][1] == text[end - 1]:
        last, end = last - 1, end - 1
    ahead, behind = ("".join(one for one, _ in part) for part in (pairs[:first], pairs[last:]))
    return ahead + json.dumps(text[first:end], ensure_ascii=ascii_only)[1:-1] + behind


def _meant(written: str) -> str:
    """The text that stands between two quotes."""
    return str(json.loads(f'"{written}"')) if "\\" in written else written
