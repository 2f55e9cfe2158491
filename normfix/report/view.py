"""Chooses the output format: results and the options that shape them to the text that is printed."""

# ruff: noqa: PLC0415 - only the chosen format is imported

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from normfix.config.settings import FORMATS
from normfix.report import Result, Totals
from normfix.report.paint import Paint
from normfix.table.table import Table


@dataclass(frozen=True, slots=True)
class View:
    """How findings are to be shown. `format` is one of FORMATS.

    `width` is the columns of the terminal, None where the text goes somewhere else; `links` says whether the terminal
    takes hyperlinks.
    `declined` is how many fixes a person did not want; None where nobody was asked. `silence` says that what counts
    as fixed was silenced.
    """

    format: str = "full"
    colour: bool = False
    unsafe_fixes: bool = False
    fix: bool = False
    diff: bool = False
    statistics: bool = False
    declined: int | None = None
    silence: bool = False
    width: int | None = None
    links: bool = False


def body(results: Sequence[Result], table: Table, view: View) -> str:
    """The report itself; for people, nothing to say is an empty text."""
    if view.diff:
        from normfix.report import diff

        return diff.render(results, Paint(view.colour))
    if view.statistics:
        from normfix.report import summary

        as_json = view.format == "json"
        return summary.statistics(results, table, as_json=as_json, unsafe_fixes=view.unsafe_fixes)
    return str(import_module(FORMATS[view.format]).render(results, table, view))


def closing(found: Totals, view: View) -> str:
    """The summary of a run."""
    from normfix.report import summary

    if view.silence:
        return summary.silence_summary(found, written=not view.diff)
    if view.fix or view.diff:
        unsafe = view.unsafe_fixes or view.declined is not None
        return summary.fix_summary(found, unsafe_fixes=unsafe, written=not view.diff, declined=view.declined or 0)
    return summary.check_summary(found, unsafe_fixes=view.unsafe_fixes)
