"""One line for each finding: `path:line:column: CODE [*] error: message`."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.checks.finding import Finding
from normfix.report import Result, in_order, place
from normfix.report.heading import heading
from normfix.report.paint import Paint, printable


def render(results: Sequence[Result], paint: Paint, *, unsafe_fixes: bool = False) -> str:
    """The lines, by file and place."""
    return "".join(_line(finding, paint, unsafe_fixes) + "\n" for finding in in_order(results))


def _line(finding: Finding, paint: Paint, unsafe_fixes: bool) -> str:
    return f"{paint.strong(printable(place(finding)))}: {heading(finding, paint, unsafe_fixes=unsafe_fixes)}"
