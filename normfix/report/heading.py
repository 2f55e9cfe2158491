"""How both text formats begin a finding: its code, the mark of a fix, how bad it is, and what is wrong."""

from __future__ import annotations

from normfix.checks.finding import Finding
from normfix.report import SEVERITY_WORDS, fixable, url_of
from normfix.report.paint import Paint, folded, printable
from normfix.table.rule import Rule


def heading(finding: Finding, rule: Rule | None, paint: Paint, *, unsafe_fixes: bool, width: int | None = None) -> str:
    """`CODE [*] error: message`; `[*]` marks what the fixer would take away with the options in force.

    The code leads to what can be read about it. Where the terminal has a `width`, the message goes on in further lines.
    """
    mark, word = "[*] " if fixable(finding, unsafe_fixes) else "", SEVERITY_WORDS[finding.severity]
    ahead = len(f"{finding.code} {mark}{word}: ")
    message = folded(" " * ahead + printable(finding.message), width).rstrip("\n")[ahead:]
    code = paint.linked(paint.alarm(finding.code), url_of(rule))
    return f"{code} {paint.good(mark)}{word}: {paint.strong(message)}"
