"""`normfix doctor` on real environments: right ones, and such as pip and people break them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from normfix.table.conflicts import shipped_conflicts
from normfix.table.load import shipped_table
from tests.conftest import Command

OLD_ONES = sorted(Path(os.environ.get("NORMFIX_ENVIRONMENTS", os.devnull)).glob("*/bin/python"))
"""Interpreters with old releases, where whoever runs the tests has a folder of such environments."""
MODERN = {"tensorflow": "2.16.2", "keras": "3.3.3", "numpy": "1.26.4", "protobuf": "4.25.3"}


@dataclass
class Environment:
    """A real virtual environment in which distributions are placed as an installer leaves them."""

    root: Path

    @property
    def python(self) -> Path:
        return self.root / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def packages(self) -> Path:
        (folder,) = (*self.root.glob("lib/python*/site-packages"), *self.root.glob("Lib/site-packages"))
        return folder

    def place(self, name: str, version: str, *requires: str, files: tuple[str, ...] = (), info: str = "") -> None:
        folder = self.packages / (info or f"{name.replace('-', '_')}-{version}.dist-info")
        folder.mkdir()
        needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}\n")
        (folder / "RECORD").write_text("".join(f"{file},,\n" for file in (*files, f"{folder.name}/METADATA")))
        for file in files:
            (self.packages / file).parent.mkdir(parents=True, exist_ok=True)
            (self.packages / file).write_text("")

    def place_all(self, versions: Mapping[str, str]) -> None:
        for name, version in versions.items():
            self.place(name, version)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    root = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root)], check=True)
    return Environment(root)


def slugs(normfix: Command, one: Environment, *arguments: str, env: Mapping[str, str] | None = None) -> list[str]:
    variables = {"TF_USE_LEGACY_KERAS": "", "PYTHONPATH": "", **(env or {})}
    result = normfix("doctor", "--python", str(one.python), "--output-format", "json", *arguments, env=variables)
    found = [problem["slug"] for problem in json.loads(result.stdout)["problems"]]
    assert result.returncode == int(bool(found)), result.stderr
    return found


def cures(normfix: Command, one: Environment) -> list[str]:
    result = normfix("doctor", "--python", str(one.python), "--output-format", "json", "--isolated")
    return [problem["cure"] for problem in json.loads(result.stdout)["problems"]]


@pytest.mark.tensorflow
def test_this_environment_is_right(normfix: Command) -> None:
    result = normfix("doctor", "--python", sys.executable, "--isolated")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, b"Nothing is wrong."), result.stdout


@pytest.mark.parametrize("python", OLD_ONES, ids=lambda path: path.parent.parent.name)
def test_old_releases_with_what_they_need_are_right(normfix: Command, python: Path) -> None:
    result = normfix("doctor", "--python", str(python), "--isolated")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, b"Nothing is wrong."), result.stdout


def test_a_right_environment(normfix: Command, environment: Environment) -> None:
    environment.place("tensorflow", "2.16.2", "keras>=3.0.0", 'numpy<2.0.0,>=1.26.0; python_version >= "3.12"')
    environment.place("tensorflow-cpu", "2.16.2", files=("tensorflow/__init__.py",))
    environment.place("keras", "3.3.3", "numpy", "namex ; extra == 'x'", files=("keras/__init__.py",))
    environment.place("numpy", "1.26.4")
    (environment.packages / "keras/__pycache__").mkdir()
    (environment.packages / "keras/__pycache__/old.pyc").write_text("")
    assert slugs(normfix, environment) == []
    assert slugs(normfix, environment, env={"TF_USE_LEGACY_KERAS": "0"}) == []


@pytest.mark.parametrize(
    "versions",
    [
        {**MODERN, "tensorflow": "2.99.0", "keras": "4.0.0", "numpy": "3.0"},
        {**MODERN, "keras": "nightly"},
        {"tensorflow": "2.4.4", "numpy": "1.19.5", "protobuf": "3.20.3"},
        {"tensorflow-macos": "2.15.0", "keras": "2.15.0", "numpy": "1.26.4", "tensorflow-addons": "0.23.0"},
        {"tf-nightly": "2.22.0.dev20260101", "keras-nightly": "3.16.0.dev1"},
    ],
    ids=str,
)
def test_what_is_not_known_to_fail_is_not_told(
    normfix: Command, environment: Environment, versions: dict[str, str]
) -> None:
    environment.place_all(versions)
    assert slugs(normfix, environment) == []


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ({}, ["no-tensorflow"]),
        ({"keras": "3.3.3"}, ["no-tensorflow"]),
        ({"tensorflow": "2.16.2"}, ["no-keras"]),
        ({**MODERN, "keras": "2.15.0"}, ["keras-pair"]),
        ({**MODERN, "tensorflow": "2.15.1"}, ["keras-pair"]),
        ({"tensorflow": "2.4.4", "keras": "2.3.1"}, ["keras-pair"]),
        ({**MODERN, "tensorflow-addons": "0.23.0"}, ["addons-on-keras-3"]),
        ({**MODERN, "keras-contrib": "2.0.8"}, ["keras-contrib"]),
        ({**MODERN, "numpy": "2.1.0"}, ["numpy-2"]),
        ({"tensorflow": "2.6.0", "keras": "2.6.0", "numpy": "1.24.4", "protobuf": "3.20.3"}, ["numpy-1.24"]),
        (
            {"tensorflow-gpu": "2.6.0", "keras": "2.6.0", "numpy": "2.0.0", "protobuf": "5.26"},
            ["protobuf-4", "numpy-2"],
        ),
    ],
    ids=str,
)
def test_what_cannot_work_together(
    normfix: Command, environment: Environment, versions: dict[str, str], expected: list[str]
) -> None:
    environment.place_all(versions)
    assert slugs(normfix, environment) == expected


def test_the_legacy_keras_that_is_not_there(normfix: Command, environment: Environment) -> None:
    environment.place_all(MODERN)
    switched = {"TF_USE_LEGACY_KERAS": "1"}
    assert slugs(normfix, environment, env=switched) == ["no-tf-keras"]
    result = normfix("doctor", "--python", str(environment.python), env=switched)
    assert b"cure: pip install 'tf_keras==2.16.*'" in result.stdout
    environment.place("tf_keras", "2.16.0", "tensorflow<2.17,>=2.16")
    assert slugs(normfix, environment, env=switched) == []


def test_what_packages_say_that_they_need(normfix: Command, environment: Environment) -> None:
    environment.place(
        "tensorflow", "2.15.1", "numpy (<2.0.0,>=1.23.5)", "protobuf!=4.21.0,<5.0.0dev,>=3.20.3", "absent>=2"
    )
    environment.place("keras", "2.15.0")
    environment.place("numpy", "1.22.0")
    environment.place("protobuf", "5.28.0")
    environment.place("tf_keras", "2.16.0", "tensorflow<2.17,>=2.16")
    assert cures(normfix, environment) == [
        "pip install 'numpy<2.0.0,>=1.23.5'",
        "pip install 'protobuf!=4.21.0,<5.0.0,>=3.20.3'",
        "pip install 'tensorflow<2.17,>=2.16'",
    ]


def test_left_over_modules(normfix: Command, environment: Environment) -> None:
    environment.place_all({**MODERN, "keras": "3.3.3"})
    environment.place("tf_slim", "1.1.0", files=("tf_slim/__init__.py",))
    (environment.packages / "tf_slim/old").mkdir()
    (environment.packages / "tf_slim/old/normalization.py").write_text("")
    assert slugs(normfix, environment) == ["left-over"]
    result = normfix("doctor", "--python", str(environment.python), "--isolated")
    assert f"tf_slim{os.sep}old{os.sep}normalization.py" in " ".join(result.stdout.decode().split())
    assert f"rm -r '{environment.packages}/tf_slim'; pip install 'tf-slim==1.1.0'" in result.stdout.decode()


def test_two_versions_in_one_folder(normfix: Command, environment: Environment) -> None:
    environment.place_all(MODERN)
    environment.place("keras", "2.15.0", info="keras-2.15.0.dist-info")
    found = slugs(normfix, environment)
    assert "two-versions" in found
    assert "pip uninstall -y keras; pip install 'keras==3.3.3'" in cures(normfix, environment)


def test_what_pip_could_not_remove(normfix: Command, environment: Environment) -> None:
    environment.place_all(MODERN)
    environment.place("keras", "2.15.0", info="~eras-2.15.0.dist-info")
    (environment.packages / "empty-1.0.dist-info").mkdir()
    assert slugs(normfix, environment) == ["broken-uninstall"]


def test_what_the_project_declares(tmp_path: Path, normfix: Command, environment: Environment) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==1.15.5\n", encoding="utf-8")
    assert slugs(normfix, environment) == ["no-wheel"]
    environment.place_all(MODERN)
    assert slugs(normfix, environment) == ["no-wheel", "not-declared"]
    assert slugs(normfix, environment, "--isolated") == []
    (tmp_path / "requirements.txt").write_text("tensorflow>=2.16,<2.17\n", encoding="utf-8")
    assert "not-declared" not in slugs(normfix, environment)


def test_an_interpreter_that_is_none(tmp_path: Path, normfix: Command) -> None:
    for given in ("missing", str(tmp_path)):
        result = normfix("doctor", "--python", given)
        assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)


def test_nothing_of_the_installation_is_imported(normfix: Command, environment: Environment) -> None:
    environment.place("tensorflow", "2.16.2", files=("tensorflow/__init__.py",))
    (environment.packages / "tensorflow/__init__.py").write_text("raise SystemExit(7)\n")
    assert slugs(normfix, environment) == ["no-keras"]


def test_a_real_keras_and_one_installed_over_it_by_hand(normfix: Command, environment: Environment) -> None:
    environment.place_all({"tensorflow": "2.16.2", "numpy": "1.26.4"})
    for release, other in (("2.4.0", ["--no-deps"]), ("2.15.0", ["--no-deps", "--ignore-installed"])):
        pip = [sys.executable, "-m", "pip", "--python", str(environment.python), "install", "-q", *other]
        subprocess.run([*pip, f"keras=={release}"], check=True)
    result = normfix("doctor", "--python", str(environment.python), "--isolated", "--output-format", "json")
    found = {one["slug"]: one for one in json.loads(result.stdout)["problems"]}
    assert {"keras-pair", "two-versions"} <= set(found)
    assert "keras 2.15.0" in found["two-versions"]["says"]


def test_every_conflict_has_a_cure_and_a_link() -> None:
    for one in shipped_conflicts():
        assert len(one.when) > 1
        assert one.cure.startswith("pip ")
        assert all(link.startswith("https://") for link in one.links)
        assert one.links


def test_every_release_has_its_pythons() -> None:
    releases = shipped_table().releases
    assert set(releases.pythons) == {one.tensorflow for one in releases.pairs}
