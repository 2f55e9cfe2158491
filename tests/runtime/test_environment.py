"""Where the project's interpreter is found."""

from __future__ import annotations

import sys
from pathlib import Path

from normfix.runtime.environment import find_interpreter


def environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return python


def test_nothing_else_to_be_found(tmp_path: Path) -> None:
    found = find_interpreter(None, tmp_path, {})
    assert (str(found.path), found.origin) == (sys.executable, "the interpreter that runs normfix")


def test_an_active_environment_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    found = find_interpreter(None, tmp_path, {"VIRTUAL_ENV": str(tmp_path / "gone"), "CONDA_PREFIX": ""})
    assert found.origin == "the interpreter that runs normfix"


def test_the_projects_own(tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    assert find_interpreter(None, tmp_path, {}).path == python
    python = environment(tmp_path / ".venv")
    found = find_interpreter(None, tmp_path, {})
    assert (found.path, found.origin) == (python, "the project's .venv")


def test_an_active_environment_before_the_projects_own(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    active, conda = environment(tmp_path / "active"), environment(tmp_path / "conda")
    both = {"VIRTUAL_ENV": str(tmp_path / "active"), "CONDA_PREFIX": str(tmp_path / "conda")}
    assert find_interpreter(None, tmp_path, both).path == active
    assert find_interpreter(None, tmp_path, {"CONDA_PREFIX": both["CONDA_PREFIX"]}).path == conda


def test_explicit(tmp_path: Path) -> None:
    python = environment(tmp_path / "mine")
    environment(tmp_path / ".venv")
    for given in (python, tmp_path / "mine"):
        found = find_interpreter(given, tmp_path, {})
        assert (found.path, found.origin) == (python, "--python")


def test_an_explicit_one_that_is_not_there_is_kept(tmp_path: Path) -> None:
    assert find_interpreter(tmp_path / "gone", tmp_path, {}).path == tmp_path / "gone"


def test_an_explicit_command(tmp_path: Path) -> None:
    assert find_interpreter(Path("sh"), tmp_path, {}).path.is_absolute()
