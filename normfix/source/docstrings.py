"""A module and the examples in its docstrings: each docstring's code as a function behind the code of the module.

So the names that an example binds are its own, and all others are those of the module, as doctest has it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import takewhile

from normfix.source.blocks import Block, Row, found_blocks, rewritten, split
from normfix.source.found import FoundBlock
from normfix.source.markdown import markdown_blocks
from normfix.source.parts import DocumentText, joined_parts
from normfix.source.python import ParseFailure, parse
from normfix.source.restructured import restructured_blocks
from normfix.source.text import Edit, Position, SourceText, TextError

_INDENT = "    "
_NEXT = "# normfix: the next example begins here"
_FENCES = ("```", "~~~")
_MARKS = (*_FENCES, "::", ">>>")
_QUOTES = ('"""', "'''", '"', "'")


@dataclass(frozen=True, slots=True)
class Piece:
    """The module without the lines of examples; a block that is no Python; or the code of a docstring.

    A docstring's has a header, which makes a function of it. A `broken` block has no text.
    """

    blocks: tuple[Block, ...]
    header: str = ""
    broken: bool = False

    @property
    def indent(self) -> str:
        """What stands before each line of the code in the text."""
        return _INDENT if self.header else ""

    @property
    def text(self) -> str:
        """The code as it stands in the text."""
        if self.broken:
            return ""
        codes = ("".join(self.indent + line if line.strip() else line for line in one.lines) for one in self.blocks)
        return (self.header + self._between.join(codes)).removesuffix(self.blocks[-1].last)

    @property
    def _between(self) -> str:
        """What parts two blocks, each of which keeps its lines."""
        return f"{self.indent}{_NEXT}{self.blocks[0].last}"

    @property
    def rows(self) -> list[Row | None]:
        """The lines of the file that have the code; none between two blocks."""
        rows = [row for block in self.blocks for row in (*block.rows, None)]
        return rows[:-1]

    def edits(self, code: str) -> Iterator[Edit]:
        """The edits of the file that make another text of this one. Raises TextError where that cannot be."""
        if not code.startswith(self.header):
            raise TextError("the examples of a docstring were lost")
        codes = (code.removeprefix(self.header) + self.blocks[-1].last).split(self._between)
        if len(codes) != len(self.blocks):
            raise TextError("the examples of a docstring were lost")
        for block, own in zip(self.blocks, codes, strict=True):
            yield from rewritten(block, [line.removeprefix(self.indent) for line in split(own)])


@dataclass(frozen=True)
class DocstringsText(DocumentText):
    """A module, and behind it the examples of its docstrings. Places are those in the file."""

    pieces: tuple[Piece, ...] = ()

    @property
    def with_docstrings(self) -> bool:
        """Whether the examples in docstrings are part of the text."""
        return True

    @cached_property
    def parts(self) -> Sequence[str]:
        """The module, and the function for each docstring."""
        return [piece.text for piece in self.pieces]

    def author_code(self, index: int) -> str:
        """The code of a part; that of a block which is no Python, too."""
        piece = self.pieces[index]
        return "".join(block.text for block in piece.blocks) if piece.broken else piece.text

    def placed(self, index: int, position: Position) -> tuple[int | None, Position]:
        """The place in the file of a position in a part."""
        piece = self.pieces[index]
        line = position.line - (2 if piece.header else 1)
        rows = piece.rows
        row = rows[line] if 0 <= line < len(rows) else None
        if row is None:
            return None, self.file.position(piece.blocks[-1].end)
        return None, Position(row.number, max(position.column - len(piece.indent), 1) + row.ahead)

    def line_of(self, cell: int | None, line: int) -> int:
        """The line of `text` that a line of the file is."""
        assert cell is None
        return next((number for number in range(1, len(self.line_starts)) if self._row(number) == line), line)

    def _row(self, line: int) -> int:
        _, place = self.place(Position(line, 1))
        return place.line

    def in_part(self, edit: Edit) -> tuple[int | None, Edit]:
        """The edit in the file."""
        piece = self.pieces[self.part_of(self.position(edit.start).line)[0]]
        prefix = piece.blocks[-1].prefix
        return None, Edit(*self.span_in_file(edit), edit.replacement.replace(f"\n{piece.indent}", f"\n{prefix}"))

    def document_edits(self, text: str) -> Iterator[Edit]:
        """The lines that change, written anew. Raises TextError where examples were lost."""
        for index, code in self.changed(text):
            yield from self.pieces[index].edits(code)


