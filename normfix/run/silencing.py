"""`--add-noqa`: what was found is silenced where it stands, each file as a whole or not at all."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from normfix.checks.finding import Finding, Severity
from normfix.checks.findings import CANNOT_DO, PROBABLE, UNUSED_SUPPRESSION, fix_failed, header_lines
from normfix.run.results import FileResult
from normfix.source.adding import additions, comment_lines, directives_of
from normfix.source.python import ParseFailure, parse
from normfix.source.suppressions import suppressions
from normfix.source.text import SourceText, apply_edits

_LEFT_ALONE = CANNOT_DO | {PROBABLE, UNUSED_SUPPRESSION}
Lines = tuple[int, int]


def silenced(results: Iterable[FileResult], reason: str) -> list[FileResult]:
    """The results with a comment for each finding that one can silence; these count as fixed."""
    return [_silenced(one, one.source, reason) if one.source is not None else one for one in results]


def _silenced(result: FileResult, source: SourceText, reason: str) -> FileResult:
    tree = parse(source)
    found = [one for one in result.findings if one.code not in _LEFT_ALONE and one.severity is not Severity.INFO]
    if isinstance(tree, ParseFailure) or not found:
        return result
    able, known = comment_lines(source), directives_of(source)
    statements = [header_lines(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    wanted: dict[int, list[str]] = defaultdict(list)
    reached: dict[Finding, tuple[Lines, Lines]] = {}
    for one in found:
        own = source.line_of(one.cell, one.start.line), source.line_of(one.cell, one.end.line)
        around = min((lines for lines in statements if lines[0] <= own[0] <= lines[1]), key=_length, default=own)
        places = [line for line in (own[1], own[0], around[1], around[0]) if line in able]
        if places:
            reached[one] = own, around
            line = next((line for line in places if line in known), places[0])
            if one.code not in wanted[line]:
                wanted[line].append(one.code)
    text = apply_edits(source.text, additions(source, wanted, reason))
    if not _holds(tree, replace(source, text=text), reached):
        return replace(result, findings=(fix_failed(result.path, "the comments would not hold"), *result.findings))
    left = tuple(one for one in result.findings if one not in reached)
    return replace(result, findings=left, fixed=tuple(reached), fixed_text=text if reached else None)


def _holds(tree: ast.Module, after: SourceText, reached: dict[Finding, tuple[Lines, Lines]]) -> bool:
    """Whether a text is the same program as before, and silences all that it should."""
    now, again = suppressions(after), parse(after)
    silent = all(any(now.covers(one.code, *lines) for lines in both) for one, both in reached.items())
    return silent and not isinstance(again, ParseFailure) and ast.dump(tree) == ast.dump(again)


def _length(lines: Sequence[int]) -> int:
    return lines[1] - lines[0]
