"""Findings as pylint prints them for other programs: `path:line: [CODE] message`."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.report import Result
from normfix.report.in_file import Located, located, slashed
from normfix.report.paint import printable
from normfix.report.view import View
from normfix.table.table import Table


def render(results: Sequence[Result], _: Table, __: View) -> str:
    """One line for each remaining finding; in a notebook, the line of its JSON."""
    return "".join(_line(one) + "\n" for one in located(results))


def _line(one: Located) -> str:
    path, finding = slashed(one.finding.path), one.finding
    return printable(f"{path}:{one.start.line}: [{finding.code}] {finding.message}")
