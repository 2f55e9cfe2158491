"""Fixes that do not hold: which ones are found, and that no more than those are held back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest

from normfix.fixes.refusals import faults


@pytest.mark.parametrize("bad", [set(), {0}, {6}, {2, 3}, {0, 1, 2, 3, 4, 5, 6}])
def test_single_faults_are_found_and_nothing_else(bad: set[int]) -> None:
    def failure(allowed: Sequence[int]) -> str | None:
        found = bad.intersection(allowed)
        return f"{min(found)} is bad" if found else None

    found = faults(range(7), failure)
    assert set(found) == bad
    assert all(words == f"{one} is bad" for one, words in found.items())


def test_what_does_not_hold_together_loses_one_of_the_two() -> None:
    for pair in combinations(range(6), 2):
        together = set(pair)

        def failure(allowed: Sequence[int], together: set[int] = together) -> str | None:
            return "both" if together <= set(allowed) else None

        assert set(faults(range(6), failure)) == {pair[1]}


def test_the_work_grows_with_the_faults_and_not_with_the_file() -> None:
    asked: list[int] = []

    def failure(allowed: Sequence[int]) -> str | None:
        asked.append(len(allowed))
        return "bad" if 700 in allowed else None

    assert set(faults(range(1024), failure)) == {700}
    assert len(asked) <= 21
