"""`--show-files` and `--show-settings` say what a run goes by, and check nothing; .gitignore can be left aside."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Command

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OLD = b"from keras.layers.normalization import BatchNormalization\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("a.py", "b.ipynb", "c.txt", "build/d.py", "made/e.py", "src/f.pyi"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(OLD)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("made/\n")
    return tmp_path


def lines(normfix: Command, *arguments: str) -> list[str]:
    done = normfix(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().replace("\\", "/").splitlines()


@pytest.mark.parametrize("command", ["check", "fix"])
def test_files(project: Path, normfix: Command, command: str) -> None:
    assert lines(normfix, command, "--show-files") == ["a.py", "b.ipynb", "src/f.pyi"]
    assert lines(normfix, command, "--show-files", "src", "c.txt") == ["c.txt", "src/f.pyi"]
    assert lines(normfix, command, "--show-files", "--exclude", "src") == ["a.py", "b.ipynb", "build/d.py"]
    assert (project / "a.py").read_bytes() == OLD


def test_gitignore_can_be_left_aside(project: Path, normfix: Command) -> None:
    every = ["a.py", "b.ipynb", "made/e.py", "src/f.pyi"]
    assert lines(normfix, "check", "--show-files", "--no-respect-gitignore") == every
    (project / "pyproject.toml").write_text("[tool.normfix]\nrespect-gitignore = false\n")
    assert lines(normfix, "check", "--show-files") == every
    assert lines(normfix, "check", "--show-files", "--respect-gitignore") == ["a.py", "b.ipynb", "src/f.pyi"]
    found = normfix("check", "--output-format", "concise", "made", "--no-respect-gitignore", "--isolated")
    assert found.stdout.startswith(b"made")


def test_settings_are_those_that_hold(project: Path, normfix: Command) -> None:
    """What is printed is TOML of settings, and a run with it goes by the same ones."""
    file = project / "pyproject.toml"
    file.write_text(
        '[tool.normfix]\nselect = ["NF1"]\nignore = ["NF101"]\nfail-on = "error"\n'
        'per-file-ignores = { "a\\u0022\\\\d.py" = ["NF4"] }\nextend-exclude = ["é"]\n'
    )
    options = ("check", "--show-settings", "--extend-select", "NF7", "--unsafe-fixes", "--exit-zero", "--exclude", "x")
    said = lines(normfix, *options)
    assert said[0].startswith("# ")
    assert said[0].endswith("pyproject.toml")
    read = tomllib.loads(normfix(*options).stdout.decode())["tool"]["normfix"]
    assert read | {"cache-dir": "", "extend-rules": []} == {
        "select": ["NF1", "NF7"],
        "ignore": ["NF101"],
        "extend-select": [],
        "include": ["*.py", "*.pyi", "*.pyw", "*.ipynb"],
        "per-file-ignores": {'a"\\d.py': ["NF4"]},
        "exclude": ["x"],
        "extend-exclude": ["é"],
        "respect-gitignore": True,
        "docstrings": False,
        "unsafe-fixes": True,
        "output-format": "full",
        "fail-on": "never",
        "target-version": "auto",
        "extend-rules": [],
        "strategy": "keras",
        "cache-dir": "",
    }
    file.write_bytes(normfix(*options).stdout)
    assert lines(normfix, "check", "--show-settings")[1:] == said[1:]


def test_both_and_neither(project: Path, normfix: Command) -> None:
    both = lines(normfix, "check", "--isolated", "--show-settings", "--show-files")
    assert both[0] == "# no file: the defaults, and the options"
    assert both[-3:] == ["a.py", "b.ipynb", "src/f.pyi"]
    assert normfix("check", "-", "--show-files", stdin=OLD).returncode == 2
    assert normfix("check", "--select", "NF000X", "--show-settings").returncode == 2
    assert not (project / ".normfix_cache").exists()
