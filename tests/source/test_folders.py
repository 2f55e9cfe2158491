"""Folders are listed once; modules are found in them as an import would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from normfix.source.folders import Folders


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A package with one below it, and a script beside it."""
    for name in ("script.py", "package/__init__.py", "package/part.py", "package/inner/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "data").mkdir()
    return tmp_path


@pytest.mark.parametrize("parts", [("absent",), ("data",), ("script", "part"), ("absent", "part"), ()])
def test_no_module(tree: Path, parts: tuple[str, ...]) -> None:
    assert Folders().module(str(tree), parts) is None


@pytest.mark.parametrize(
    ("parts", "file"),
    [
        (("script",), "script.py"),
        (("package",), "package/__init__.py"),
        (("package", "part"), "package/part.py"),
        (("package", "inner"), "package/inner/__init__.py"),
    ],
)
def test_modules(tree: Path, parts: tuple[str, ...], file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Folders().module(str(tree), parts) == str(tree / file)
    monkeypatch.chdir(tree)
    assert Folders().module("", parts) == file


def test_absolute_imports_start_above_the_outermost_package(tree: Path) -> None:
    assert Folders().top(str(tree / "package" / "inner")) == str(tree)
    assert Folders().top(str(tree / "data")) == str(tree / "data")


def test_a_folder_is_listed_once(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[str] = []
    real = os.listdir

    def noted(folder: str) -> list[str]:
        listed.append(folder)
        return real(folder)

    monkeypatch.setattr(os, "listdir", noted)
    folders = Folders()
    for name in ("part", "inner", "absent"):
        folders.module(str(tree), ("package", name))
    assert len(listed) == len(set(listed))


def test_a_folder_that_cannot_be_read_has_no_names(tree: Path) -> None:
    assert not Folders().names(str(tree / "absent"))
