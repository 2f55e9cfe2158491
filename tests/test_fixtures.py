"""Every rule on code written for it: what is fixed and how, what is only found, what must not be touched."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from fixtures.files import FIXTURES, endings, expected, fixed, normfix, seen
from normfix.checks.finding import Severity
from normfix.table.load import shipped_table
from normfix.table.table import Action, Kind, Rule

TABLE = shipped_table()
RULES = FIXTURES / "rules"
FILES = sorted(RULES.glob("NF*/*.py"))
BEFORE = [file for file in FILES if file.name.endswith(".before.py")]
FOLDERS = {code: sorted(file.name for file in FILES if file.parent.name == code) for code in TABLE.rules}


def named(*starts: str) -> list[object]:
    return [pytest.param(file, id=name_of(file)) for file in FILES if file.name.startswith(starts)]


def name_of(file: Path) -> str:
    return f"{file.parent.name}-{file.name.split('.')[0]}"


def after(before: Path) -> Path:
    return before.with_name(before.name.replace(".before.", ".after."))


def is_unsafe(before: Path) -> bool:
    return before.name.startswith("fix_unsafe")


OTHERWISE = {
    "NF201-fix_unsafe_star": "the star import works and brings nothing: the first use of a name fails",
    "NF902-fix_beside_todays_import": "the old class is made, and today's model refuses it",
}
"""The fixtures whose code fails in other words than the rule has, each with the reason."""

VALUES = re.compile(r"\{.*\}|'\w+'|\b[A-Z]\w+Normalization\b")
"""What differs from call to call in the words of an error."""

COMPARED = """
def shapes(text):
    printed = []
    names = {{"print": lambda *given: printed.extend(given)}}
    exec(text, names)
    parts = [*printed, *names.values()]
    single = [one for part in parts for one in (part if isinstance(part, tuple) else [part])]
    return [one.shape for one in single if hasattr(one, "shape")]

