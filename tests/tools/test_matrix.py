"""The release matrix: the script that runs inside a release, the file that is made of its answers, and the check."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from normfix.table.availability import load_availability, shipped_availability
from normfix.table.files import RECORDING, rules_directory
from normfix.table.load import shipped_table
from tools.matrix.__main__ import ask, check, settle, write_recording
from tools.matrix.builds import BuildError, find_python, known_releases
from tools.matrix.recipes import recorded_paths, requests
from tools.matrix.record import Answers, availability_text, disagreements, recorded_answers

RECIPE = {"positional": [], "keywords": [], "shape": [2, 3], "adapt": False, "wraps": False}
PACKAGE = {
    "toy/__init__.py": "def __getattr__(name):\n"
    "    if name == 'touched': raise ImportError('not with Keras 3 (/home/someone/keras.py)')\n"
    "    raise AttributeError(f'no {name}')\n",
    "toy/first.py": "import toy\ntoy.second = 'bound by first'\n",
    "toy/dies.py": "import os\nos.abort()\n",
    "tensorflow/__init__.py": "__version__ = '2.21.0'\nkeras = None\ndef constant(value): return value\n"
    "def double(value): return value * 2\n"
    "def fails(value): raise ValueError(f'at {hex(id(value))}')\n",
}


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, dict[str, str]]]:
    """Asks this interpreter about a package of the tests' own and a TensorFlow that is none."""
    for name, text in PACKAGE.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def run(*paths: str, fresh: bool = False) -> dict[str, dict[str, str]]:
        return ask(Path(sys.executable), [asked(path) for path in paths], {}, fresh)

    return run


def asked(path: str, recipe: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    return {"path": path, "call": recipe or RECIPE}


@pytest.mark.parametrize("fresh", [False, True])
def test_attribute_and_import_are_different_questions(
    seen: Callable[..., dict[str, dict[str, str]]], fresh: bool
) -> None:
    answers = seen("toy.first", "toy.second", "toy.touched", "absent.layers.X", fresh=fresh)

    assert answers["toy.first"] == {"attribute": "AttributeError: no first", "from": "ok"}
    assert answers["toy.second"]["attribute"] == "AttributeError: no second", "importing first must not have happened"
    assert answers["toy.touched"]["attribute"] == "ImportError: not with Keras 3"
    assert set(answers["absent.layers.X"].values()) == {"ModuleNotFoundError: No module named 'absent'"}


def test_a_call_is_made_and_its_words_carry_no_address(seen: Callable[..., dict[str, dict[str, str]]]) -> None:
    answers = seen("tensorflow.double", "tensorflow.fails")

    assert answers["tensorflow.double"]["call"] == "ok"
    assert answers["tensorflow.fails"]["call"] == "ValueError: at 0x..."


def test_a_crash_is_the_answer_of_that_path_alone(seen: Callable[..., dict[str, dict[str, str]]]) -> None:
    answers = seen("toy.dies", "toy.first", "toy.dies.X")

    assert answers["toy.dies"]["from"] == answers["toy.dies.X"]["from"] == "crashed with signal 6"
    assert answers["toy.first"]["from"] == "ok"


def test_a_fresh_answer_stands_over_a_doubtful_one(seen: Callable[..., dict[str, dict[str, str]]]) -> None:
    answers = seen("toy.first")
    answers["toy.first"]["attribute"] = "ok"
    answers["toy.first"]["from"] = "ImportError: no"

    assert settle(Path(sys.executable), [asked("toy.first")], {}, answers) == ["toy.first"]
    assert answers["toy.first"] == {"attribute": "AttributeError: no first", "from": "ok"}


def test_the_file_says_what_was_answered(tmp_path: Path) -> None:
    gone = "AttributeError: module 'tensorflow' has no attribute 'layers'"
    runs = [
        Answers(
            {"tensorflow": "2.0"}, {"tensorflow.layers.X": {"attribute": gone, "from": 'ImportError: X "is" no\n'}}
        ),
        Answers({"tensorflow": "1.15"}, {"tensorflow.layers.X": dict.fromkeys(("attribute", "from", "call"), "ok")}),
    ]
    file = tmp_path / "availability.toml"
    file.write_text(availability_text(runs), encoding="utf-8")
    recorded = load_availability(file)
    reach = recorded.paths["tensorflow.layers.X"]["tensorflow"]

    assert recorded.releases["tensorflow"] == ("1.15", "2.0")
    assert reach.works == dict.fromkeys(("attribute", "from", "call"), frozenset({"1.15"}))
    assert reach.errors["attribute"] == {"2.0": gone}
    assert reach.errors["from"] == {"2.0": 'ImportError: X "is" no\n'}
    assert [line for run in runs for line in disagreements(recorded, run)] == []
    changed = Answers({"tensorflow": "2.0"}, {"tensorflow.layers.X": {"attribute": "ok", "from": "no"}})
    assert list(disagreements(recorded, changed)) == [
        "tensorflow 2.0: tensorflow.layers.X (attribute) was recorded as failing; seen: ok"
    ]


def test_every_path_is_asked_once() -> None:
    asked_paths = [one["path"] for one in requests(shipped_table())]

    assert tuple(asked_paths) == recorded_paths(shipped_table())
    assert len(set(asked_paths)) == len(asked_paths)


def test_no_release_stands_twice_on_an_axis() -> None:
    places = [place for release in known_releases() for place in release.axes.items()]

    assert len(places) == len(set(places))
    assert len({release.name for release in known_releases()}) == len(known_releases())


def test_every_release_of_the_matrix_is_in_the_recording() -> None:
    recorded = shipped_availability().releases

    assert [
        one.name for one in known_releases() if any(one.axes[axis] not in recorded[axis] for axis in one.axes)
    ] == []


def test_a_python_that_is_not_there_is_named() -> None:
    with pytest.raises(BuildError, match=r"there is no Python 3\.1"):
        find_python("3.1")


@pytest.mark.tensorflow
def test_the_recording_agrees_with_the_installed_release() -> None:
    assert check(shipped_availability()) == []


def test_a_recording_is_all_that_it_is_made_of() -> None:
    text = (rules_directory() / RECORDING).read_text(encoding="utf-8")
    assert availability_text(list(recorded_answers(shipped_availability()))) == text


def test_a_run_that_knows_less_loses_nothing(seen: Callable[..., dict[str, dict[str, str]]], tmp_path: Path) -> None:
    target, work = tmp_path / RECORDING, tmp_path / "work"
    before = (rules_directory() / RECORDING).read_text(encoding="utf-8")
    target.write_text(before, encoding="utf-8")
    work.mkdir()
    release = next(one for one in known_releases() if one.axes.get("tensorflow") == "2.21")
    answers = seen("tensorflow.double", "toy.first") | {
        path: dict.fromkeys(ways, "ok")
        for path, ways in next(
            one.paths for one in recorded_answers(shipped_availability()) if one.axes == {"tensorflow": "2.21"}
        ).items()
        if path == "tensorflow.keras.layers.BatchNormalization"
    }
    record = {"axes": {"tensorflow": "2.21"}, "answers": answers}
    (work / f"{release.name}.json").write_text(json.dumps(record), encoding="utf-8")

    assert write_recording(work, target) == 1
    recorded, known = load_availability(target), shipped_availability()
    assert recorded.releases == known.releases
    assert {path: recorded.paths[path] for path in known.paths} == dict(known.paths)
    assert set(recorded.paths) - set(known.paths) == {"tensorflow.double"}
    assert recorded.paths["tensorflow.double"]["tensorflow"].works["attribute"] == {"2.21"}
    assert not target.with_suffix(".part").exists()
