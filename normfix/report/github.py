"""Findings as GitHub workflow commands, which show up as annotations on a pull request; in a notebook, on its JSON."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.checks.finding import Severity
from normfix.report import Result, place
from normfix.report.in_file import Located, located, slashed
from normfix.report.paint import printable
from normfix.report.view import View
from normfix.table.table import Table

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(results: Sequence[Result], _: Table, __: View) -> str:
    """One command for each remaining finding."""
    return "".join(_command(one) + "\n" for one in located(results))


def _command(one: Located) -> str:
    finding = one.finding
    properties = {
        "title": f"normfix ({finding.code})",
        "file": slashed(finding.path),
        "line": str(one.start.line),
        "col": str(one.start.column),
        "endLine": str(one.end.line),
        "endColumn": str(one.end.column),
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = f"{place(finding)}: {finding.code} {finding.message}"
    if finding.fix:
        message += f"\n  help: {finding.fix.message}"
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
