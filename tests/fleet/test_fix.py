"""`fleet fix`: branches and patches, on the cluster."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.fleet.conftest import Fleet, git, repository

pytestmark = pytest.mark.hook


@pytest.fixture(autouse=True)
def author(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@example.org")


def fix(fleet: Fleet, cwd: Path, *arguments: str, status: int = 1) -> tuple[str, str]:
    """What `fleet fix` says on both streams. It must end with a status."""
    words = fleet.command(*arguments, "--out", "out", action="fix")
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_write_nothing_is_written(fleet: Fleet, sources: Path) -> None:
    before = tree(sources)
    said, words = fix(fleet, sources, "repositories", "list.txt")
    assert "would be fixed on branch normfix\n" in said
    assert "would be fixed by a patch\n" in said
    assert "findings would be fixed (--write writes them)" in words
    assert tree(sources) == before


def test_a_checkout_has_a_branch_with_what_fix_would_write(fleet: Fleet, normfix: Command, sources: Path) -> None:
    folder = sources / "repositories" / "checkout"
    before = {path: data for path, data in tree(folder).items() if not path.startswith(".git/")}
    head = git(folder, "rev-parse", "HEAD")
    said, _ = fix(fleet, sources, "repositories/checkout", "--write", "--branch", "bot/normfix")
    assert f"fixed on branch bot/normfix of {folder}\n" in said
    assert {path: data for path, data in tree(folder).items() if not path.startswith(".git/")} == before
    assert (git(folder, "status", "--porcelain"), git(folder, "branch", "--show-current")) == ("", "main\n")
    assert git(folder, "rev-parse", "bot/normfix^") == head
    message = git(folder, "log", "-1", "--format=%an%n%B", "bot/normfix")
    assert message.startswith("Somebody\nReplace normalization code that no longer runs\n\nNF101 (")
    assert "\n  numbers: identical" in message
    normfix("fix", "-q", ".", cwd=folder)
    assert git(folder, "diff", "bot/normfix") == ""
    git(folder, "checkout", "-q", ".")
    said, _ = fix(fleet, sources, "repositories/checkout", "--write", "--branch", "bot/normfix")
    assert "were fixed before on branch bot/normfix" in said
    git(folder, "commit", "-q", "--allow-empty", "-m", "Go on")
    _, words = fix(fleet, sources, "repositories/checkout", "--write", "--branch", "bot/normfix", status=2)
    assert "its branch bot/normfix is on another commit; remove it first" in words


def test_a_checkout_with_changes_is_left_alone(fleet: Fleet, sources: Path) -> None:
    folder = sources / "repositories" / "checkout"
    (folder / "new.py").write_text("import keras\n")
    _, words = fix(fleet, sources, "repositories/checkout", "--write", status=2)
    assert "repositories/checkout: it has changes that are in no commit" in words
    assert git(folder, "branch", "--list", "normfix") == ""


def test_a_remote_is_cloned_and_nothing_is_pushed(fleet: Fleet, sources: Path) -> None:
    remote = repository(sources / "remote" / "third", "NF101")
    for _ in range(2):
        fix(fleet, sources, f"file://{remote}", "--write")
        (clone,) = (sources / "out" / "clones").iterdir()
        assert git(clone, "remote", "get-url", "origin") == f"file://{remote}\n"
        assert git(clone, "diff", "--stat", "normfix^", "normfix")
        assert git(remote, "branch", "--list", "normfix") == ""


def test_where_git_is_not_there_a_patch_is_written(fleet: Fleet, normfix: Command, sources: Path) -> None:
    folder = sources / "repositories" / "plain"
    fix(fleet, sources, "repositories/plain", "repositories/packed-2.0.tar.gz", "--write")
    patches = sorted((sources / "out" / "patches").iterdir())
    assert [one.name.rpartition("-")[0] for one in patches] == ["repositories_packed-2.0.tar.gz", "repositories_plain"]
    assert patches[1].read_bytes() == normfix("fix", "--diff", ".", cwd=folder).stdout
    git(folder, "apply", "-p0", str(patches[1]))
    assert normfix("fix", "--diff", ".", cwd=folder).stdout == b""
