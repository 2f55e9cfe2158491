"""The closing words, the counts and the list of rules."""

from __future__ import annotations

import json

import pytest

from normfix.report import Totals, rules
from normfix.report.summary import check_summary, fix_summary, statistics
from tests.report.hand_made import CLEAN, FOUND, TABLE

HIDDEN = "1 hidden fix can be enabled with the `--unsafe-fixes` option"


@pytest.mark.parametrize(
    ("found", "unsafe", "expected"),
    [
        (Totals(), False, "All checks passed!\n"),
        (Totals(remaining=1), False, "Found 1 problem.\n"),
        (Totals(notes=2), False, "Found 2 notes.\n"),
        (
            Totals(remaining=2, notes=1, safe=2),
            False,
            "Found 2 problems and 1 note.\n[*] 2 fixable with `normfix fix`.\n",
        ),
        (
            Totals(remaining=3, safe=2, unsafe=1),
            False,
            f"Found 3 problems.\n[*] 2 fixable with `normfix fix` ({HIDDEN}).\n",
        ),
        (Totals(remaining=1, unsafe=1), False, f"Found 1 problem.\nNo fixes available ({HIDDEN}).\n"),
        (Totals(remaining=1, unsafe=1), True, "Found 1 problem.\n[*] 1 fixable with `normfix fix --unsafe-fixes`.\n"),
    ],
)
def test_check(found: Totals, unsafe: bool, expected: str) -> None:
    assert check_summary(found, unsafe_fixes=unsafe) == expected


@pytest.mark.parametrize(
    ("found", "written", "expected"),
    [
        (Totals(), True, "All checks passed!\n"),
        (Totals(fixed=2), True, "Found 2 problems (2 fixed, 0 remaining).\n"),
        (Totals(fixed=1, remaining=1, unsafe=1), True, f"Found 2 problems (1 fixed, 1 remaining).\n{HIDDEN}.\n"),
        (Totals(fixed=1), False, "Found 1 problem (1 would be fixed, 0 remaining).\n"),
    ],
)
def test_fix(found: Totals, written: bool, expected: str) -> None:
    assert fix_summary(found, unsafe_fixes=False, written=written) == expected


def test_statistics() -> None:
    assert statistics([CLEAN], TABLE, as_json=False) == ""
    assert statistics([FOUND, FOUND], TABLE, as_json=False) == "2  NF101  [*]  moved-layer\n2  NF601  [ ]  gone-layer\n"
    assert json.loads(statistics([FOUND], TABLE, as_json=True))[0] == {
        "code": "NF101",
        "name": "moved-layer",
        "count": 1,
        "fixable": True,
    }


def test_rules_as_text() -> None:
    assert rules.as_text(TABLE).splitlines() == [
        "code   slug         kind     numbers    summary",
        "NF101  moved-layer  moved    identical  the module is gone",
        "NF601  gone-layer   removed  none       the module is gone",
    ]


def test_rules_as_json() -> None:
    first, _ = json.loads(rules.as_json(TABLE))
    assert (first["code"], first["name"], first["grade"]) == ("NF101", "moved-layer", "identical")


def test_rules_for_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    rules.show(TABLE, "text", "always")
    out = capsys.readouterr().out
    assert "\x1b[" in out
    assert "moved-layer" in out
