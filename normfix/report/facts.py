"""What there is to say of a finding beside its message, for the reports that people read."""

from __future__ import annotations

from collections.abc import Iterator

from normfix.checks.finding import Finding
from normfix.report import GRADE_WORDS, applicability, fixable, grade_of
from normfix.source.text import Applicability
from normfix.table.evidence import EQUAL
from normfix.table.table import Kind, Rule


def facts(finding: Finding, rule: Rule | None, unsafe_fixes: bool) -> Iterator[tuple[str, str]]:
    """Label and text, in the order in which they are read."""
    if rule and rule.history:
        yield "history", rule.history
    if finding.replacement:
        yield "replacement", finding.replacement
    if rule and rule.kind is not Kind.FILE and (finding.replacement or finding.fix or rule.kind is Kind.REMOVED):
        yield "numbers", GRADE_WORDS[grade_of(finding, rule) or rule.grade] + _but(finding, rule)
    yield from _of_fix(finding, unsafe_fixes)
    if finding.withheld:
        yield "not fixed", finding.withheld
    if rule and rule.advice not in ("", finding.withheld) and not fixable(finding, unsafe_fixes):
        yield "advice", rule.advice
    if rule and rule.note:
        yield "note", rule.note
    for note in finding.notes:
        yield "also", note


def _but(finding: Finding, rule: Rule) -> str:
    """Words for a fix that can be trusted less than its rule, because of what stands around it."""
    if finding.fix is None or not finding.fix.notes or applicability(finding) is not Applicability.UNSAFE:
        return ""
    return ", but mind what is said below" if grade_of(finding, rule) in EQUAL else ""


def _of_fix(finding: Finding, unsafe_fixes: bool) -> Iterator[tuple[str, str]]:
    if finding.fix is None:
        return
    hidden = applicability(finding) is Applicability.UNSAFE and not unsafe_fixes
    yield "fix", finding.fix.message + (" (with --unsafe-fixes)" if hidden else "")
    for note in finding.fix.notes:
        yield "mind", note
