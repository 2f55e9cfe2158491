"""The target that a project's own files declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.config.requirements import find_target
from normfix.config.target import Target


def put(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def declared(folder: Path) -> tuple[str, str]:
    target = find_target(folder)
    return target.text, target.origin


def test_no_files_say_nothing(tmp_path: Path) -> None:
    assert find_target(tmp_path) == Target()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "tensorflow\nkeras\n"),
        ("requirements.txt", "tensorflow_probability==0.20\nkeras-tuner>=1\n# tensorflow==2.4\n"),
        ("requirements.txt", "tensorflow @ https://example.org/tensorflow-2.4.whl\n"),
        ("pyproject.toml", "[project]\nname = 'keras-thing'\ndependencies = ['tensorflow']\n"),
        ("pyproject.toml", "[project\ntensorflow\n"),
        ("pyproject.toml", "[tool.poetry.dependencies]\ntensorflow = '*'\n"),
        ("setup.py", "print('tensorflow 2.4\n"),
        ("setup.py", "description = 'keras 2 models for tensorflow'\n"),
        ("setup.cfg", "tensorflow==2.4\n"),
        ("poetry.lock", '[[package]]\nname = "keras-tuner"\nversion = "1.0"\n'),
    ],
)
def test_files_that_say_nothing(tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, name, text)
    assert find_target(tmp_path) == Target()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "pyproject.toml",
            "[project]\ndependencies = ['numpy', 'tensorflow>=2.12,<2.16 ; x']\n",
            "tensorflow>=2.12,<2.16",
        ),
        ("pyproject.toml", "[project.optional-dependencies]\ntf = ['tensorflow-cpu~=2.6']\n", "tensorflow~=2.6"),
        ("pyproject.toml", "[tool.poetry.dependencies]\ntensorflow = '^2.4'\n", "tensorflow^2.4"),
        ("pyproject.toml", "[tool.poetry.group.dev.dependencies]\nkeras = {version = '2.3.1'}\n", "keras==2.3.1"),
        ("setup.cfg", "[options]\ninstall_requires =\n  numpy\n  tensorflow_gpu==1.15\n", "tensorflow==1.15"),
        ("setup.cfg", "[options.extras_require]\ntf = tensorflow>=2.4\n", "tensorflow>=2.4"),
        ("setup.py", "setup(install_requires=['tensorflow>=2.4,<3', 'numpy'])\n", "tensorflow>=2.4,<3"),
        ("requirements.txt", "-r other.txt\nTensorFlow==1.14.0 # old\n", "tensorflow==1.14.0"),
        ("requirements-dev.txt", "keras>=3\n", "keras>=3"),
        ("requirements/base.txt", "tensorflow[and-cuda]>=2.16\n", "tensorflow>=2.16"),
        (
            "environment.yml",
            "dependencies:\n  - tensorflow=2.12\n  - pip:\n    - keras==2.12.0\n",
            "tensorflow=2.12, keras==2.12.0",
        ),
        ("uv.lock", '[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n', "tensorflow==2.15.1"),
        ("poetry.lock", '[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n', "tensorflow==2.15.1"),
        ("pdm.lock", '[[package]]\nname = "keras"\nversion = "3.3.3"\n', "keras==3.3.3"),
    ],
)
def test_files_that_say_something(tmp_path: Path, name: str, text: str, said: str) -> None:
    put(tmp_path, name, text)
    assert declared(tmp_path) == (said, name)


def test_an_included_file_counts(tmp_path: Path) -> None:
    put(tmp_path, "requirements.txt", "-r base.in\n")
    put(tmp_path, "base.in", "tensorflow==2.8\n")
    put(tmp_path, "requirements-x.txt", "")
    assert declared(tmp_path) == ("tensorflow==2.8", "requirements.txt")


def test_several_pins_are_alternatives(tmp_path: Path) -> None:
    put(tmp_path, "requirements.txt", "tensorflow==2.4; a\ntensorflow-macos==2.8; b\ntensorflow==2.4; c\n")
    target = find_target(tmp_path)
    assert [str(one) for one in target.tensorflow] == ["tensorflow==2.4", "tensorflow==2.8"]


def test_what_is_declared_comes_before_what_is_locked(tmp_path: Path) -> None:
    put(tmp_path, "uv.lock", '[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n')
    put(tmp_path, "requirements.txt", "tensorflow>=2.8\n")
    assert declared(tmp_path) == ("tensorflow>=2.8", "requirements.txt")
    put(tmp_path, "pyproject.toml", "[project]\ndependencies = ['tensorflow']\n")
    assert declared(tmp_path) == ("tensorflow>=2.8", "requirements.txt")


def test_folders_up_to_the_root_of_the_project_are_looked_at(tmp_path: Path) -> None:
    put(tmp_path, "requirements.txt", "tensorflow==1.14\n")
    put(tmp_path, "project/src/a.py", "")
    assert find_target(tmp_path / "project/src") == Target()
    (tmp_path / "project/.git").mkdir()
    assert find_target(tmp_path / "project/src") == Target()
    put(tmp_path, "project/requirements.txt", "tensorflow==2.8\n")
    assert declared(tmp_path / "project/src") == ("tensorflow==2.8", "requirements.txt")


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(b"tensorflow==2.8 \xff\n")
    (tmp_path / "environment.yml").mkdir()
    assert find_target(tmp_path) == Target()
