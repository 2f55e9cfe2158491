"""Ranges, targets and the profiles in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from normfix.config.releases import ReleasePair, Releases, read_releases, requirement, version
from normfix.config.target import LazyTarget, Target, TargetError, parse_target
from normfix.table.files import rules_directory
from normfix.table.load import shipped_table
from normfix.table.read_rules import parsed

RELEASES = shipped_table().releases


def minors(text: str) -> set[str]:
    """The TensorFlow releases in a target."""
    profiles = parse_target(text, RELEASES, "here").profiles(RELEASES)
    return {".".join(map(str, one.tensorflow)) for one in profiles}


@pytest.mark.parametrize(
    ("text", "release", "admitted"),
    [
        ("tensorflow<2.16", "2.16", False),
        ("tensorflow>2.15,<2.16", "2.14", False),
        ("tensorflow==2.15", "2.14", False),
        ("tensorflow!=2.15.*", "2.15", False),
        ("tensorflow~=2.6", "3.0", False),
        ("tensorflow~=2.6.1", "2.7", False),
        ("tensorflow==2.*", "1.15", False),
        ("tensorflow^2.6", "3.0", False),
        ("tensorflow~2.12", "2.13", False),
        ("tensorflow", "1.15", True),
        ("tensorflow<2.16.1", "2.16", True),
        ("tensorflow<=2.15", "2.15", True),
        ("tensorflow>2.15", "2.15", True),
        ("tensorflow>=2.15.1", "2.15", True),
        ("tensorflow==2.15.1", "2.15", True),
        ("tensorflow!=2.15.0", "2.15", True),
        ("tensorflow~=2.6", "2.15", True),
        ("tensorflow~=2.6.1", "2.6", True),
        ("tensorflow==2.*", "2.3", True),
        ("tensorflow^2.6.1", "2.9", True),
        ("tensorflow=2.12", "2.12", True),
        ("tensorflow[and-cuda] >= 2.16.0rc1", "2.16", True),
        ("tensorflow (>=2.4,<3)", "2.10", True),
        ("tf_keras>=2.16", "2.17", True),
    ],
)
def test_a_requirement_is_decided_by_minor_release(text: str, release: str, admitted: bool) -> None:
    assert requirement(text).admits(version(release)) is admitted


@pytest.mark.parametrize(
    "text", ["", ">=2", "tensorflow two", "tensorflow>=x", "tensorflow @ https://example.org/x.whl"]
)
def test_what_is_no_requirement(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        requirement(text)


def test_the_newest_release_holds_where_nothing_is_known() -> None:
    assert Target().profiles(RELEASES) == (ReleasePair((2, 21), (3, 15)),)
    assert not Target().known
    assert parse_target(" newest ", RELEASES, "here") == Target()
    assert Target().profiles(Releases()) == ()


def test_a_target_on_each_axis() -> None:
    assert minors("tensorflow>=2.12,<2.16") == {"2.12", "2.13", "2.14", "2.15"}
    assert minors("keras>=3") == {"2.16", "2.17", "2.18", "2.19", "2.20", "2.21"}
    assert minors("keras<2.4") >= {"1.15", "2.1"}
    assert minors("tensorflow>=2.16, keras>=3.9,<3.10") == {"2.16", "2.17", "2.18", "2.19"}
    assert minors("legacy") == {"2.21"}


def test_tensorflow_brings_every_keras_that_it_can_sit_on() -> None:
    def kerases(text: str) -> set[tuple[int, ...]]:
        return {one.keras for one in parse_target(text, RELEASES, "here").profiles(RELEASES)}

    assert kerases("tensorflow==2.15") == {(2, 15)}
    assert kerases("tensorflow==2.16") == {(3, minor) for minor in range(16)}
    assert kerases("tensorflow==2.21") == {(3, minor) for minor in range(12, 16)}


def test_legacy_keras_begins_where_keras_3_does() -> None:
    profiles = parse_target("legacy, tensorflow>=2.15,<2.17", RELEASES, "here").profiles(RELEASES)
    assert {(one.tensorflow, one.legacy) for one in profiles} == {((2, 15), False), ((2, 16), True)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pytorch>=2", "is no target; write e.g. tensorflow>=2.12,<2.16, keras>=3 or legacy"),
        ("", "names no range"),
        ("tensorflow", "names no range"),
        ("tensorflow>=two", "'>=' is not a version range"),
        ("tensorflow>=2,>", "'>' in '>=2,>' is not a version range"),
        ("tensorflow>=9", "no recorded release is in 'tensorflow>=9'; recorded are TensorFlow 1.12 to 2.21"),
        ("tensorflow>=2.16, keras<3", "each TensorFlow with the Keras it runs on"),
    ],
)
def test_what_is_no_target(text: str, message: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text, RELEASES, "--target")
    assert str(caught.value).startswith("--target: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(("text", "release"), [("tensorflow==1.4", (1, 12)), ("tensorflow>=7", (2, 21))])
def test_a_declared_target_outside_of_all_records_means_the_nearest(text: str, release: tuple[int, int]) -> None:
    target = Target(tensorflow=(requirement(text),))
    assert {one.tensorflow for one in target.profiles(RELEASES)} == {release}


def test_the_target_is_looked_for_once_and_only_when_asked() -> None:
    asked: list[int] = []

    def find() -> Target:
        asked.append(1)
        return Target(legacy=True)

    aim = LazyTarget(find)
    assert (aim.found, asked) == (None, [])
    assert aim() is aim()
    assert asked == [1]


@pytest.mark.parametrize(
    ("path", "works", "profile", "runs"),
    [
        ("tensorflow.layers.X", "tensorflow<2.16", ReleasePair((2, 12), (2, 12)), False),
        ("tensorflow.keras.layers.X", "keras<2.4", ReleasePair((2, 1), (2, 3)), False),
        ("tf_slim.batch_norm", "tensorflow-addons<=0.23", ReleasePair((2, 12), (2, 12)), False),
        ("tensorflow_addons.layers.X", "tensorflow-addons<=0.23", ReleasePair((2, 16), (3, 3)), False),
        ("keras.layers.X", "tensorflow<2.16", ReleasePair((2, 21), (3, 15), legacy=True), False),
        ("tensorflow.layers.X", "tensorflow<2.16", ReleasePair((1, 15), (2, 3)), True),
        ("keras.layers.X", "keras<2.4", ReleasePair((2, 1), (2, 3)), True),
        ("tensorflow.keras.layers.X", "keras>=2.12", ReleasePair((2, 16), (3, 3)), True),
        ("tensorflow_addons.layers.X", "tensorflow-addons<=0.23", ReleasePair((2, 12), (2, 12)), True),
        ("tensorflow.compat.v1.layers.X", "tensorflow<2.16", ReleasePair((2, 21), (3, 15), legacy=True), True),
        ("tf_keras.layers.X", "tensorflow<2.16", ReleasePair((2, 21), (3, 15)), True),
    ],
)
def test_what_runs_on_a_profile(path: str, works: str, profile: ReleasePair, runs: bool) -> None:
    assert RELEASES.works(path, [requirement(works)], profile) is runs


def test_the_tables_of_releases_belong_together() -> None:
    with pytest.raises(ValueError, match="pairs, legacy, bounds and needs do not fit together"):
        read_releases({"pairs": {"keras": ["2.2"], "tensorflow": {}}})


def _with_another(data: Mapping[str, Any], value: object) -> Iterator[dict[str, Any]]:
    """The data with something else in the place of each of its values, one at a time."""
    for key, old in data.items():
        yield {**data, key: value}
        if isinstance(old, dict):
            yield from ({**data, key: inner} for inner in _with_another(dict(list(old.items())[:2]), value))
        elif isinstance(old, list) and old:
            yield {**data, key: [value, *old[1:]]}


@pytest.mark.parametrize("value", [{}, {"a": 1}, [], [[]], 3, 1.5, True, "", "text"])
def test_what_has_another_type_is_refused_in_words(value: object) -> None:
    for data in _with_another(parsed(rules_directory() / "releases.toml"), value):
        with suppress(ValueError):
            read_releases(data)
