"""Notebooks of Databricks that are kept as scripts, with cells of Python in comments: `# MAGIC %python`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from normfix.source.blocks import BlocksText, blocks_of
from normfix.source.commented import PYTHON_CELL
from normfix.source.found import FoundBlock
from normfix.source.text import SourceText

_COMMENT = "# MAGIC"


def with_commented_python(source: SourceText) -> BlocksText:
    """The code of such a script, as it stands and out of the comments. Raises TextError where it cannot be read."""
    return blocks_of(source, _cells)


def _cells(text: str) -> Iterator[FoundBlock]:
    """The lines of a script in a row, those between two other cells together."""
    for is_commented, group in groupby(_marked(text), key=lambda line: line[2]):
        lines = tuple((number, code) for number, code, _ in group)
        if is_commented:
            # The first line says what the cell is.
            yield FoundBlock(lines[0][0] + 1, lines[1:])
        else:
            yield FoundBlock(lines[0][0], lines)


def _marked(text: str) -> Iterator[tuple[int, str, int]]:
    """Each line by its number and code, with the line that its commented cell begins at; 0 where it is in none."""
    cell = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.rstrip() == PYTHON_CELL:
            cell = number
        elif not line.startswith(_COMMENT) or line.startswith(f"{_COMMENT} %"):
            cell = 0
        yield number, line[len(_COMMENT) :].removeprefix(" ") if cell else line, cell
