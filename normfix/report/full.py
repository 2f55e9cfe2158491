"""Each finding with the author's lines, then what is known of it: history, replacement, numbers, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.checks.finding import Finding
from normfix.report import Result, current, ordered, place
from normfix.report.excerpt import excerpt
from normfix.report.facts import facts
from normfix.report.heading import heading
from normfix.report.paint import NARROWEST, Paint, folded, printable
from normfix.report.view import View
from normfix.source.text import SourceText
from normfix.table.table import Rule, Table

_WIDTH = 110


def render(results: Sequence[Result], table: Table, view: View) -> str:
    """All remaining findings, a blank line after each."""
    paint = Paint(view.colour, view.links)
    return "".join(
        _finding(finding, source, table.rules.get(finding.code), paint, view) + "\n\n"
        for result in results
        for source in (current(result) if result.findings else None,)
        for finding in ordered(result)
    )


def _finding(finding: Finding, source: SourceText | None, rule: Rule | None, paint: Paint, view: View) -> str:
    indent = " " * len(str(finding.start.line))
    width = max(min(view.width or _WIDTH, _WIDTH), NARROWEST)
    rows = [
        heading(finding, rule, paint, unsafe_fixes=view.unsafe_fixes, width=view.width),
        f"{indent}{paint.quiet('-->')} {printable(place(finding))}",
    ]
    if source is not None and finding.start.line <= len(source.line_starts):
        rows.append(excerpt(source.part(finding.cell), finding.start, finding.end, paint, view.width))
    for label, text in facts(finding, rule, view.unsafe_fixes):
        said = f"{label}: {printable(text)}"
        first, *rest = folded(said, width - len(indent) - 3).splitlines()
        rows.append(f"{indent} {paint.quiet('=')} {paint.strong(label + ':')}{first[len(label) + 1 :]}")
        rows += (f"{indent}   {line}" for line in rest)
    return "\n".join(rows)
