"""Each finding with the author's lines, then what is known of it: history, replacement, numbers, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from normfix.checks.finding import Finding
from normfix.report import GRADE_WORDS, Result, applicability, current, fixable, grade_of, ordered, place
from normfix.report.excerpt import excerpt
from normfix.report.heading import heading
from normfix.report.paint import Paint, printable
from normfix.report.view import View
from normfix.source.text import Applicability, SourceText
from normfix.table.evidence import EQUAL
from normfix.table.table import Kind, Rule, Table

_WIDTH = 110


def render(results: Sequence[Result], table: Table, view: View) -> str:
    """All remaining findings, a blank line after each."""
    paint = Paint(view.colour, view.links)
    return "".join(
        _finding(finding, source, table.rules.get(finding.code), paint, view.unsafe_fixes) + "\n\n"
        for result in results
        for source in (current(result) if result.findings else None,)
        for finding in ordered(result)
    )


def _finding(finding: Finding, source: SourceText | None, rule: Rule | None, paint: Paint, unsafe_fixes: bool) -> str:
    indent = " " * len(str(finding.start.line))
    rows = [
        heading(finding, rule, paint, unsafe_fixes=unsafe_fixes),
        f"{indent}{paint.quiet('-->')} {printable(place(finding))}",
    ]
    if source is not None and finding.start.line <= len(source.line_starts):
        rows.append(excerpt(source.part(finding.cell), finding.start, finding.end, paint))
    for label, text in _facts(finding, rule, unsafe_fixes):
        first, *rest = _wrapped(f"{label}: {printable(text)}", len(indent) + 3)
        rows.append(f"{indent} {paint.quiet('=')} {paint.strong(label + ':')}{first[len(label) + 1 :]}")
        rows += (f"{indent}   {line}" for line in rest)
    return "\n".join(rows)


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, _WIDTH - indent, break_long_words=False, break_on_hyphens=False)


def _facts(finding: Finding, rule: Rule | None, unsafe_fixes: bool) -> Iterator[tuple[str, str]]:
    """What there is to say, in the order in which it is read."""
    if rule and rule.history:
        yield "history", rule.history
    if finding.replacement:
        yield "replacement", finding.replacement
    if rule and rule.kind is not Kind.FILE and (finding.replacement or finding.fix or rule.kind is Kind.REMOVED):
        yield "numbers", GRADE_WORDS[grade_of(finding, rule) or rule.grade] + _but(finding, rule)
    yield from _fix_facts(finding, unsafe_fixes)
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


def _fix_facts(finding: Finding, unsafe_fixes: bool) -> Iterator[tuple[str, str]]:
    if finding.fix is None:
        return
    hidden = applicability(finding) is Applicability.UNSAFE and not unsafe_fixes
    yield "fix", finding.fix.message + (" (with --unsafe-fixes)" if hidden else "")
    for note in finding.fix.notes:
        yield "mind", note
