"""Results to text, one module for each output format; here is what all of them need: paths, grades, totals.

It may know findings and the table. It must not read settings beside the names of formats, nor write anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from normfix.checks.finding import Finding, Severity
from normfix.checks.findings import CANNOT_DO
from normfix.source.documents import read_document
from normfix.source.text import Applicability, SourceText
from normfix.table.table import Grade, Rule

HOME = "https://github.com/normfix/normfix"
"""Where normfix itself is at home."""

GRADE_WORDS = {
    Grade.IDENTICAL: "identical",
    Grade.IDENTICAL_WITH_ARGUMENTS: "identical with the arguments that the fix adds",
    Grade.DIFFERENT: "different, see the note",
    Grade.NONE: "no equivalent",
    Grade.NO_NUMBERS: "nothing to compare: the old spelling never ran, or what changes computes nothing",
}
"""What the replacement does to the numbers, for people."""

SEVERITY_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""How bad a finding is, for people."""


class Result(Protocol):
    """What is known of one file after a run; `source` is None when it could not be read."""

    @property
    def path(self) -> str:
        """The file, as it was found."""

    @property
    def source(self) -> SourceText | None:
        """The text as it was before any fix."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What remains."""

    @property
    def fixed(self) -> tuple[Finding, ...]:
        """What the fixes took away."""

    @property
    def fixed_text(self) -> str | None:
        """The text after the fixes, None when nothing changed."""


def grade_of(finding: Finding, rule: Rule | None) -> Grade | None:
    """What is known of the numbers: of the very path that was found, else of its rule."""
    return finding.grade or (rule.grade if rule is not None else None)


def url_of(rule: Rule | None) -> str | None:
    """Where to read more about what a rule speaks of."""
    return rule.links[0] if rule is not None and rule.links else None


def current(result: Result) -> SourceText | None:
    """The text that the remaining findings speak of: the one after the fixes."""
    if result.source is None or result.fixed_text is None:
        return result.source
    source = result.source
    return read_document(source.encode(result.fixed_text), source.path, docstrings=source.with_docstrings)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all files: what was fixed, what remains and how much of it a further option would fix.

    `warnings` are those of the remaining ones that run on the target all the same. `undone` are the files for which the
    job could not be done, whatever else was found.
    """

    fixed: int = 0
    remaining: int = 0
    warnings: int = 0
    notes: int = 0
    safe: int = 0
    unsafe: int = 0
    undone: int = 0


def totals(results: Iterable[Result]) -> Totals:
    """Count findings; those of severity info are `notes` and not in `remaining`."""
    listed = list(results)
    remaining = [finding for result in listed for finding in result.findings]
    return Totals(
        fixed=sum(len(result.fixed) for result in listed),
        remaining=sum(finding.severity is not Severity.INFO for finding in remaining),
        warnings=sum(finding.severity is Severity.WARNING for finding in remaining),
        notes=sum(finding.severity is Severity.INFO for finding in remaining),
        safe=sum(applicability(finding) is Applicability.SAFE for finding in remaining),
        unsafe=sum(applicability(finding) is Applicability.UNSAFE for finding in remaining),
        undone=sum(any(one.code in CANNOT_DO for one in result.findings) for result in listed),
    )


def applicability(finding: Finding) -> Applicability | None:
    """How far the finding's fix can be trusted, None when there is none."""
    return finding.fix.applicability if finding.fix else None


def fixable(finding: Finding, unsafe_fixes: bool) -> bool:
    """Whether the fixer would take this finding away with the options in force."""
    chosen = (Applicability.SAFE, Applicability.UNSAFE) if unsafe_fixes else (Applicability.SAFE,)
    return applicability(finding) in chosen


def shown(path: str) -> str:
    """`path` relative to the working directory when it is below it, else as it is."""
    if not Path(path).is_absolute():
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def place(finding: Finding) -> str:
    """`path:line:column`, with the cell of a notebook between."""
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{shown(finding.path)}:{cell}{finding.start.line}:{finding.start.column}"


def ordered(result: Result) -> list[Finding]:
    """What remains in one file, by place."""
    return sorted(result.findings, key=lambda one: (one.cell or 0, one.start, one.end, one.code))


def in_order(results: Iterable[Result]) -> list[Finding]:
    """All remaining findings by file, then by place."""
    return [finding for result in results for finding in ordered(result)]
