"""Chooses the output format: results and the options that shape them to the text that is printed."""

# ruff: noqa: PLC0415 - only the chosen format is imported

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from normfix.report import Result, Totals
from normfix.report.paint import Paint
from normfix.table.table import Table


@dataclass(frozen=True, slots=True)
class View:
    """How findings are to be shown. `format` is one of `config.FORMATS`."""

    format: str = "full"
    colour: bool = False
    unsafe_fixes: bool = False
    fix: bool = False
    diff: bool = False
    statistics: bool = False


def body(results: Sequence[Result], table: Table, view: View) -> str:
    """The report itself; for people, nothing to say is an empty text."""
    if view.diff:
        from normfix.report import diff

        return diff.render(results, Paint(view.colour))
    if view.statistics:
        from normfix.report import summary

        as_json = view.format == "json"
        return summary.statistics(results, table, as_json=as_json, unsafe_fixes=view.unsafe_fixes)
    if view.format == "json":
        from normfix.report import json

        return json.render(results, table)
    if not any(result.findings for result in results):
        return ""
    return _findings(results, table, view)


def _findings(results: Sequence[Result], table: Table, view: View) -> str:
    if view.format == "github":
        from normfix.report import github

        return github.render(results)
    if view.format == "concise":
        from normfix.report import concise

        return concise.render(results, Paint(view.colour), unsafe_fixes=view.unsafe_fixes)
    from normfix.report import full

    return full.render(results, table, Paint(view.colour), unsafe_fixes=view.unsafe_fixes)


def closing(found: Totals, view: View) -> str:
    """The summary of a run."""
    from normfix.report import summary

    if view.fix or view.diff:
        return summary.fix_summary(found, unsafe_fixes=view.unsafe_fixes, written=not view.diff)
    return summary.check_summary(found, unsafe_fixes=view.unsafe_fixes)
