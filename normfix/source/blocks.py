"""Documents that hold code: their Python blocks as one text, and the way back into the document.

Only the lines of a block that change are written again, behind what stands before the code of the lines around them
(indentation, `>` of a quote, `>>>` of a dialogue); every other byte stays.
"""

from __future__ import annotations

import ast
import codecs
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from doctest import DocTestParser
from functools import cached_property
from os.path import commonprefix

from normfix.source.found import Finder, FoundBlock
from normfix.source.magics import restored
from normfix.source.parts import DocumentText, joined
from normfix.source.python import ParseFailure, parse
from normfix.source.text import Edit, Position, SourceText, TextError, must_be_narrow

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_INDENT = re.compile(r"[ \t]*")
_PROMPT, _MORE = ">>> ", "... "


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the document that has code: its number, where it starts and ends, how much stands before the code."""

    number: int
    start: int
    end: int
    ahead: int


@dataclass(frozen=True, slots=True)
class Block:
    """Code in a document: its lines, where the last one ends, and what stands before a new line.

    `last` is the newline of the last line, which `text` has not. A block that is `prompted` is part of a dialogue.
    """

    rows: tuple[Row, ...]
    end: int
    text: str
    last: str
    prefix: str
    prompted: bool

    @property
    def lines(self) -> list[str]:
        """The lines of the code, each with its newline."""
        return split(self.text + self.last) if self.rows else []


@dataclass(frozen=True)
class BlocksText(DocumentText):
    """The code of a document. Its places are those of the document."""

    blocks: tuple[Block, ...] = ()

    @cached_property
    def parts(self) -> Sequence[str]:
        """The code of each block."""
        return [block.text for block in self.blocks]

    def placed(self, index: int, position: Position) -> tuple[int | None, Position]:
        """The place in the document of a position in a block."""
        block = self.blocks[index]
        if position.line > len(block.rows):
            return None, self.file.position(block.end)
        row = block.rows[position.line - 1]
        return None, Position(row.number, position.column + row.ahead)

    def line_of(self, cell: int | None, line: int) -> int:
        """The line of `text` that a line of the document is."""
        assert cell is None
        starts = [block.rows[0].number if block.rows else 0 for block in self.blocks]
        index = max(bisect_right(starts, line) - 1, 0)
        return self.part_lines[index] + line - starts[index] if starts else line

    def in_part(self, edit: Edit) -> tuple[int | None, Edit]:
        """The edit in the document."""
        block = self.blocks[self.part_of(self.position(edit.start).line)[0]]
        code = restored(edit.replacement, self.magics)
        return None, Edit(*self.span_in_file(edit), _LINE_BREAK.sub(lambda found: f"{found[0]}{block.prefix}", code))

    def document_edits(self, text: str) -> Iterator[Edit]:
        """The lines that change, written anew."""
        for index, code in self.changed(text):
            block = self.blocks[index]
            yield from rewritten(block, split(code + block.last) if code else [])


def split(code: str) -> list[str]:
    """The lines of a text as Python counts them, each with its newline."""
    return _LINE.findall(code)


def rewritten(block: Block, new: Sequence[str]) -> Iterator[Edit]:
    """The edits of a document that give a block of it other lines. What stands between its lines stays."""
    rows = block.rows
    begins = _statements("".join(new)) if block.prompted else frozenset()
    for first, last, begin, end in _differences(block.lines, new):
        lines = "".join(_line(block, new[number], number + 1 in begins) for number in range(begin, end))
        if first == last:
            place = rows[first].start if first < len(rows) else block.end
            yield Edit(place, place, lines)
        for number in range(first, last):
            yield Edit(rows[number].start, rows[number].end, lines if number == first else "")


def _differences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of lines that change, and of what takes their place."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))
    for kind, first, last, begin, end in SequenceMatcher(None, old[same:], new[same:], autojunk=False).get_opcodes():
        if kind != "equal":
            yield same + first, same + last, same + begin, same + end


def _line(block: Block, line: str, begins: bool) -> str:
    """A line as it stands in the document."""
    ahead = block.prefix if not block.prompted or begins else block.prefix.removesuffix(_PROMPT) + _MORE
    return ahead + line if line.strip() or not ahead else ahead.rstrip() + line.lstrip(" \t")


def _statements(code: str) -> frozenset[int]:
    """The lines that a statement begins at, which is what a prompt stands before."""
    tree = parse(SourceText("", code))
    if isinstance(tree, ParseFailure):
        return frozenset({1})
    return frozenset(min((node.lineno, *(one.lineno for one in _decorators(node)))) for node in tree.body)


def _decorators(node: ast.stmt) -> list[ast.expr]:
    return node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []


def read_blocks(data: bytes, path: str, finder: Finder) -> BlocksText:
    """The code of a document. Raises TextError for one that cannot be read."""
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return blocks_of(SourceText(path, decode_document(data), "utf-8", bom), finder)


def blocks_of(file: SourceText, finder: Finder) -> BlocksText:
    """The code of a document whose text is at hand. Raises TextError for one that cannot be read."""
    blocks: list[Block] = []
    torn: list[tuple[int, ParseFailure]] = []
    for block, failure in found_blocks(file, finder):
        if failure is not None:
            torn.append((len(blocks), failure))
        blocks.append(block)
    text, boundary, magics, broken = joined([block.text for block in blocks], file.newline)
    return BlocksText(
        file.path,
        text,
        file.encoding,
        file.bom,
        document=file.text,
        boundary=boundary,
        magics=magics,
        broken=tuple(sorted((*torn, *broken), key=lambda one: one[0])),
        blocks=tuple(blocks),
    )


def decode_document(data: bytes) -> str:
    """The text of a document, which is UTF-8. Raises TextError."""
    must_be_narrow(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextError(f"not valid utf-8 (byte 0x{data[error.start]:02x})", line) from error


def found_blocks(file: SourceText, finder: Finder) -> Iterator[tuple[Block, ParseFailure | None]]:
    """The blocks of a document in order, those that are no code here with the reason. Raises TextError."""
    try:
        found = list(finder(_LINE_BREAK.sub("\n", file.text)))
    except RecursionError as error:
        raise TextError("nested too deep") from error
    for one in found:
        for lines, prompted, failure in _pieces(one):
            block = _block(file, one.start, lines, prompted)
            if block is None:
                empty = Block((), file.line_starts[one.start - 1], "", "", "", prompted=False)
                yield empty, ParseFailure(1, 1, "what stands before its lines differs from line to line")
            elif one.sure or _is_python(block.text):
                yield block, failure


def _is_python(code: str) -> bool:
    tree = parse(SourceText("", code))
    return not isinstance(tree, ParseFailure) and bool(tree.body)


_Lines = Sequence[tuple[int, str]]


def _pieces(found: FoundBlock) -> Iterator[tuple[_Lines, bool, ParseFailure | None]]:
    """The code of a block; of a dialogue, what was typed in one go. And why there is none."""
    first = next((code for _, code in found.lines if code.strip()), "")
    if not first.lstrip().startswith(_PROMPT.rstrip()):
        yield found.lines, False, None
        return
    try:
        typed = DocTestParser().get_examples("".join(f"{code}\n" for _, code in found.lines))
    except ValueError as error:
        yield found.lines[:0], True, ParseFailure(1, 1, str(error))
        return
    piece: list[tuple[int, str]] = []
    for example in typed:
        lines = found.lines[example.lineno : example.lineno + example.source.count("\n")]
        if piece and piece[-1][0] + 1 != lines[0][0]:
            yield piece, True, None
            piece = []
        piece += [(number, code[example.indent + len(_PROMPT) :]) for number, code in lines]
    if piece:
        yield piece, True, None


def _block(file: SourceText, start: int, lines: _Lines, prompted: bool) -> Block | None:
    """The block of some lines; None where the document does not have them as they were found."""
    rows: list[Row] = []
    codes: list[str] = []
    aheads = [_ahead(file.line(number), code) for number, code in lines]
    if any(one is None for one in aheads):
        return None
    shared = 0 if prompted else len(commonprefix([_indent(code) for _, code in lines if code.strip()]))  # noqa: RUF071
    for (number, code), ahead in zip(lines, aheads, strict=True):
        assert ahead is not None
        begin, end = file.line_starts[number - 1], _end(file, number)
        rows.append(Row(number, begin, end, ahead + (shared if code.strip() else 0)))
        codes.append(file.text[begin + rows[-1].ahead : end])
    text = "".join(codes)
    last = next((one for one in ("\r\n", "\n", "\r") if text.endswith(one)), "")
    first = next((row for row, (_, code) in zip(rows, lines, strict=True) if code.strip()), None)
    prefix = file.text[first.start : first.start + first.ahead] if first is not None else ""
    end = rows[-1].end if rows else file.line_starts[min(start, len(file.line_starts)) - 1]
    return Block(tuple(rows), end, text.removesuffix(last), last, prefix, prompted)


def _ahead(line: str, code: str) -> int | None:
    """How many characters of a line stand before its code; None where the code is not the end of the line."""
    if not code.strip():
        return len(line)
    whole, own = line.rstrip(), code.rstrip()
    return len(whole) - len(own) if whole.endswith(own) else None


def _indent(code: str) -> str:
    found = _INDENT.match(code)
    return found[0] if found else ""


def _end(file: SourceText, number: int) -> int:
    """Where a line ends, its newline included."""
    return file.line_starts[number] if number < len(file.line_starts) else len(file.text)
