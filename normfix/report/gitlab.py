"""Findings as a Code Quality report of GitLab, for `artifacts:reports:codequality`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from normfix.checks.finding import Severity
from normfix.report import Result
from normfix.report.in_file import Located, fingerprints, located, slashed
from normfix.report.view import View
from normfix.source.text import Position
from normfix.table.table import Table

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(results: Sequence[Result], _: Table, __: View) -> str:
    """One array with an object for each remaining finding."""
    found = list(located(results))
    rows = [_row(one, name) for one, name in zip(found, fingerprints(found), strict=True)]
    return json.dumps(rows, indent=2) + "\n"


def _row(one: Located, fingerprint: str) -> Mapping[str, Any]:
    finding = one.finding
    return {
        "check_name": finding.code,
        "description": f"{finding.code}: {finding.message}",
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": slashed(finding.path),
            "positions": {"begin": _position(one.start), "end": _position(one.end)},
        },
    }


def _position(place: Position) -> Mapping[str, int]:
    return {"line": place.line, "column": place.column}
