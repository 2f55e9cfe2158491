"""Findings as logging commands of Azure Pipelines, which become issues of the run."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.checks.finding import Severity
from normfix.report import Result, place
from normfix.report.in_file import Located, located, slashed
from normfix.report.paint import printable
from normfix.report.view import View
from normfix.table.table import Table

_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(results: Sequence[Result], _: Table, __: View) -> str:
    """One command for each error and warning; a note, which no issue has a type for, is a line of the log."""
    return "".join(_line(one) + "\n" for one in located(results))


def _line(one: Located) -> str:
    finding = one.finding
    kind = _TYPES.get(finding.severity)
    if kind is None:
        return printable(f"{place(finding)}: {finding.code} {finding.message}")
    properties = {
        "type": kind,
        "sourcepath": slashed(finding.path),
        "linenumber": str(one.start.line),
        "columnnumber": str(one.start.column),
        "code": finding.code,
    }
    listed = "".join(f"{key}={_property(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {listed}]{_data(finding.message)}"


def _data(text: str) -> str:
    return printable(text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
