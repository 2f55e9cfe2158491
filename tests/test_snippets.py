"""The snippets that every migration tool was tried on: found, fixed or explained, and run."""

from __future__ import annotations

import pytest

from fixtures.files import fixed, normfix
from fixtures.snippets.outcomes import FOLDER, Expectation, Outcome, changed, expectations, outcomes
from fixtures.snippets.table import did, row

SNIPPETS = [pytest.param(one, id=one.name) for one in expectations()]


@pytest.mark.parametrize("one", SNIPPETS)
def test_what_is_found(one: Expectation) -> None:
    assert tuple(finding.code for finding in normfix(one.file).findings) == one.findings


@pytest.mark.parametrize("one", SNIPPETS)
def test_whether_it_is_fixed(one: Expectation) -> None:
    assert (changed(one.file) or "none") == one.fix


@pytest.mark.parametrize("one", SNIPPETS)
def test_what_is_left_says_why(one: Expectation) -> None:
    left = normfix(one.file, fix=True, unsafe=True).findings
    assert tuple(finding.code for finding in left) == one.left
    assert [finding for finding in left if not finding.withheld and finding.code not in ("NF001", "NF003")] == []


@pytest.mark.parametrize("one", SNIPPETS)
def test_a_second_run_changes_nothing(one: Expectation) -> None:
    once = fixed(one.file, unsafe=True)
    assert normfix(one.file, once, fix=True, unsafe=True).fixed_text is None


def test_every_snippet_is_expected_and_says_why_it_is_not_fixed() -> None:
    assert sorted(one.file for one in expectations()) == sorted(FOLDER.glob("[0-9]*.py"))
    assert [one.name for one in expectations() if one.left and not one.why] == []


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return {one.name: one for one in outcomes(tmp_path_factory.mktemp("snippets"))}


@pytest.mark.tensorflow
@pytest.mark.parametrize("one", SNIPPETS)
def test_whether_the_result_runs(one: Expectation, ended: dict[str, Outcome]) -> None:
    assert (ended[one.name].after is None) is one.runs, ended[one.name].after


def test_a_row_of_the_table_says_what_was_done() -> None:
    outcome = Outcome("07_alias", "an alias", ("NF301",), "safe", (), (), "", "AttributeError: x", None)
    assert row(outcome) == "| 07_alias | an alias | NF301 | fixed | AttributeError | runs |\n"
    partly = Outcome(
        "16_mode", "mode", ("NF101", "NF702"), "safe", ("NF702",), ("no equal",), "", None, "ValueError: x"
    )
    assert did(partly) == "fixed in part: no equal"
