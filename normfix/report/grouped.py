"""Findings below the file that they are in, one line each: `  line:column CODE [*] error: message`."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.checks.finding import Finding
from normfix.report import Result, ordered, shown
from normfix.report.heading import heading
from normfix.report.paint import Paint, printable
from normfix.report.view import View
from normfix.table.table import Table


def render(results: Sequence[Result], table: Table, view: View) -> str:
    """A paragraph for each file that has findings, a blank line after each."""
    return "".join(_file(result, table, view) + "\n" for result in results if result.findings)


def _file(result: Result, table: Table, view: View) -> str:
    paint = Paint(view.colour, view.links)
    found = ordered(result)
    width = max(len(_place(finding)) for finding in found)
    lines = (
        f"  {paint.quiet(f'{_place(finding):>{width}}')} "
        f"{heading(finding, table.rules.get(finding.code), paint, unsafe_fixes=view.unsafe_fixes)}\n"
        for finding in found
    )
    return f"{paint.strong(printable(shown(result.path)))}:\n{''.join(lines)}"


def _place(finding: Finding) -> str:
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{cell}{finding.start.line}:{finding.start.column}"
