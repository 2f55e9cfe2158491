"""Counting, and what counts as fixable."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.report import Totals, fixable, in_order, place, shown, totals
from tests.report.hand_made import CLEAN, FIRST, FOUND, NOTED, SECOND, THIRD, UNREADABLE, Result


def test_nothing_counts_as_nothing() -> None:
    assert totals([]) == totals([CLEAN]) == Totals()


def test_counts() -> None:
    assert totals([FOUND, NOTED]) == Totals(remaining=2, warnings=1, notes=1, safe=1, unsafe=1)
    assert totals([Result(fixed=(FIRST, SECOND), fixed_text="")]) == Totals(fixed=2)
    assert totals([UNREADABLE]) == Totals(remaining=1, undone=1)


def test_only_a_safe_fix_is_fixable_by_default() -> None:
    assert [fixable(finding, False) for finding in (FIRST, SECOND, THIRD)] == [True, False, False]
    assert [fixable(finding, True) for finding in (FIRST, SECOND, THIRD)] == [True, True, False]


def test_findings_come_by_place() -> None:
    assert in_order([FOUND]) == [FIRST, SECOND]
    assert place(FIRST) == "src/a.py:2:40"


def test_paths_are_relative_to_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown("a.py") == "a.py"
    assert shown("../a.py") == "../a.py"
    assert shown(str(tmp_path / "src/a.py")) == "src/a.py"
    assert shown(str(tmp_path.parent / "a.py")) == str(tmp_path.parent / "a.py")
