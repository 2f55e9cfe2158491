"""Adds `# noqa: CODE` comments: to a comment that is there, or behind the code of a line that can have one."""

from __future__ import annotations

import tokenize
from collections.abc import Iterable, Mapping, Sequence

from normfix.source.magics import MARKED
from normfix.source.suppressions import Directive, suppressions, tokens
from normfix.source.text import Edit, SourceText


def comment_lines(source: SourceText) -> frozenset[int]:
    """The lines that a comment can stand at the end of: not inside a string, not before a joined line, no magic."""
    ends = (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT)
    rows = {token.start[0] for token in tokens(source) if token.type in ends}
    return frozenset(row for row in rows if MARKED.search(source.line(row)) is None)


def directives_of(source: SourceText) -> Mapping[int, Directive]:
    """The directive of each line that has one with a list of codes, the last one of several."""
    found = suppressions(source).directives
    return {one.line: one for one in found if one.listed is not None and not one.whole_file}


def additions(source: SourceText, wanted: Mapping[int, Sequence[str]], reason: str) -> Iterable[Edit]:
    """The edits that give each line its codes; the reason goes where a comment is new."""
    known = directives_of(source)
    behind = f" - {reason}" if reason else ""
    for line, codes in sorted(wanted.items()):
        one = known.get(line)
        if one is not None and one.listed is not None:
            between = ", " if one.listed.start < one.listed.end else ""
            yield Edit(one.listed.end, one.listed.end, between + ", ".join(codes))
        else:
            start, text = source.line_starts[line - 1], source.line(line)
            end = start + len(text.rstrip())
            yield Edit(end, start + len(text), f"  # noqa: {', '.join(codes)}{behind}")
