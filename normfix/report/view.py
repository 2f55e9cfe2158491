"""Chooses the output format: results and the options that shape them to the text that is printed."""

# ruff: noqa: PLC0415 - only the chosen format is imported

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from normfix.report import Result, Totals
from normfix.report.paint import Paint
from normfix.table.table import Table


@dataclass(frozen=True, slots=True)
class View:
    """How findings are to be shown. `format` is one of REPORTERS.

    `declined` is how many fixes a person did not want; None where nobody was asked.
    """

    format: str = "full"
    colour: bool = False
    unsafe_fixes: bool = False
    fix: bool = False
    diff: bool = False
    statistics: bool = False
    declined: int | None = None


def body(results: Sequence[Result], table: Table, view: View) -> str:
    """The report itself; for people, nothing to say is an empty text."""
    if view.diff:
        from normfix.report import diff

        return diff.render(results, Paint(view.colour))
    if view.statistics:
        from normfix.report import summary

        as_json = view.format == "json"
        return summary.statistics(results, table, as_json=as_json, unsafe_fixes=view.unsafe_fixes)
    return REPORTERS[view.format](results, table, view)


def _full(results: Sequence[Result], table: Table, view: View) -> str:
    from normfix.report import full

    return full.render(results, table, Paint(view.colour), unsafe_fixes=view.unsafe_fixes) if _any(results) else ""


def _concise(results: Sequence[Result], _: Table, view: View) -> str:
    from normfix.report import concise

    return concise.render(results, Paint(view.colour), unsafe_fixes=view.unsafe_fixes) if _any(results) else ""


def _json(results: Sequence[Result], table: Table, _: View) -> str:
    from normfix.report import json

    return json.render(results, table)


def _github(results: Sequence[Result], _: Table, __: View) -> str:
    from normfix.report import github

    return github.render(results) if _any(results) else ""


def _any(results: Sequence[Result]) -> bool:
    return any(result.findings for result in results)


REPORTERS: Mapping[str, Callable[[Sequence[Result], Table, View], str]] = {
    "full": _full,
    "concise": _concise,
    "json": _json,
    "github": _github,
}
"""What draws each format. An option or a configuration that names another one is refused by it."""


def closing(found: Totals, view: View) -> str:
    """The summary of a run."""
    from normfix.report import summary

    if view.fix or view.diff:
        unsafe = view.unsafe_fixes or view.declined is not None
        return summary.fix_summary(found, unsafe_fixes=unsafe, written=not view.diff, declined=view.declined or 0)
    return summary.check_summary(found, unsafe_fixes=view.unsafe_fixes)
