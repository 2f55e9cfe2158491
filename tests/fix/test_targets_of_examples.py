"""The examples of all rules, for several targets: what is said to be done is right there, or is said to be too new."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.config.target import LazyTarget, parse_target
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run
from normfix.table.load import shipped_table

TABLE = shipped_table()
TOO_NEW = "NF217"
EXAMPLES = {code: rule.example for code, rule in TABLE.rules.items() if rule.example is not None and rule.example.after}
TARGETS = ("newest", "tensorflow>=2.4,<2.16", "tensorflow==2.11", "legacy")


def judged(folder: Path, target: str, texts: dict[str, str], *, fix: bool = False) -> dict[str, FileResult]:
    """What a run makes of one text for each rule."""
    for code, text in texts.items():
        (folder / f"{code}.py").write_text(text, encoding="utf-8")
    aimed = parse_target(target, TABLE.releases, "here")
    options = Options(fix=fix, unsafe_fixes=fix, target=LazyTarget(lambda: aimed))
    results = run([folder / f"{code}.py" for code in texts], TABLE, options)
    return {Path(one.path).stem: one for one in results}


@pytest.mark.parametrize("target", TARGETS)
def test_what_an_example_ends_as_is_right_or_too_new(tmp_path: Path, target: str) -> None:
    results = judged(tmp_path, target, {code: example.after for code, example in EXAMPLES.items()})
    found = {(code, one.code) for code, result in results.items() for one in result.findings}
    assert {(code, other) for code, other in found if other != TOO_NEW} == set()
    if target == "newest":
        assert found == set()


@pytest.mark.parametrize("target", TARGETS)
def test_a_fix_leads_to_nothing_that_is_too_new(tmp_path: Path, target: str) -> None:
    before = {code: example.before for code, example in EXAMPLES.items()}
    results = judged(tmp_path, target, before, fix=True)
    old = {(code, one.code) for code, result in judged(tmp_path, target, before).items() for one in result.findings}
    written = {code: one.fixed_text for code, one in results.items() if one.fixed_text is not None}
    assert written
    again = judged(tmp_path, target, written)
    new = {(code, one.code) for code, result in again.items() for one in result.findings} - old
    assert new == set()
