"""Several pieces of Python in one file as one text: the cells of a notebook, the code blocks of a document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from normfix.source.magics import Command, commands, is_python_elsewhere, put_away, restored, shown_column
from normfix.source.python import ParseFailure
from normfix.source.text import Edit, Position, SourceText, TextError, apply_edits

BOUNDARY = "# normfix: the next cell begins here"
"""The line between two parts, where no part has it itself."""


@dataclass(frozen=True)
class PartsText(SourceText):
    """The code of a file that is more than code. `text` is all parts in a row, with boundary lines between them.

    `document` is the text of the file itself, `boundary` the line between two parts. What only IPython understands is
    put away in `magics`. `broken` are the parts that are no Python, by their index, and what is wrong at which place of
    the part; `text` has none of theirs.
    """

    document: str = ""
    boundary: str = BOUNDARY
    magics: Mapping[str, str] = field(default_factory=dict)
    broken: tuple[tuple[int, ParseFailure], ...] = ()

    @property
    def parts(self) -> Sequence[str]:
        """The code of each part, as its author wrote it."""
        raise NotImplementedError

    def author_code(self, index: int) -> str:
        """The code of a part, be it Python or not."""
        return self.parts[index]

    def placed(self, index: int, position: Position) -> tuple[int | None, Position]:
        """The cell and the position as a person counts them, of a position within a part."""
        raise NotImplementedError

    def document_edits(self, text: str) -> Iterator[Edit]:
        """The edits of the document that give it the parts of another text. Raises TextError where that cannot be."""
        raise NotImplementedError

    def written(self, text: str) -> str:
        """The document with the parts of `text` in it. Raises TextError."""
        return apply_edits(self.document, self.document_edits(text))

    def file_edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """The edits of the document that other edits of `text` come to."""
        return tuple(self.document_edits(apply_edits(self.text, edits)))

    def encode(self, text: str) -> bytes:
        """The file with the parts of `text` in it. Raises TextError."""
        return super().encode(self.written(text))

    @property
    def as_written(self) -> str:
        """The text with its magics."""
        return restored(self.text, self.magics)

    @cached_property
    def file(self) -> SourceText:
        """The text of the file."""
        return SourceText(self.path, self.document, self.encoding, self.bom)

    @property
    def elsewhere(self) -> Iterator[int]:
        """The parts, by their index, that hold Python which is not run there: that of a file, or of another process."""
        return (index for index, part in enumerate(self.parts) if is_python_elsewhere(part))

    def commands(self) -> Iterator[Command]:
        """What the file has IPython run."""
        return commands(self.text, self.magics)

    def place(self, position: Position) -> tuple[int | None, Position]:
        """The cell that a position of `text` is in, and the position in that cell or in the file."""
        if not self.parts:
            return None, position
        index, line = self.part_of(position.line)
        column = shown_column(self.line(position.line), position.column, self.magics)
        return self.placed(index, Position(line, column))

    def part_of(self, line: int) -> tuple[int, int]:
        """The part that a line of `text` is in, by its index, and the number of the line in there."""
        index = bisect_right(self.part_lines, line) - 1
        return index, line - self.part_lines[index] + 1

    @cached_property
    def part_lines(self) -> list[int]:
        """The line of `text` that each part begins at."""
        boundaries = (number for number in range(1, len(self.line_starts)) if self.line(number) == self.boundary)
        return [1, *(number + 1 for number in boundaries)]

    def changed(self, text: str) -> Iterator[tuple[int, str]]:
        """Index and new code of each part that another text changes. Raises TextError when a boundary is lost."""
        newline = _last_newline(self.text)
        parts = text.split(f"{self.boundary}{newline}") if self.parts else []
        if len(parts) != len(self.parts):
            raise TextError("a cell boundary was lost")
        for index, part in enumerate(parts):
            code = restored(part.removesuffix(newline), self.magics)
            if code != self.parts[index]:
                yield index, code


@dataclass(frozen=True)
class DocumentText(PartsText):
    """The code of a file in which it stands line by line: its places are those of the file."""

    def part(self, cell: int | None) -> SourceText:
        """The file."""
        assert cell is None
        return self.file

    def span_in_file(self, edit: Edit) -> tuple[int, int]:
        """Where an edit begins and ends in the file."""
        start, end = (self.file.index(self.place(self.position(one))[1]) for one in (edit.start, edit.end))
        return start, end

    def changed_parts(self, text: str) -> Iterator[tuple[int | None, str, str]]:
        """The whole file, if another text changes it."""
        after = self.written(text)
        if after != self.document:
            yield None, self.document, after


def joined(
    parts: Sequence[str], newline: str = "\n"
) -> tuple[str, str, dict[str, str], tuple[tuple[int, ParseFailure], ...]]:
    """The parts as one text, with the boundary, the magics and the broken parts that `PartsText` has."""
    magics: dict[str, str] = {}
    read = [put_away(part, magics) for part in parts]
    broken = tuple((index, failure) for index, (_, failure) in enumerate(read) if failure)
    return *joined_parts([text for text, _ in read], newline), magics, broken


def joined_parts(parts: Sequence[str], newline: str) -> tuple[str, str]:
    """The parts as one text, which may be read in no other way, and the boundary between them."""
    boundary = BOUNDARY
    while any(boundary in part for part in parts):
        boundary += "."
    # A part without code has no line: that is what a fix makes of a part which it takes away.
    return f"{boundary}{newline}".join(part + newline if part else "" for part in parts), boundary


def _last_newline(text: str) -> str:
    """How the last line of a text ends."""
    return next((one for one in ("\r\n", "\n", "\r") if text.endswith(one)), "\n")
