"""What SOURCES may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.fleet.sources import Kind, Repository, SourceError, repositories


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["no/such/folder", "two words", "-r other.txt"])
def test_what_is_no_source(here: Path, text: str) -> None:
    with pytest.raises(SourceError):
        repositories(["absent"])
    (here / "list.txt").write_text(f"keras\n{text}\n")
    with pytest.raises(SourceError, match=r"list\.txt:2: no git URL, path or requirement: "):
        repositories(["list.txt"])


def test_a_folder_without_anything(here: Path) -> None:
    (here / "empty").mkdir()
    with pytest.raises(SourceError, match="no repository is in it"):
        repositories(["empty"])


def test_one_name_for_two_things(here: Path) -> None:
    (here / "list.txt").write_text("https://example.org/a.git@v1\nhttps://example.org/a@v2\n")
    with pytest.raises(SourceError, match="named twice"):
        repositories(["list.txt"])


@pytest.mark.parametrize("marker", [".git", "pyproject.toml", "model.py"])
def test_a_folder_that_is_a_project(here: Path, marker: str) -> None:
    (here / "one" / "below").mkdir(parents=True)
    (here / "one" / marker).touch()
    assert repositories(["one/", "./one"]) == [Repository("one", Kind.FOLDER, str(here / "one"))]
    (here / marker).touch()
    assert repositories(["."]) == [Repository(here.name, Kind.FOLDER, str(here))]


def test_a_folder_of_projects_and_archives(here: Path) -> None:
    for name in ("all/b/x", "all/.hidden"):
        (here / name).mkdir(parents=True)
    for name in ("a-1-py3-none-any.whl", "c-1.tar.gz", "notes.txt"):
        (here / "all" / name).touch()
    assert [(one.name, one.kind) for one in repositories(["all"])] == [
        ("all/a-1-py3-none-any.whl", Kind.ARCHIVE),
        ("all/b", Kind.FOLDER),
        ("all/c-1.tar.gz", Kind.ARCHIVE),
    ]


@pytest.mark.parametrize(
    ("text", "name", "location", "revision"),
    [
        ("https://example.org/team/a.git", "example.org/team/a", "https://example.org/team/a.git", ""),
        ("git+https://example.org/a@v1.0", "example.org/a", "https://example.org/a", "v1.0"),
        (
            "https://me:secret@example.org/a.git@one/two",
            "example.org/a",
            "https://me:secret@example.org/a.git",
            "one/two",
        ),
        ("git@example.org:team/a.git@0a1b", "example.org/team/a", "git@example.org:team/a.git", "0a1b"),
        ("ssh://git@example.org:22/a.git", "example.org:22/a", "ssh://git@example.org:22/a.git", ""),
        ("file:///srv/a.git", "srv/a", "file:///srv/a.git", ""),
    ],
)
def test_git_urls(here: Path, text: str, name: str, location: str, revision: str) -> None:
    expected = [Repository(name, Kind.GIT, location, revision)]
    assert repositories([text]) == expected
    (here / "list.txt").write_text(f"# all\n\n{text}  # why\n")
    assert repositories(["list.txt"]) == expected


def test_paths_and_requirements_of_a_list(here: Path) -> None:
    (here / "lists" / "mine").mkdir(parents=True)
    (here / "lists" / "all.txt").write_text("mine\nkeras\ntf-slim [x] >= 1.1, <2 ; python_version > '3'\n")
    assert repositories(["lists/all.txt"]) == [
        Repository("keras", Kind.REQUIREMENT, "keras"),
        Repository("lists/mine", Kind.FOLDER, str(here / "lists" / "mine")),
        Repository(
            "tf-slim[x]>=1.1,<2;python_version>'3'",
            Kind.REQUIREMENT,
            "tf-slim [x] >= 1.1, <2 ; python_version > '3'",
        ),
    ]
