"""The release that a withheld fix names: the first that was recorded to have the replacement that the advice names."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from normfix.checks.finding import Finding
from normfix.config.target import LazyTarget, parse_target
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.table.availability import order, shipped_availability
from normfix.table.load import shipped_table

TABLE = shipped_table()
RECORDED = shipped_availability()
TARGETS = ("tensorflow==2.4", "tensorflow==2.8", "tensorflow==2.12", "tensorflow==2.16", "tensorflow>=2.4,<2.16")
PATHS = sorted(path for path in TABLE.entries if re.fullmatch(r"[\w.]+", path))
SPECIAL = sorted(path for path in PATHS if TABLE.entries[path].arguments.instead)
REASON = re.compile(r"`(?P<name>[\w.]+)` exists from (?P<package>\w+) (?P<release>[\d.]+) on")


def judged(lines: Sequence[str], target: str) -> dict[int, list[Finding]]:
    """What is found in each line of a file that imports all libraries of the table."""
    roots = sorted({path.partition(".")[0] for path in PATHS})
    aimed = parse_target(target, TABLE.releases, "here")
    text = "\n".join([f"import {', '.join(roots)}", *lines, ""])
    found: dict[int, list[Finding]] = {}
    for one in scan_text(text.encode(), "code.py", TABLE, Options(target=LazyTarget(lambda: aimed))).findings:
        found.setdefault(one.start.line - 2, []).append(one)
    return found


@pytest.fixture(scope="module", params=TARGETS)
def reasons(request: pytest.FixtureRequest) -> list[tuple[Finding, re.Match[str]]]:
    """Each finding whose fix is withheld because something is too new, with the words for that."""
    found = judged([f"x = {path}" for path in PATHS], request.param)
    every = [one for findings in found.values() for one in findings]
    return [(one, said) for one in every if one.withheld and (said := REASON.search(one.withheld))]


def test_the_reason_speaks_of_what_the_finding_names(reasons: list[tuple[Finding, re.Match[str]]]) -> None:
    assert reasons
    others = [
        (one.code, one.symbol, said["name"])
        for one, said in reasons
        if not said["name"].startswith(str(one.replacement))
    ]
    assert others == []


def test_the_release_is_the_first_that_was_recorded_to_have_it(reasons: list[tuple[Finding, re.Match[str]]]) -> None:
    # The keywords of a layer are recorded for the newest release alone.
    paths = {(said["name"], said["package"].lower(), said["release"]) for _, said in reasons}
    named = {(name, axis, release) for name, axis, release in paths if name.rpartition(".")[2][0].isupper()}
    assert named
    assert {(name, axis, first_with(name, axis)) for name, axis, _ in named} == named


def first_with(name: str, axis: str) -> str:
    """The first release of an axis that has a path, from which on all have it."""
    works = RECORDED.paths[name][axis].works["attribute"]
    having: list[str] = []
    for release in RECORDED.releases_for(name, axis):
        having = [*having, release] if release in works else []
    return having[0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_special_case_is_withheld_for_its_own_replacement_alone(target: str) -> None:
    cases = [(path, one) for path in SPECIAL for one in TABLE.entries[path].arguments.instead]
    found = judged([f"y = {path}(x, {one.argument}={one.literals[0]})" for path, one in cases], target)
    assert found
    for line, (path, one) in enumerate(cases):
        # What still works on the target is no finding.
        for finding in (each for each in found.get(line, ()) if each.symbol == path):
            said = REASON.search(finding.withheld or "")
            assert finding.replacement == one.to
            assert said is None or said["name"] in (one.to, *(f"{one.to}.{name}" for name in one.arguments.add))


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_whole_target_has_is_not_too_new(target: str) -> None:
    """The other half: a reason is given only where some release of the target comes before the one that it names."""
    releases = re.findall(r"[\d.]+", target)
    found = judged([f"x = {path}" for path in PATHS], target)
    for one in (each for findings in found.values() for each in findings):
        said = REASON.search(one.withheld or "")
        if said is not None and said["package"] == "TensorFlow":
            assert order(said["release"]) > order(releases[0])


def test_an_import_goes_where_its_uses_go() -> None:
    lines = ["from tensorflow.contrib.layers import layer_norm", "y = layer_norm(x, begin_norm_axis=-1)"]
    found = judged(lines, "tensorflow==2.4")
    replaced = [found[line][0].replacement for line in range(2)]
    assert replaced == ["tensorflow.keras.layers.LayerNormalization"] * 2
    both = judged([*lines, "z = layer_norm(x)"], "tensorflow==2.4")
    assert [both[line][0].replacement for line in range(3)] == [
        "tensorflow.keras.layers.GroupNormalization",
        "tensorflow.keras.layers.LayerNormalization",
        "tensorflow.keras.layers.GroupNormalization",
    ]
