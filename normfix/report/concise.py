"""One line for each finding: `path:line:column: CODE [*] message`."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.checks.finding import Finding
from normfix.report import Result, fixable, in_order, place
from normfix.report.paint import Paint, printable


def render(results: Sequence[Result], paint: Paint, *, unsafe_fixes: bool = False) -> str:
    """The lines; `[*]` marks what the fixer would take away with the options in force."""
    return "".join(_line(finding, paint, unsafe_fixes) + "\n" for finding in in_order(results))


def _line(finding: Finding, paint: Paint, unsafe_fixes: bool) -> str:
    mark = paint.good("[*] ") if fixable(finding, unsafe_fixes) else ""
    where = paint.strong(printable(place(finding)))
    return f"{where}: {paint.alarm(finding.code)} {mark}{printable(finding.message)}"