assert shapes({!r}) != shapes({!r})
"""
"""Runs two texts, whose results must have other shapes."""

FIXES = [pytest.param(file, id=name_of(file)) for file in BEFORE]


@pytest.mark.parametrize("file", named("noop"))
def test_code_that_only_looks_legacy_is_left_in_peace(file: Path) -> None:
    assert normfix(file).findings == ()


@pytest.mark.parametrize("file", named("found", "guarded", "hazard"))
def test_findings_stand_where_the_code_says(file: Path) -> None:
    result = normfix(file)
    assert result.source is not None
    assert seen(result.source, result.findings) == expected(file)


@pytest.mark.parametrize("file", named("found", "guarded", "hazard"))
def test_what_must_not_be_fixed_stays_as_it_is(file: Path) -> None:
    assert fixed(file, unsafe=not file.name.startswith("hazard_safe")) == file.read_bytes()


@pytest.mark.parametrize("file", FIXES)
def test_a_fix_is_what_a_person_would_write(file: Path) -> None:
    assert fixed(file, unsafe=is_unsafe(file)) == after(file).read_bytes()


@pytest.mark.parametrize("file", [pytest.param(one, id=name_of(one)) for one in BEFORE if is_unsafe(one)])
def test_an_unsafe_fix_is_not_made_unasked(file: Path) -> None:
    result = normfix(file, fix=True)
    assert file.parent.name in {finding.code for finding in result.findings}


@pytest.mark.parametrize("file", FIXES)
def test_a_fixed_file_has_nothing_left_of_its_rule_and_does_not_change_again(file: Path) -> None:
    result = normfix(file, after(file).read_bytes(), fix=True, unsafe=True)
    assert file.parent.name not in {finding.code for finding in result.findings}
    assert result.fixed_text is None


@pytest.mark.parametrize("file", FIXES)
def test_a_fix_is_of_the_rule_that_its_folder_names(file: Path) -> None:
    result = normfix(file)
    assert file.parent.name in {finding.code for finding in result.findings}


@pytest.mark.parametrize("code", [pytest.param(code, id=code) for code in FOLDERS])
def test_a_rule_has_its_fixtures(code: str) -> None:
    have = {kind: sum(name.startswith(kind) for name in FOLDERS[code]) for kind in needed(TABLE.rules[code])}
    assert {kind: number for kind, number in needed(TABLE.rules[code]).items() if have[kind] < number} == {}


def needed(rule: Rule) -> dict[str, int]:
    """How many files of each kind a rule must have; every fix is two of them."""
    if rule.kind is Kind.FILE:
        return {}
    if rule.kind is Kind.USAGE:
        return {"found": 1, "noop": 1}
    if fixable(rule):
        return {"fix": 4, "noop": 1, "guarded": 1, "hazard": 1}
    return {"found": 1, "noop": 1, "guarded": 1}


def fixable(rule: Rule) -> bool:
    if rule.kind is Kind.ARGUMENTS:
        return any(one.rule is rule and one.action is not Action.REPORT for one in TABLE.arguments)
    return any(entry.new is not None for entry in TABLE.entries.values() if entry.rule.code == rule.code) or any(
        move.rule.code == rule.code for move in TABLE.modules.values()
    )


def test_no_fixture_is_without_a_rule_or_its_other_half() -> None:
    assert {file.parent.name for file in FILES} <= set(TABLE.rules)
    assert [file for file in BEFORE if not after(file).is_file()] == []


def test_a_file_that_is_not_python_is_a_finding_with_its_probable_spellings() -> None:
    codes = [finding.code for finding in normfix(RULES / "NF001" / "python_2.txt").findings]
    assert codes == ["NF001", "NF003"]


def test_a_file_that_cannot_be_decoded_is_a_finding() -> None:
    findings = normfix(RULES / "NF002" / "not_utf8.txt").findings
    assert [(finding.code, finding.start.line) for finding in findings] == [("NF002", 2)]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str | None]:
    files = [*BEFORE, *map(after, BEFORE)]
    return endings(files, tmp_path_factory.mktemp("endings"))


@pytest.mark.tensorflow
@pytest.mark.parametrize("file", FIXES)
def test_the_code_after_a_fix_runs(file: Path, ended: dict[Path, str | None]) -> None:
    assert ended[after(file)] is None


@pytest.mark.tensorflow
@pytest.mark.parametrize("file", FIXES)
def test_the_code_before_fails_as_the_table_says(file: Path, ended: dict[Path, str | None]) -> None:
    error = ended[file]
    findings = normfix(file).findings
    if all(finding.severity is not Severity.ERROR for finding in findings):
        # The table must say itself that the old form runs on the newest release.
        assert error is None or missing(error)
        assert {finding.code for finding in findings if not runs_today(TABLE.rules[finding.code])} == set()
        return
    texts = [text for finding in findings for text in TABLE.rules[finding.code].errors]
    if not texts:
        # Nothing is raised: the old call runs, and means something else, see below.
        assert error is None
        return
    assert error is not None
    assert name_of(file) in OTHERWISE or any(same_words(text, error) for text in texts), error


@pytest.mark.tensorflow
def test_code_that_runs_as_before_gives_something_else(tmp_path: Path) -> None:
    quiet = [
        file for file in BEFORE if TABLE.rules[file.parent.name].quiet and not TABLE.rules[file.parent.name].errors
    ]
    compared = {file: tmp_path / f"{name_of(file)}.py" for file in quiet}
    for file, script in compared.items():
        texts = file.read_text(encoding="utf-8"), after(file).read_text(encoding="utf-8")
        script.write_text(COMPARED.format(*texts), encoding="utf-8")
    assert quiet
    assert [name for name, error in endings([*compared.values()], tmp_path).items() if error is not None] == []


def runs_today(rule: Rule) -> bool:
    """Whether the ranges of a rule say that its old form runs on the newest release."""
    (newest,) = TABLE.releases.newest
    # tf_slim is no package of the profiles: its last release runs on every TensorFlow that was recorded.
    apart = any(one.package == "tf-slim" for one in rule.ranges)
    return apart or TABLE.releases.works("tensorflow", rule.ranges, newest)


def same_words(text: str, error: str) -> bool:
    """Whether an error is one that a rule has, whatever the names and values of this code's arguments are."""
    return VALUES.sub("", text) in VALUES.sub("", error)


def missing(error: str) -> bool:
    """Whether a package of old releases is not installed here."""
    found = re.fullmatch(r"ModuleNotFoundError: No module named '(\w+)'", error)
    return found is not None and find_spec(found[1]) is None
