"""Text to `ast`, and what to say of a file that has none."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from normfix.source.deep import survives
from normfix.source.text import SourceText

_PYTHON_2 = re.compile(
    r"^[ \t]*(?:print(?:[ \t]+(?![=(,.)\]])[^\s#]|[ \t]*>>)|exec[ \t]+[\w\"']"
    r"|except[ \t]+[\w.]+[ \t]*,[ \t]*[a-z_]\w*[ \t]*:|except[ \t]*\([^()\n]*\)[ \t]*,|raise[ \t]+[\w.]+[ \t]*,)",
    re.MULTILINE,
)
_READ_BY_2 = re.compile(r"<>|`[^`]*`|\b(?:\d+|0[xX][\da-fA-F]+)[lL]\b|\b[uU][rR](?=[\"'])")
_TEXT = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#.*")
_REASONS_2 = (
    *("Missing parentheses in call to", "leading zeros in decimal"),
    *("Function parameters cannot be parenthesized", "Lambda expression parameters cannot be parenthesized"),
)
_TOO_DEEP = "too deeply nested"
_WORDS = re.compile(r"(?<![\w.])(?P<whole>(?P<first>\w+(?:\.\w+)*)(?: [\w.]+ import \w+)?)")
"""A chain of names, and where it is `from` what may be an import."""


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """Why a file is not Python that can be read here; `line` and `column` are 1-based."""

    line: int
    column: int
    reason: str


def parse(source: SourceText, *, newer: bool = True) -> ast.Module | ParseFailure:
    """Parse a file with the running Python's grammar, and with libcst's `newer` one where that fails."""
    if not survives(source.text):
        return ParseFailure(1, 1, _TOO_DEEP)
    try:
        return tree_of(source.text)
    except SyntaxError as error:
        failure = ParseFailure(error.lineno or 1, max(error.offset or 1, 1), error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return ParseFailure(1, 1, str(error) or _TOO_DEEP)
    return (_newer(source) if newer else None) or failure


def _newer(source: SourceText) -> ast.Module | None:
    # Only an unparseable file needs libcst, which costs more to import than most checks take.
    from normfix.source.downlevel import downlevel  # noqa: PLC0415

    said = downlevel(source.text)
    if said is None or is_python_2(source.text):
        return None
    text, _, hidden = said.partition("\0")
    try:
        tree = tree_of(text)
        tree.body += [_placed(*one) for one in json.loads(hidden or "[]")]
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.BinOp):
                node.type = ast.copy_location(ast.Tuple(list(_alternatives(node.type)), ast.Load()), node.type)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """The exceptions of a list that libcst's reading has put `|` into for the commas."""
    if isinstance(node, ast.BinOp):
        yield from _alternatives(node.left)
        yield node.right
    else:
        yield node


def _placed(line: int, column: int, text: str) -> ast.Expr:
    """An expression as a statement that stands where it was written."""
    # The bracket makes it one expression, whatever lines it has.
    statement = ast.Expr(ast.parse(f"({text}\n)", mode="eval").body)
    for node in ast.walk(statement):
        if isinstance(node, ast.expr) and node.end_lineno is not None and node.end_col_offset is not None:
            node.col_offset += column - 1 if node.lineno == 1 else 0
            node.end_col_offset += column - 1 if node.end_lineno == 1 else 0
            node.lineno += line - 1
            node.end_lineno += line - 1
    return ast.copy_location(statement, statement.value)


def tree_of(text: str) -> ast.Module:
    """The tree of a text, as `ast.parse` makes it or raises; nothing is done against what is long or nested."""
    with warnings.catch_warnings():
        # The author's invalid escapes and `is` comparisons are not ours to report.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def expression_of(text: str, *, newer: bool = True) -> ast.expr:
    """The tree of an expression, which stands in brackets here; of a `newer` grammar too. Raises SyntaxError."""
    tree = parse(SourceText("", f"({text})"), newer=newer)
    if isinstance(tree, ParseFailure) or not isinstance(tree.body[0], ast.Expr):
        raise SyntaxError(f"not an expression: {text[:40]}")
    return tree.body[0].value


def is_python_2(text: str, failure: ParseFailure | None = None) -> bool:
    """Whether a text that cannot be parsed has a statement that was one in Python 2 alone.

    Where a `failure` is known, what only Python 2 could read may stand there.
    """
    if _PYTHON_2.search(text) is not None:
        return True
    if failure is None:
        return False
    lines = text.splitlines()[failure.line - 1 : failure.line]
    return failure.reason.startswith(_REASONS_2) or any(_READ_BY_2.search(_TEXT.sub("''", line)) for line in lines)


@dataclass(frozen=True, slots=True)
class Probable:
    """A legacy spelling that a plain text search sees in a file that nobody can parse."""

    path: str
    line: int
    column: int
    end_column: int


def probable_spellings(source: SourceText, paths: dict[str, str]) -> list[Probable]:
    """Legacy dotted paths (as people write them: `paths` maps a spelling to its full path) seen outside comments."""
    found = []
    for number in range(1, len(source.line_starts) + 1):
        code = source.line(number).partition("#")[0]
        place = 0
        while (match := _WORDS.search(code, place)) is not None:
            spelled = _longest(match, paths)
            place = match.start() + len(spelled) if spelled else match.end("first")
            if spelled:
                # Of `from m import name` and the like, the name is what is spoken of.
                start = match.start() + spelled.rfind(" ") + 1
                found.append(Probable(paths[spelled], number, start + 1, place + 1))
    return found


def _longest(match: re.Match[str], paths: dict[str, str]) -> str:
    """The longest spelling that words begin with; empty where they begin with none."""
    if match["whole"] in paths:
        return match["whole"]
    if "." not in match["first"]:
        return match["first"] if match["first"] in paths else ""
    parts = match["first"].split(".")
    chains = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((chain for chain in chains if chain in paths), "")
