"""The folders that the imports of a file are looked up in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from normfix.source.folders import Folders
from normfix.source.search_folders import SearchFolders


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    file = tmp_path / "top" / "pkg" / "sub" / "deep.py"
    file.parent.mkdir(parents=True)
    for folder in (file.parent, file.parent.parent):
        (folder / "__init__.py").touch()
    file.touch()
    return file


def search(file: Path | str, dots: int) -> list[str]:
    return [os.path.realpath(folder) for folder in SearchFolders(Folders(), str(file)).search(dots)]


def test_absolute_imports_start_beside_a_file_and_above_its_package(deep: Path) -> None:
    assert search(deep, 0) == [str(deep.parent.resolve()), str(deep.parents[2].resolve())]


def test_dots_go_up(deep: Path) -> None:
    assert search(deep, 1) == [str(deep.parent.resolve())]
    assert search(deep, 2) == [str(deep.parents[1].resolve())]


def test_a_link_is_also_looked_at_from_where_it_leads(deep: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.py"
    link.symlink_to(deep)
    assert search(link, 0) == [str(one.resolve()) for one in (tmp_path, deep.parent, deep.parents[2])]
    assert search(link, 1) == [str(deep.parent.resolve())]


def test_a_relative_path_stands_where_the_absolute_one_does(deep: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(deep.parent)
    assert search("deep.py", 0) == search(deep, 0)
    assert search("./deep.py", 2) == search("../sub/deep.py", 2) == search(deep, 2)


def test_a_script_also_imports_from_the_folders_up_to_the_mark_of_its_project(tmp_path: Path) -> None:
    script = tmp_path / "project" / "scripts" / "deep" / "run.py"
    script.parent.mkdir(parents=True)
    (tmp_path / "project" / "src").mkdir()
    (tmp_path / "project" / "setup.py").touch()
    above = [script.parents[1], script.parents[2], tmp_path / "project" / "src"]
    assert search(script, 0)[2:] == [str(one.resolve()) for one in above]
    assert search(script, 1) == [str(script.parent.resolve())]


def test_without_a_mark_the_working_folder_is_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "project" / "scripts" / "run.py"
    script.parent.mkdir(parents=True)
    beside = [str(script.parent.resolve())] * 2
    assert search(script, 0) == beside
    monkeypatch.chdir(script.parents[1])
    assert search(script, 0) == [*beside, str(script.parents[1].resolve())]
