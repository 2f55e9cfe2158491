"""Findings as diagnostics, for each text of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lsprotocol import types

from normfix.checks.finding import Finding, Severity
from normfix.report import url_of
from normfix.server.checking import Checked
from normfix.server.positions import Units

SOURCE = "normfix"
_LEVELS = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def diagnostics(checked: Checked, units: Units) -> Mapping[str, Sequence[types.Diagnostic]]:
    """The diagnostics of each text, none for one without findings."""
    found: dict[str, list[types.Diagnostic]] = {text.uri: [] for text in checked.document.texts}
    for finding in checked.findings():
        text, place = checked.place(finding, units)
        found[text.uri].append(diagnostic(finding, place, checked))
    return found


def diagnostic(finding: Finding, place: types.Range, checked: Checked) -> types.Diagnostic:
    """One finding at its place."""
    url = url_of(checked.job.table.rules.get(finding.code))
    return types.Diagnostic(
        range=place,
        message=finding.message,
        severity=_LEVELS[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(url) if url else None,
        source=SOURCE,
    )
