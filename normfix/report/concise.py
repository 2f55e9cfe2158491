"""One line for each finding: `path:line:column: CODE [*] error: message`."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.checks.finding import Finding
from normfix.report import Result, in_order, place
from normfix.report.heading import heading
from normfix.report.paint import Paint, printable
from normfix.report.view import View
from normfix.table.table import Table


def render(results: Sequence[Result], table: Table, view: View) -> str:
    """The lines, by file and place."""
    paint = Paint(view.colour, view.links)
    return "".join(_line(finding, table, paint, view.unsafe_fixes) + "\n" for finding in in_order(results))


def _line(finding: Finding, table: Table, paint: Paint, unsafe_fixes: bool) -> str:
    said = heading(finding, table.rules.get(finding.code), paint, unsafe_fixes=unsafe_fixes)
    return f"{paint.strong(printable(place(finding)))}: {said}"
