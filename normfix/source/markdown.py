"""The Python in Markdown and MyST: fenced blocks, as markdown-it-py finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from markdown_it import MarkdownIt

from normfix.source.found import CODE, DIRECTIVES, LANGUAGES, FoundBlock, numbered
from normfix.source.restructured import restructured_blocks

_DIRECTIVE = re.compile(r"\{\s*(?P<name>[\w:-]+)\s*\}\s*(?P<argument>\S*)")
_INFO = re.compile(r"\{?\s*\.?(?P<language>[\w+-]*)")
_OPTION = re.compile(r"\s*:[\w-]+:")
_RULE = "---"


def markdown_blocks(text: str) -> Iterator[FoundBlock]:
    """The Python blocks of a Markdown document, those inside the directives of MyST among them."""
    yield from _blocks(text.split("\n"), 1)


def _blocks(lines: Sequence[str], first: int) -> Iterator[FoundBlock]:
    """The blocks of a document, or of what a directive holds, whose first line has a number in the document."""
    # Nothing within a line is code.
    reader = MarkdownIt("commonmark").disable("inline")
    for token in reader.parse("\n".join(lines)):
        if token.type == "fence" and token.map is not None:
            inner = token.content.removesuffix("\n").split("\n") if token.content else []
            yield from _fence(token.info.strip(), inner, first + token.map[0] + 1)


def _fence(info: str, lines: list[str], start: int) -> Iterator[FoundBlock]:
    directive = _DIRECTIVE.match(info)
    name = directive["name"].lower() if directive else ""
    if directive is None or name in LANGUAGES - DIRECTIVES:
        language = _INFO.match(info)
        if language is not None and language["language"].lower() in LANGUAGES:
            yield FoundBlock(start, numbered(start, lines))
    elif name == "eval-rst":
        for one in restructured_blocks("\n".join(lines)):
            moved = tuple((number + start - 1, code) for number, code in one.lines)
            yield FoundBlock(one.start + start - 1, moved, one.sure)
    elif name in CODE or name in DIRECTIVES:
        language_of = directive["argument"].lower()
        if language_of in LANGUAGES or (not language_of and name in DIRECTIVES) or name == "doctest":
            options = _options(lines)
            yield FoundBlock(start + options, numbered(start + options, lines[options:]))
    else:
        yield from _blocks(lines, start)


def _options(lines: Sequence[str]) -> int:
    """How many lines at the start of a directive are its options, in either way of writing them."""
    if lines and lines[0].strip() == _RULE:
        end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == _RULE), 0)
        return end + 1 if end else 0
    return sum(1 for _ in takewhile(_OPTION.match, lines))
