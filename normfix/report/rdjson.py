"""Findings in the diagnostic format of reviewdog, with the fixes as suggestions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from normfix.checks.finding import Severity
from normfix.report import HOME, Result, url_of
from normfix.report.in_file import Located, located, one_replacement, slashed
from normfix.report.view import View
from normfix.source.text import Applicability, Position, SourceText
from normfix.table.table import Rule, Table

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(results: Sequence[Result], table: Table, _: View) -> str:
    """One object with a diagnostic for each remaining finding."""
    diagnostics = [_diagnostic(one, table.rules.get(one.finding.code)) for one in located(results)]
    document = {"source": {"name": "normfix", "url": HOME}, "diagnostics": diagnostics}
    return json.dumps(document, indent=2) + "\n"


def _diagnostic(one: Located, rule: Rule | None) -> Mapping[str, Any]:
    finding, url = one.finding, url_of(rule)
    found: dict[str, Any] = {
        "message": finding.message,
        "location": {"path": slashed(finding.path), "range": _range(one.source, one.start, one.end)},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.code} | ({"url": url} if url else {}),
    }
    fix = finding.fix
    if fix is not None and one.source is not None and fix.applicability is not Applicability.DISPLAY:
        change = one_replacement(fix, one.source)
        if change is not None:
            found["suggestions"] = [{"range": _range(one.source, change.start, change.end), "text": change.text}]
    return found


def _range(source: SourceText | None, start: Position, end: Position) -> Mapping[str, Any]:
    return {"start": _position(source, start), "end": _position(source, end)}


def _position(source: SourceText | None, place: Position) -> Mapping[str, int]:
    """The format counts columns in bytes of UTF-8."""
    column = place.column
    if source is not None and place.line <= len(source.file.line_starts):
        column = len(source.file.line(place.line)[: place.column - 1].encode("utf-8", "surrogatepass")) + 1
    return {"line": place.line, "column": column}
