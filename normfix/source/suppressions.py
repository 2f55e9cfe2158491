"""Comments that silence findings: `# noqa: NF101`, `# normfix: ignore[NF101]`, `# normfix: file-ignore[NF101]`.

A code may be a prefix (`NF1`); a comment without codes silences everything in its reach.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from normfix.source.text import SourceText

_MARKER = re.compile(r"#.*?(?:noqa|normfix:)", re.IGNORECASE)
_LIST = r"[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*"
_NOQA = re.compile(rf"#\s*noqa(?![\w-])(?P<colon>\s*:)?\s*(?P<codes>{_LIST})?", re.IGNORECASE)
_OWN = re.compile(r"#\s*normfix:\s*(?P<file>file-)?ignore(?![\w-])(?:\s*\[(?P<codes>[^\]]*)\])?", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s,]+")
_ALL = ("",)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What the comments of one file silence: code prefixes per line (1-based) and for the whole file.

    The empty prefix stands for every code.
    """

    lines: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    file: tuple[str, ...] = ()

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
    for token in _comments(source):
        for whole_file, prefixes in _read(token.string):
            if not whole_file:
                lines[token.start[0]] = (*lines.get(token.start[0], ()), *prefixes)
            elif not token.line[: token.start[1]].strip():
                file = (*file, *prefixes)
    return Suppressions(lines, file)


def _comments(source: SourceText) -> Iterator[tokenize.TokenInfo]:
    """The comment tokens of a file, as far as it can be cut into tokens."""
    rows = (source.line(number) + "\n" for number in range(1, len(source.line_starts) + 1))
    try:
        for token in tokenize.generate_tokens(lambda: next(rows, "")):
            if token.type == tokenize.COMMENT:
                yield token
    except (tokenize.TokenError, SyntaxError):
        return


def _read(comment: str) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Each directive of a comment, as (for the whole file?, code prefixes)."""
    for match in _NOQA.finditer(comment):
        if match["codes"] and match["colon"]:
            yield False, _codes(match["codes"])
        elif not match["colon"]:
            yield False, _ALL
    for match in _OWN.finditer(comment):
        yield bool(match["file"]), _ALL if match["codes"] is None else _codes(match["codes"])


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.upper() for code in _SEPARATOR.split(text) if code)
