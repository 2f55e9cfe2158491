"""Code actions: the fix of each finding, a comment that silences it, and all safe fixes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lsprotocol import types

from normfix.checks.finding import Finding
from normfix.checks.findings import CANNOT_DO
from normfix.report import applicability
from normfix.run.results import FileResult
from normfix.server.checking import Checked
from normfix.server.client import Client
from normfix.server.diagnostics import diagnostic
from normfix.server.edits import workspace_edit
from normfix.source.text import Applicability

FIX_ALL = "source.fixAll.normfix"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.normfix"
"""What an editor asks for when it saves a notebook as a whole."""

KINDS = (types.CodeActionKind.QuickFix, FIX_ALL, NOTEBOOK_FIX_ALL)
_FIX, _SILENCE, _ALL = "fix", "silence", "all"


def code_actions(checked: Checked, asked: types.CodeActionParams, client: Client) -> list[types.CodeAction]:
    """What can be done about the findings in a range, and about all of them."""
    actions = list(_offered(checked, asked, client))
    if not client.resolves_edits:
        actions = [resolved(one, checked, client) for one in actions]
        return [one for one in actions if one.edit is not None]
    return actions


def resolved(action: types.CodeAction, checked: Checked, client: Client) -> types.CodeAction:
    """An action with its edits; without, where the text has changed since it was offered or no fix holds."""
    data = action.data if isinstance(action.data, Mapping) else {}
    if data.get("version") == checked.document.version:
        fixed = _fixed(data, checked)
        if fixed is not None:
            versioned = client.versioned_edits
            action.edit = workspace_edit(checked.document, fixed, client.units, versioned=versioned)
    return action


def _fixed(data: Mapping[str, Any], checked: Checked) -> FileResult | None:
    if data.get("what") == _ALL:
        return checked.all_fixed()
    number, findings = data.get("finding"), checked.findings()
    if not isinstance(number, int) or not 0 <= number < len(findings):
        return None
    return checked.fixed(findings[number]) if data.get("what") == _FIX else checked.silenced(findings[number])


def _offered(checked: Checked, asked: types.CodeActionParams, client: Client) -> Iterator[types.CodeAction]:
    only = asked.context.only
    findings = checked.findings()
    if _wanted(types.CodeActionKind.QuickFix, only):
        for finding in checked.at(asked.range, asked.text_document.uri, client.units):
            yield from _quick_fixes(finding, findings.index(finding), checked, client)
    if any(applicability(one) is Applicability.SAFE for one in findings):
        kinds = (FIX_ALL, NOTEBOOK_FIX_ALL) if checked.document.is_notebook else (FIX_ALL,)
        for kind in kinds:
            if _wanted(kind, only):
                yield types.CodeAction("normfix: Make all safe fixes", kind=kind, data=_data(checked, _ALL))


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind is asked for: by its own name, by one that it is below, or because none is named."""
    return not only or any(kind == one or kind.startswith(f"{one}.") for one in only)


def _quick_fixes(finding: Finding, number: int, checked: Checked, client: Client) -> Iterator[types.CodeAction]:
    about = [diagnostic(finding, checked.place(finding, client.units)[1], checked)]
    quick_fix, trust = types.CodeActionKind.QuickFix, applicability(finding)
    if finding.fix is not None and trust in (Applicability.SAFE, Applicability.UNSAFE):
        safe = trust is Applicability.SAFE
        title = f"normfix: {finding.fix.message} ({finding.code}{'' if safe else ', unsafe'})"
        data = _data(checked, _FIX, number)
        yield types.CodeAction(title, kind=quick_fix, diagnostics=about, is_preferred=safe, data=data)
    if finding.code not in CANNOT_DO:
        title = f"normfix: Silence {finding.code} here with a comment"
        yield types.CodeAction(title, kind=quick_fix, diagnostics=about, data=_data(checked, _SILENCE, number))


def _data(checked: Checked, what: str, finding: int | None = None) -> dict[str, Any]:
    document = checked.document
    return {"uri": document.uri, "version": document.version, "what": what, "finding": finding}
