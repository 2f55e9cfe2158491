"""The recording of releases: how ranges are spelled, what is refused, what it answers, and that the table fits it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from normfix.table.availability import (
    Availability,
    concerns,
    load_availability,
    parse_ranges,
    shipped_availability,
    spell_ranges,
)
from normfix.table.load import TableError, shipped_table

RELEASES = ("1.15", "2.0", "2.9", "2.10", "2.15")
SMALL = """
[releases]
tensorflow = ["1.15", "2.0", "2.9", "2.10", "2.15"]
keras = ["2.15", "3.0", "3.9"]

[[behaviour]]
axis = "tensorflow"
attribute = "1.15, 2.9-2.10"
from = ""
paths = ["tensorflow.layers.first", "tensorflow.layers.second"]
[behaviour.fails.attribute]
"2.0, 2.15" = "AttributeError: no {name}"

[[behaviour]]
axis = "keras"
attribute = "3.9"
from = "3.0-3.9"
call = "3.9"
paths = ["tensorflow.keras.layers.first"]
"""


def load(folder: Path, text: str) -> Availability:
    file = folder / "availability.toml"
    file.write_text(text, encoding="utf-8")
    return load_availability(file)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", set()),
        ("2.0", {"2.0"}),
        ("1.15-2.9", {"1.15", "2.0", "2.9"}),
        ("1.15, 2.9-2.10", {"1.15", "2.9", "2.10"}),
        ("1.15-2.15", set(RELEASES)),
    ],
)
def test_ranges_are_read_as_they_are_spelled(text: str, chosen: set[str]) -> None:
    assert parse_ranges(text, RELEASES) == chosen
    assert spell_ranges(frozenset(chosen), RELEASES) == text


def test_errors_name_each_path_of_a_group(tmp_path: Path) -> None:
    reach = load(tmp_path, SMALL).paths["tensorflow.layers.second"]["tensorflow"]

    assert reach.errors["attribute"] == dict.fromkeys(("2.0", "2.15"), "AttributeError: no second")


@pytest.mark.parametrize(
    ("version", "how", "expected"),
    [
        ("1.15.5", "attribute", True),
        ("2.0", "attribute", False),
        ("2.1", "attribute", None),
        ("2.9.3", "attribute", True),
        ("2.16", "attribute", False),
        ("1.12", "attribute", None),
        ("2.10", "from", False),
        ("2.10", "call", None),
    ],
)
def test_what_lies_between_two_answers_is_known_only_where_they_agree(
    tmp_path: Path, version: str, how: str, expected: bool | None
) -> None:
    assert load(tmp_path, SMALL).works("tensorflow.layers.first", how, {"tensorflow": version}) is expected


def test_a_path_has_to_work_on_every_axis(tmp_path: Path) -> None:
    recorded = load(tmp_path, SMALL)

    assert recorded.works("tensorflow.keras.layers.first", "from", {"tensorflow": "2.15", "keras": "3.9"}) is True
    assert recorded.works("tensorflow.keras.layers.first", "attribute", {"keras": "3.0"}) is False
    assert recorded.works("nobody.knows", "from", {"tensorflow": "2.15"}) is None


def test_nothing_is_known_of_releases_that_were_not_asked(tmp_path: Path) -> None:
    text = SMALL.replace('axis = "tensorflow"', 'axis = "tensorflow"\nasked = "2.10-2.15"', 1)
    recorded = load(tmp_path, text)

    assert recorded.works("tensorflow.layers.first", "attribute", {"tensorflow": "1.15"}) is None
    assert recorded.works("tensorflow.layers.first", "attribute", {"tensorflow": "2.9"}) is None
    assert recorded.works("tensorflow.layers.first", "attribute", {"tensorflow": "2.10"}) is True


def test_paths_of_tensorflow_meet_only_the_standalone_keras(tmp_path: Path) -> None:
    assert load(tmp_path, SMALL).releases_for("tensorflow.keras.layers.first", "keras") == ("3.0", "3.9")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('axis = "keras"', 'axis = "jax"', "known axis"),
        ('"3.0-3.9"', '"3.1-3.9"', "3.1"),
        ("[releases]", "[release]", "unknown key 'release'"),
        ('keras = ["2.15"', 'caffe = ["2.15"', "there is no axis 'caffe'"),
        ("tensorflow.layers.second", "tensorflow.layers.first", "twice"),
        ("attribute = ", "attributes = ", "needs paths"),
        ("[releases]", "[releases", "availability.toml"),
    ],
)
def test_a_recording_that_does_not_hold_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(TableError, match=words):
        load(tmp_path, SMALL.replace(old, new))


def test_every_path_of_the_table_is_recorded() -> None:
    table, recorded = shipped_table(), shipped_availability()
    named = {*table.entries, *table.modules, *table.targets}

    assert [path for path in sorted(named) if _has_axis(path) and path not in recorded.paths] == []


def test_every_old_path_fails_on_the_newest_release_unless_its_rule_says_otherwise() -> None:
    table, recorded = shipped_table(), shipped_availability()
    alive = [
        path
        for path, entry in table.entries.items()
        if _runs_today(recorded, path)
        and not any(table.releases.works(path, entry.rule.ranges, one) for one in table.releases.newest)
    ]

    assert alive == []


def test_every_target_can_be_reached_and_called_on_the_newest_release() -> None:
    recorded = shipped_availability()
    broken = [
        (path, axis, how)
        for path in shipped_table().targets
        for axis, releases in recorded.releases.items()
        if concerns(path, axis) and axis in recorded.paths[path] and not path.endswith(".RMSNormalization")
        for how in ("attribute", "from", "call")
        if not recorded.works(path, how, {axis: releases[-1]})
    ]

    assert broken == []


def test_a_check_does_not_load_the_recording() -> None:
    code = "import sys, normfix.cli.main, normfix.cli.check; sys.exit('normfix.table.availability' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def _has_axis(path: str) -> bool:
    return any(concerns(path, axis) for axis in shipped_availability().releases)


def _runs_today(recorded: Availability, path: str) -> bool:
    """Whether a path can be reached and, where there is something to call, called."""
    for axis, reach in recorded.paths.get(path, {}).items():
        newest = recorded.releases_for(path, axis)[-1]
        reached = newest in reach.works["attribute"] | reach.works["from"]
        if axis in ("tensorflow", "keras", "tf-slim") and reached and newest in reach.works.get("call", {newest}):
            return True
    return False
