"""Bytes to text and back: encoding, byte order mark, newlines, offsets, edits.

Everything above this folder speaks in character offsets into `SourceText.text`. The text keeps the author's newlines,
so a byte outside an edit comes back as it was.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import Enum
from functools import cached_property
from itertools import accumulate

NOTEBOOK = ".ipynb"
"""How the name of a notebook ends."""

DATABRICKS = "# Databricks notebook source"
"""How a script begins that is a notebook of Databricks."""

MARKDOWN = (".md", ".markdown", ".mdx", ".qmd", ".rmd")
"""How the names of documents in Markdown end, in small letters."""

RESTRUCTURED = (".rst", ".rest")
"""How the names of documents in reStructuredText end, in small letters."""

_WIDE = {
    **{codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF32_BE: "UTF-32"},
    **{codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"},
}
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def is_written(path: str) -> bool:
    """Whether a file is a text for people that may hold code: Markdown or reStructuredText."""
    return path.lower().endswith((*MARKDOWN, *RESTRUCTURED))


def has_parts(path: str) -> bool:
    """Whether the code of a file is in cells or blocks, to be run one after the other."""
    return path.endswith(NOTEBOOK) or is_written(path)


class TextError(ValueError):
    """A file whose bytes cannot become text, or text that would not become the same bytes again.

    `line` is the 1-based line of the offending byte.
    """

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place as a person reads it: line and column, both 1-based, the column in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of character offsets."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters in [start, end) by `replacement`; start == end inserts."""

    start: int
    end: int
    replacement: str


class Applicability(Enum):
    """How far a fix can be trusted, in ruff's words: applied by default, with --unsafe-fixes, or only shown."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: all of them or none.

    `notes` are what the person should know before taking it (saved models, weight names, dropped arguments).
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceText:
    """One file's text with what is needed to write it back unchanged."""

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""

    def __getstate__(self) -> dict[str, object]:
        # What can be worked out again need not come from another process.
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line; a line ends with \\n, \\r\\n or \\r, as in Python's tokenizer."""
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]
        lines = self.text.split("\n")
        return [0, *accumulate(len(line) + 1 for line in lines[:-1])]

    @cached_property
    def newline(self) -> str:
        """The newline that the file uses first; `\\n` for a file of one line."""
        match = _LINE_BREAK.search(self.text)
        return match.group() if match else "\n"

    def line(self, number: int) -> str:
        """Line `number` (1-based) without its newline."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, utf8_column: int) -> int:
        """Character offset of an `ast` position: `line` 1-based, `utf8_column` 0-based and in UTF-8 bytes."""
        start = self.line_starts[line - 1]
        if self.text.isascii():
            return start + utf8_column
        ahead = self.text[start : start + utf8_column]
        if ahead.isascii():
            return start + utf8_column
        return start + len(ahead.encode()[:utf8_column].decode(errors="ignore"))

    def position(self, offset: int) -> Position:
        """Line and column of a character offset."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    @property
    def with_docstrings(self) -> bool:
        """Whether the examples in docstrings are part of the text."""
        return False

    @property
    def as_written(self) -> str:
        """The text with everything in it that its author wrote, line for line."""
        return self.text

    def place(self, position: Position) -> tuple[int | None, Position]:
        """The cell and the position in it for a file that has cells; here there is none."""
        return None, position

    def part_of(self, line: int) -> tuple[int, int]:
        """The part that a line of `text` is in, by its index, and the number of the line in there."""
        return 0, line

    def line_of(self, cell: int | None, line: int) -> int:
        """The line of `text` that a line of a cell is; the way back from `place`."""
        assert cell is None
        return line

    def part(self, cell: int | None) -> SourceText:
        """The text that a place within a cell refers to: all of it."""
        assert cell is None
        return self

    def index(self, position: Position) -> int:
        """Character offset of a position."""
        return self.line_starts[position.line - 1] + position.column - 1

    def in_part(self, edit: Edit) -> tuple[int | None, Edit]:
        """The cell that an edit is in, and the edit in the text of that cell; here there is none."""
        return None, edit

    @property
    def file(self) -> SourceText:
        """The text that the file itself has, for those who know nothing of cells."""
        return self

    def in_file(self, _: int | None, position: Position) -> Position:
        """Where a position within a cell stands in the file itself."""
        return position

    def file_edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """The same edits for the text of the file itself, in order, none twice."""
        return tuple(sorted(set(edits)))

    def changed_parts(self, text: str) -> Iterator[tuple[int | None, str, str]]:
        """Cell, old and new text of each part that another text for this file changes; here there is but one."""
        if text != self.text:
            yield None, self.text, text

    def encode(self, text: str) -> bytes:
        """`text` as this file's bytes. Raises TextError for a character that the file's encoding lacks."""
        try:
            return self.bom + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise TextError(f"{error.object[error.start]!r} cannot be written in {self.encoding}") from error


def decode(data: bytes, path: str) -> SourceText:
    """Decode Python source by its byte order mark or coding cookie (PEP 263).

    Raises TextError when the bytes are not in the encoding that the file declares, or would not survive a round trip.
    """
    must_be_narrow(data)
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise TextError(_first_sentence(error), _bad_utf8_line(data)) from error
    encoding = "utf-8" if bom else encoding
    body = data[len(bom) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise TextError(f"not valid {encoding} (byte 0x{body[error.start]:02x})", line) from error
    except (UnicodeError, LookupError) as error:
        raise TextError(f"{encoding} is no encoding of texts") from error
    if text.encode(encoding) != body:
        raise TextError(f"its bytes would not survive a round trip through {encoding}")
    return SourceText(path, text, encoding, bom)


def must_be_narrow(data: bytes) -> None:
    """Raise TextError for bytes that begin as those of texts in UTF-16 and UTF-32 do."""
    for mark, name in _WIDE.items():
        if data.startswith(mark):
            raise TextError(f"it is in {name}, which Python does not read: save it in UTF-8")


def _first_sentence(error: SyntaxError) -> str:
    return str(error.msg).split(" for ")[0]


def _bad_utf8_line(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def overlapping(edits: Iterable[Edit]) -> bool:
    """Whether two of the edits touch the same characters (two insertions at one place do not)."""
    end = -1
    for edit in sorted(edits):
        if edit.start < end:
            return True
        end = max(end, edit.end)
    return False


def outermost(edits: Iterable[Edit]) -> list[Edit]:
    """The edits that lie inside no larger one, in source order; for edits whose larger ones contain the smaller."""
    kept: list[Edit] = []
    for edit in sorted(set(edits), key=lambda one: (one.start, -one.end, one.replacement)):
        if not kept or edit.start >= kept[-1].end or kept[-1].start == kept[-1].end:
            kept.append(edit)
    return kept


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all edits made. Identical edits count once. Raises ValueError when two of them overlap."""
    ordered = sorted(set(edits))
    if overlapping(ordered):
        raise ValueError("edits overlap")
    parts: list[str] = []
    cursor = 0
    for edit in ordered:
        parts += (text[cursor : edit.start], edit.replacement)
        cursor = edit.end
    return "".join((*parts, text[cursor:]))
