"""What formats for other programs need: where a finding stands in the file itself, and how it is known again."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from normfix.checks.finding import Finding
from normfix.report import Result, current, ordered, shown
from normfix.source.text import Fix, Position, SourceText

_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Located:
    """A remaining finding, the text it speaks of, and its place in the file; in a notebook, the place in its JSON."""

    finding: Finding
    source: SourceText | None
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a fix writes in the place of a part of the file itself; `end` is exclusive."""

    start: Position
    end: Position
    text: str


def located(results: Iterable[Result]) -> Iterator[Located]:
    """All remaining findings by file, then by place."""
    for result in results:
        source = current(result) if result.findings else None
        for finding in ordered(result):
            start, end = (_in_file(source, finding.cell, place) for place in (finding.start, finding.end))
            yield Located(finding, source, start, end)


def _in_file(source: SourceText | None, cell: int | None, place: Position) -> Position:
    return place if source is None else source.in_file(cell, place)


def replacements(fix: Fix, source: SourceText) -> list[Replacement]:
    """All that a fix changes in the file itself, in order."""
    file = source.file
    return [
        Replacement(file.position(edit.start), file.position(edit.end), edit.replacement)
        for edit in source.file_edits(fix.edits)
    ]


def one_replacement(fix: Fix, source: SourceText) -> Replacement | None:
    """The same with what lies between the changes, for formats whose changes are made one without the other."""
    edits, file = source.file_edits(fix.edits), source.file
    if not edits:
        return None
    text = edits[0].replacement
    for before, edit in pairwise(edits):
        text += file.text[before.end : edit.start] + edit.replacement
    return Replacement(file.position(edits[0].start), file.position(edits[-1].end), text)


def slashed(path: str) -> str:
    """A path as other programs expect it: relative to the working directory where it is below, with slashes."""
    return shown(path).replace(os.sep, "/")


def fingerprints(found: Sequence[Located]) -> list[str]:
    """A name for each finding that stays when lines are added above it, and that no other finding has.

    Made of path, code, what was met and the author's line; findings that have all these in common are counted.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    names = []
    for one in found:
        finding = one.finding
        known = (slashed(finding.path), finding.code, finding.symbol, finding.argument or "", _line(one))
        seen[known] += 1
        whole = "\0".join((*known, str(seen[known])))
        names.append(sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH])
    return names


def _line(one: Located) -> str:
    finding = one.finding
    part = None if one.source is None else one.source.part(finding.cell)
    if part is None or finding.start.line > len(part.line_starts):
        return finding.message
    return part.line(finding.start.line).strip()
