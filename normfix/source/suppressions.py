"""Comments that silence findings: `# noqa: NF101`, `# normfix: ignore[NF101]`, `# normfix: file-ignore[NF101]`.

A code may be a prefix (`NF1`); a comment without codes silences everything in its reach.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from normfix.source.text import SourceText, Span

_MARKER = re.compile(r"#[^#\n]*(?:noqa|normfix:)", re.IGNORECASE)
_LIST = r"[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*"
_NOQA = re.compile(rf"#\s*noqa(?![\w-])(?P<colon>\s*:)?\s*(?P<codes>{_LIST})?", re.IGNORECASE)
_OWN = re.compile(r"#\s*normfix:\s*(?P<file>file-)?ignore(?![\w-])(?:\s*\[(?P<codes>[^\]]*)\])?", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s,]+")
_ALL = ("",)


@dataclass(frozen=True, slots=True)
class Directive:
    """One `noqa` or `ignore`: where it stands, what it silences, and where the list of its codes does, if it has one.

    `start` and `end` are offsets of the directive, `listed` those of the codes. The prefixes are as they are meant; the
    empty one stands for every code.
    """

    line: int
    start: int
    end: int
    prefixes: tuple[str, ...]
    listed: Span | None
    own: bool
    whole_file: bool = False


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What the comments of one file silence: code prefixes per line (1-based) and for the whole file.

    The empty prefix stands for every code.
    """

    lines: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    file: tuple[str, ...] = ()
    directives: tuple[Directive, ...] = ()

    def covers(self, code: str, first_line: int, last_line: int) -> bool:
        """Whether a comment on the first line or on the last one, or for the file, silences `code`.

        The lines between are not looked at: a comment there belongs to another part of the statement. Ask once for a
        finding's own lines and once for those of its statement.
        """
        prefixes = (*self.file, *self.lines.get(first_line, ()), *self.lines.get(last_line, ()))
        return any(code.startswith(prefix) for prefix in prefixes)


def suppressions(source: SourceText) -> Suppressions:
    """Read the comments of a file. Text in strings that looks like a comment does not count."""
    if not _MARKER.search(source.text):
        return Suppressions()
    lines: dict[int, tuple[str, ...]] = {}
    file: tuple[str, ...] = ()
    directives = tuple(_directives(source))
    for one in directives:
        if one.whole_file:
            file = (*file, *one.prefixes)
        else:
            lines[one.line] = (*lines.get(one.line, ()), *one.prefixes)
    return Suppressions(lines, file, directives)


def tokens(source: SourceText) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a file, as far as it can be cut into tokens."""
    rows = (source.line(number) + "\n" for number in range(1, len(source.line_starts) + 1))
    try:
        yield from tokenize.generate_tokens(lambda: next(rows, ""))
    except (tokenize.TokenError, SyntaxError):
        return


def _directives(source: SourceText) -> Iterator[Directive]:
    for token in tokens(source):
        if token.type == tokenize.COMMENT:
            alone = not token.line[: token.start[1]].strip()
            start = source.line_starts[token.start[0] - 1] + token.start[1]
            # That of a whole file counts on a line of its own alone.
            yield from (one for one in _read(token.string, token.start[0], start) if alone or not one.whole_file)


def _read(comment: str, line: int, offset: int) -> Iterator[Directive]:
    """The directives of a comment that stands at an offset."""
    for match in _NOQA.finditer(comment):
        place = (line, offset + match.start(), offset + match.end())
        if match["codes"] and match["colon"]:
            yield Directive(*place, _codes(match["codes"]), _span(match, offset), own=False)
        elif not match["colon"]:
            yield Directive(*place, _ALL, None, own=False)
    for match in _OWN.finditer(comment):
        place, whole = (line, offset + match.start(), offset + match.end()), bool(match["file"])
        if match["codes"] is None:
            yield Directive(*place, _ALL, None, own=True, whole_file=whole)
        else:
            yield Directive(*place, _codes(match["codes"]), _span(match, offset), own=True, whole_file=whole)


def _span(match: re.Match[str], offset: int) -> Span:
    return Span(offset + match.start("codes"), offset + match.end("codes"))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.upper() for code in _SEPARATOR.split(text) if code)
