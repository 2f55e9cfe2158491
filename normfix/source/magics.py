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
    r"^(?P<code>[ \t]*(?:[\w.,*\[\]][\w.,* \t\[\]]*=[ \t]*)?)"
    r"(?P<magic>[%!?].*|[,;/]\S.*|%{0,2}[\w*]+(?:\.[\w*]+|\[-?\d+\])*\?{1,2}[ \t]*|(?:pip|conda)[ \t]+install\b.*)$"
)
_AUTOMATIC = re.compile(
    r"\s*(?:cd|ls|ll|mkdir|rmdir|rm|cp|mv|cat|more|less|man|pwd|pip|conda|mamba|uv|run|time|timeit|env|set_env|who|whos|reset"
    r"|history|config|store|matplotlib|pylab|load_ext|reload_ext|autoreload|tensorboard|tensorflow_version)"
    r"[ \t]+(?![=(,+*<>)\]]|(?:in|is|if|for|and|or|not)\b)[^\n]*\s*"
)
"""A cell of one line that is a magic without its `%`."""

_PYTHON_MAGICS = "time|capture|prun|memit|mprun|lprun|snakeviz|pyinstrument|scalene|debug|notify|wandb"
_WHOLE_CELL = re.compile(rf"^\s*%%(?!(?:{_PYTHON_MAGICS}))")
_SHELL_CELL = re.compile(r"^\s*%%(?:(?:ba)?sh|shell|system|sx|!|script[ \t]+(?:ba)?sh)\b")
_PYTHON_ELSEWHERE = re.compile(
    r"^\s*%%(?:python[23]?|pypy|px|cython|script[ \t]+python[\d.]*|(?:write)?file[ \t][^\n]*\.py)\b"
)
_TOKEN = re.compile(r"\"\"\"|'''|\"(?:\\.|[^\"\\\n])*(?:\"|\\?$)|'(?:\\.|[^'\\\n])*(?:'|\\?$)|#.*|[()\[\]{}]|\\$")
_PROMPTS = (re.compile(r"^(?:>>>|\.\.\.)(?: |$)"), re.compile(r"^(?:In \[\d+\]: |[ \t]*\.{3,}: ?)"))
"""What stands before the lines that were typed at Python, and at IPython."""

_LINE_AND_END = re.compile(r"(?P<line>[^\r\n]*)(?P<end>\r\n|\r|\n|\Z)")
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
    # A string may have lines that look like magics, and `%` may begin the rest of an expression.
    failure = _failure(text)
    if failure is None:
        return text, None
    if _AUTOMATIC.fullmatch(text):
        return _whole(text, magics), None
    if not any(_MAGIC.match(line) for line, _ in _split(text)):
        return _whole(text, magics), failure
    mine: dict[str, str] = {}
    hidden = "".join(_lines(text, mine, len(magics)))
    failure = _failure(hidden)
    if failure is not None:
        return _whole(text, magics), failure
    magics.update(mine)
    return hidden, None


def before_code(text: str) -> list[str]:
    """What IPython takes away before each line of a cell: prompts, or the indentation of the first line."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    prompt = next((one for one in _PROMPTS if one.match(first)), None)
    if prompt is not None:
        return [found[0] if (found := prompt.match(line)) else "" for line in lines]
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    # Below a comment the code may stand where it should.
    indent = "" if first.lstrip().startswith("#") else indent
    return [indent if line.startswith(indent) else "" for line in lines]


def is_python_elsewhere(text: str) -> bool:
    """Whether a cell holds Python that is not run in the notebook: a file that it writes, the code of a process."""
    return _PYTHON_ELSEWHERE.match(text) is not None


def _failure(text: str) -> ParseFailure | None:
    parsed = parse(SourceText("", text))
    return parsed if isinstance(parsed, ParseFailure) else None


def _whole(text: str, magics: dict[str, str]) -> str:
    marker = f"{_CELL}{len(magics)}"
    magics[marker] = text
    return marker + _breaks(text)


def _split(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a text as Python counts them, each with what ends it."""
    return ((found["line"], found["end"]) for found in _LINE_AND_END.finditer(text))


def _breaks(text: str) -> str:
    """What ends the lines of a text, without the lines."""
    return "".join(end for _, end in _split(text))


def _lines(text: str, magics: dict[str, str], first: int) -> Iterator[str]:
    """The lines of a cell with a marker for each magic, which may go on behind a backslash."""
    rest = _split(text)
    open_ = _Open()
    for line, behind in rest:
        end = behind
        match = None if open_ else _MAGIC.match(line)
        if match is None:
            open_ = open_.behind(line)
            yield line + end
            continue
        magic = match["magic"]
        while magic.endswith("\\") and magic[0] in "%!" and end and (more := next(rest, None)) is not None:
            magic += end + more[0]
            end = more[1]
        marker = f"{_LINE}{first + len(magics)}"
        magics[marker] = magic
        yield match["code"] + marker + _breaks(magic) + end


@dataclass(frozen=True, slots=True)
class _Open:
    """What is open at the end of a line: three quotes, brackets, or a line that a backslash joins to the next."""

    quote: str = ""
    brackets: int = 0
    joined: bool = False

    def __bool__(self) -> bool:
        return bool(self.quote or self.brackets or self.joined)

    def behind(self, line: str) -> _Open:
        """What is open behind another line."""
        place, quote, brackets, token = 0, self.quote, self.brackets, ""
        while True:
            if quote:
                end = line.find(quote, place)
                if end < 0:
                    return _Open(quote, brackets)
                place, quote = end + len(quote), ""
            match = _TOKEN.search(line, place)
            if match is None:
                return _Open("", brackets, joined=token == "\\")
            place, token = match.end(), match[0]
            quote = token if token in _LONG_QUOTES else ""
            if token in "([{":
                brackets += 1
            elif token in ")]}":
                brackets = max(brackets - 1, 0)


def restored(text: str, magics: Mapping[str, str]) -> str:
    """A text with everything that was put away where its marker stands."""
    for marker, magic in sorted(magics.items(), key=lambda item: -len(item[0])):
        padded = marker + _breaks(magic)
        text = text.replace(padded if padded in text else marker, magic)
    return text


def shown_column(line: str, column: int, magics: Mapping[str, str]) -> int:
    """The column in the author's line of a column in a line that may have a marker before it."""
    hidden = MARKED.search(line, 0, column - 1)
    if hidden is None:
        return column
    return column + len(next(_split(magics[hidden.group()]), ("", ""))[0]) - len(hidden.group())


def commands(text: str, magics: Mapping[str, str]) -> Iterator[Command]:
    """What IPython runs of a notebook's text, also in a cell of shell commands and in one that is no Python."""
    for marked in MARKED.finditer(text) if magics else ():
        magic = magics[marked.group()]
        if marked.group().startswith(_LINE):
            yield Command(magic, marked.start(), marked.end(), inside=True)
            continue
        shell = _SHELL_CELL.match(magic) is not None
        start = marked.start()
        for line, end in _split(magic):
            match = _MAGIC.match(line)
            if shell or (match is not None and not _WHOLE_CELL.match(magic)):
                yield Command(f"!{line}" if shell or match is None else match["magic"], start, start, inside=False)
            start = text.find(end, start) + len(end)