def with_docstrings(source: SourceText) -> SourceText:
    """A module with the examples of its docstrings; the module alone where it has none, or cannot be parsed."""
    tree = parse(source)
    if isinstance(tree, ParseFailure):
        return source
    pieces: list[Piece] = []
    broken: list[tuple[int, ParseFailure]] = []
    for number, docstring in enumerate(_docstrings(tree), 1):
        whole: list[Block] = []
        for block, failure in found_blocks(source, partial(_found, source, docstring)):
            failed = failure or _failure(block)
            if failed is None:
                whole.append(block)
            else:
                pieces.append(Piece((block,), broken=True))
                broken.append((len(pieces), failed))
        if any(block.rows for block in whole):
            # By its name, a function that runs once.
            pieces.append(Piece(tuple(whole), f"def _main_of_docstring_{number}():{source.newline}"))
    if not pieces:
        return source
    pieces.insert(0, _module(source, {row.number for piece in pieces for row in piece.rows if row is not None}))
    text, boundary = joined_parts([piece.text for piece in pieces], source.newline)
    given = (source.path, text, source.encoding, source.bom, source.text, boundary)
    return DocstringsText(*given, broken=tuple(broken), pieces=tuple(pieces))


def _module(source: SourceText, examples: Collection[int]) -> Piece:
    """The lines of a module that are not in its examples."""
    ends = [*source.line_starts[1:], len(source.text)]
    rows = [
        Row(number, start, end, 0)
        for number, (start, end) in enumerate(zip(source.line_starts, ends, strict=True), 1)
        if number not in examples and start < end
    ]
    text = "".join(source.text[row.start : row.end] for row in rows)
    return Piece((Block(tuple(rows), len(source.text), text, "", "", prompted=False),))


def _failure(block: Block) -> ParseFailure | None:
    tree = parse(SourceText("", block.text))
    return tree if isinstance(tree, ParseFailure) else None


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """The docstrings that may have code, in order."""
    places = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, places) and node.body and isinstance(node.body[0], ast.Expr):
            value = node.body[0].value
            text = value.value if isinstance(value, ast.Constant) else None
            if isinstance(value, ast.Constant) and isinstance(text, str) and any(mark in text for mark in _MARKS):
                yield value


def _found(source: SourceText, docstring: ast.Constant, _: str) -> Iterator[FoundBlock]:
    """The code blocks of a docstring, whichever way they are marked."""
    first, last = docstring.lineno, docstring.end_lineno or docstring.lineno
    lines = [source.line(number) for number in range(first, last + 1)]
    summary = str(docstring.value).partition("\n")[0].strip()
    # What stands beside the quotes is no line that code could be written to.
    lines = ["" if summary.startswith(">>>") else summary, *_dedented(lines[1:], docstring.col_offset)]
    taken: set[int] = set()
    for one in (*_fenced(lines), *restructured_blocks("\n".join(lines))):
        moved = tuple((number + first - 1, code) for number, code in one.lines)
        if taken.isdisjoint(number for number, _ in moved):
            taken.update(number for number, _ in moved)
            yield FoundBlock(one.start + first - 1, moved, one.sure)


def _fenced(lines: Sequence[str]) -> Iterator[FoundBlock]:
    """The fenced blocks, which stand at any depth: below `Example:` there is no rule for that."""
    number = 0
    while number < len(lines):
        depth = _depth(lines[number])
        if not lines[number].startswith(_FENCES, depth):
            number += 1
            continue
        inner = takewhile(lambda line: not line.strip() or _depth(line) >= depth, lines[number:])  # noqa: B023
        part = [line[depth:] for line in inner]
        for one in markdown_blocks("\n".join(part)):
            moved = tuple((line + number, code) for line, code in one.lines)
            yield FoundBlock(one.start + number, moved, one.sure)
        number += len(part)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _dedented(lines: Sequence[str], depth: int) -> list[str]:
    """The lines behind the first one without the quotes that end them, and without the depth at which they stand."""
    if not lines:
        return []
    last = lines[-1].rstrip()
    closing = next((quotes for quotes in _QUOTES if last.endswith(quotes)), "")
    inner = [*lines[:-1], last.removesuffix(closing)]
    shared = min((_depth(line) for line in inner if line.strip()), default=0)
    shared = min(shared, depth)
    return [line[shared:] for line in inner]
