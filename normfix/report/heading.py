"""How both text formats begin a finding: its code, the mark of a fix, how bad it is, and what is wrong."""

from __future__ import annotations

from normfix.checks.finding import Finding, Severity
from normfix.report import fixable
from normfix.report.paint import Paint, printable

_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def heading(finding: Finding, paint: Paint, *, unsafe_fixes: bool) -> str:
    """`CODE [*] error: message`; `[*]` marks what the fixer would take away with the options in force."""
    mark = paint.good("[*] ") if fixable(finding, unsafe_fixes) else ""
    return f"{paint.alarm(finding.code)} {mark}{_WORDS[finding.severity]}: {paint.strong(printable(finding.message))}"
