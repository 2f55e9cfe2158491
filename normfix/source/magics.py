"""What only IPython understands in a cell (`%magic`, `!shell`, `help?`), put away while the rest is read as Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from normfix.source.python import ParseFailure, parse
from normfix.source.text import SourceText

_LINE = "0#normfix-magic-"
_CELL = "0#normfix-cell-"
MARKED = re.compile(rf"(?:{_LINE}|{_CELL})\d+")
"""What stands in the text for something that was put away."""

_MAGIC = re.compile(
    r"^(?P<code>[ \t]*(?:[\w.,* \t\[\]]+=[ \t]*)?)"
    r"(?P<magic>[%!?].*|[\w.]+\?{1,2}[ \t]*|(?:pip|conda)[ \t]+install\b.*)$"
)
_WHOLE_CELL = re.compile(r"^[ \t]*%%(?!time|capture|timeit)")
_SHELL_CELL = re.compile(r"^[ \t]*%%(?:(?:ba)?sh|shell|system|sx|!|script[ \t]+(?:ba)?sh)\b")
_QUOTED = re.compile(r"\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#.*")
_LONG_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class Command:
    """A line that IPython runs, from its `!` or `%` on, and the span that stands for it in the text of the notebook.

    `inside` says that it is a line among Python; any other is one of a cell that was put away as a whole.
    """

    text: str
    start: int
    end: int
    inside: bool


def put_away(text: str, magics: dict[str, str]) -> tuple[str, ParseFailure | None]:
    """A cell's text with what is not Python put away in `magics`: lines, or all of it; and why it is no Python."""
    if _WHOLE_CELL.match(text):
        return _whole(text, magics), None
    if not any(map(_MAGIC.match, text.split("\n"))):
        failure = _failure(text)
        return (text, None) if failure is None else (_whole(text, magics), failure)
    # A string may have lines that look like magics, and `%` may begin the rest of an expression.
    if _failure(text) is None:
        return text, None
    mine: dict[str, str] = {}
    hidden = "\n".join(_lines(text, mine, len(magics)))
    failure = _failure(hidden)
    if failure is not None:
        return _whole(text, magics), failure
    magics.update(mine)
    return hidden, None


def _failure(text: str) -> ParseFailure | None:
    parsed = parse(SourceText("", text))
    return parsed if isinstance(parsed, ParseFailure) else None


def _whole(text: str, magics: dict[str, str]) -> str:
    marker = f"{_CELL}{len(magics)}"
    magics[marker] = text
    return marker + "\n" * text.count("\n")


def _lines(text: str, magics: dict[str, str], first: int) -> Iterator[str]:
    """The lines of a cell with a marker for each magic, which may go on behind a backslash."""
    rest = iter(text.split("\n"))
    quote = ""
    for line in rest:
        match = None if quote else _MAGIC.match(line)
        if match is None:
            quote = _open_quote(line, quote)
            yield line
            continue
        magic = match["magic"]
        while magic.endswith("\\") and magic[0] in "%!" and (more := next(rest, None)) is not None:
            magic += f"\n{more}"
        marker = f"{_LINE}{first + len(magics)}"
        magics[marker] = magic
        yield match["code"] + marker + "\n" * magic.count("\n")


def _open_quote(line: str, quote: str) -> str:
    """The three quotes that are open behind a line, empty where there are none; `quote` are those open before it."""
    place = 0
    while True:
        if quote:
            end = line.find(quote, place)
            if end < 0:
                return quote
            place, quote = end + len(quote), ""
        match = _QUOTED.search(line, place)
        if match is None:
            return ""
        place = match.end()
        quote = match.group() if match.group() in _LONG_QUOTES else ""


def restored(text: str, magics: Mapping[str, str]) -> str:
    """A text with everything that was put away where its marker stands."""
    for marker, magic in sorted(magics.items(), key=lambda item: -len(item[0])):
        padded = marker + "\n" * magic.count("\n")
        text = text.replace(padded if padded in text else marker, magic)
    return text


def shown_column(line: str, column: int, magics: Mapping[str, str]) -> int:
    """The column in the author's line of a column in a line that may have a marker before it."""
    hidden = MARKED.search(line, 0, column - 1)
    if hidden is None:
        return column
    return column + len(magics[hidden.group()].partition("\n")[0]) - len(hidden.group())


def commands(text: str, magics: Mapping[str, str]) -> Iterator[Command]:
    """What IPython runs of a notebook's text, also in a cell of shell commands and in one that is no Python."""
    for marked in MARKED.finditer(text) if magics else ():
        magic = magics[marked.group()]
        if marked.group().startswith(_LINE):
            yield Command(magic, marked.start(), marked.end(), inside=True)
            continue
        shell = _SHELL_CELL.match(magic) is not None
        start = marked.start()
        for line in magic.split("\n"):
            match = _MAGIC.match(line)
            if shell or (match is not None and not _WHOLE_CELL.match(magic)):
                yield Command(f"!{line}" if shell or match is None else match["magic"], start, start, inside=False)
            start = text.find("\n", start) + 1
