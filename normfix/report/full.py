"""Each finding with the author's lines, then what is known of it: history, replacement, numbers, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from normfix.checks.finding import Finding
from normfix.report import Result, current, ordered, place
from normfix.report.excerpt import excerpt
from normfix.report.facts import facts
from normfix.report.heading import heading
from normfix.report.paint import Paint, printable
from normfix.report.view import View
from normfix.source.text import SourceText
from normfix.table.table import Rule, Table

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
    for label, text in facts(finding, rule, unsafe_fixes):
        first, *rest = _wrapped(f"{label}: {printable(text)}", len(indent) + 3)
        rows.append(f"{indent} {paint.quiet('=')} {paint.strong(label + ':')}{first[len(label) + 1 :]}")
        rows += (f"{indent}   {line}" for line in rest)
    return "\n".join(rows)


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, _WIDTH - indent, break_long_words=False, break_on_hyphens=False)
