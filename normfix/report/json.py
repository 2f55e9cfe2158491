"""Findings as JSON, in the field names that ruff uses, plus severity, symbol, replacement and grade."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from normfix.checks.finding import Finding
from normfix.report import Result, current, grade_of, ordered, url_of
from normfix.report.view import View
from normfix.source.text import Edit, Fix, Position, SourceText
from normfix.table.table import Rule, Table


def render(results: Sequence[Result], table: Table, _: View) -> str:
    """One array with an object for each remaining finding."""
    return json.dumps(rows(results, table), indent=2) + "\n"


def rows(results: Iterable[Result], table: Table) -> list[Mapping[str, Any]]:
    """The object for each remaining finding, by file and place."""
    return [
        _row(finding, source, table.rules.get(finding.code))
        for result in results
        for source in (current(result) if result.findings else None,)
        for finding in ordered(result)
    ]


def _row(finding: Finding, source: SourceText | None, rule: Rule | None) -> Mapping[str, Any]:
    return {
        "cell": finding.cell,
        "code": finding.code,
        "end_location": _location(finding.end),
        "filename": finding.path if finding.path == "-" else os.path.abspath(finding.path),  # noqa: PTH100
        "fix": _fix(finding.fix, source) if finding.fix and source else None,
        "location": _location(finding.start),
        "message": finding.message,
        "name": rule.slug if rule else None,
        "noqa_row": finding.start.line,
        "severity": finding.severity.value,
        "url": url_of(rule),
        "symbol": finding.symbol,
        "argument": finding.argument,
        "replacement": finding.replacement,
        "grade": grade.value if (grade := grade_of(finding, rule)) else None,
        "withheld": finding.withheld,
        "notes": list(finding.notes),
    }


def _fix(fix: Fix, source: SourceText) -> Mapping[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "edits": [_edit(*source.in_part(edit), source) for edit in fix.edits],
        "message": fix.message,
        "notes": list(fix.notes),
    }


def _edit(cell: int | None, edit: Edit, source: SourceText) -> Mapping[str, Any]:
    part = source.part(cell)
    return {
        "content": edit.replacement,
        "end_location": _location(part.position(edit.end)),
        "location": _location(part.position(edit.start)),
    }


def _location(position: Position) -> Mapping[str, int]:
    return {"column": position.column, "row": position.line}
