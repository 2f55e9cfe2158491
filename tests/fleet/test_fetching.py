"""Repositories to folders: archives, and what a folder is at."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from normfix.fleet.fetching import commit_of, fetched, folder_commit
from normfix.fleet.processes import Deadline, WorkError, output
from normfix.fleet.sources import Kind, Repository
from tests.fleet.conftest import git, repository


def _archive(path: Path) -> Repository:
    return Repository(path.name, Kind.ARCHIVE, str(path))


def test_what_is_no_archive(tmp_path: Path) -> None:
    for name in ("a.whl", "a.tar.gz"):
        (tmp_path / name).write_bytes(b"no archive")
        with pytest.raises(WorkError, match="cannot be unpacked"):
            fetched(_archive(tmp_path / name), "x", tmp_path / "into" / name, Deadline(60))


def test_nothing_of_an_archive_is_written_outside(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("../../outside.py"), io.BytesIO())
    with pytest.raises(WorkError, match="cannot be unpacked"):
        fetched(_archive(tmp_path / "a.tar.gz"), "x", tmp_path / "one" / "two", Deadline(60))
    assert not list(tmp_path.rglob("outside.py"))


def test_an_archive_that_would_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("normfix.run.archives._LARGEST", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", bytes(3 << 20))
    with pytest.raises(WorkError, match="it would be more than 1 MB of files"):
        fetched(_archive(tmp_path / "a.zip"), "x", tmp_path / "into", Deadline(60))


@pytest.mark.hook
def test_a_folder_is_at_its_commit_until_it_is_changed(tmp_path: Path) -> None:
    folder = repository(tmp_path / "one", "NF101")
    commit = git(folder, "rev-parse", "HEAD").strip()
    one = Repository("one", Kind.FOLDER, str(folder))
    assert commit_of(one, Deadline(60)) == commit
    (folder / "new.py").write_text("1\n")
    changed = commit_of(one, Deadline(60))
    assert changed.startswith(f"{commit}+files:")
    (folder / "new.py").write_text("2\n")
    assert commit_of(one, Deadline(60)) not in (commit, changed)


@pytest.mark.hook
def test_a_folder_without_a_commit(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    plain = folder_commit(tmp_path, Deadline(60))
    assert plain.startswith("files:")
    git(tmp_path, "init", "-q")
    assert folder_commit(tmp_path, Deadline(60)) == plain


@pytest.mark.hook
def test_revisions_of_a_remote(tmp_path: Path) -> None:
    folder = repository(tmp_path / "one", "NF101")
    commit = git(folder, "rev-parse", "HEAD").strip()
    git(folder, "tag", "-a", "v1", "-m", "One")
    for revision in ("", "main", "v1", commit):
        assert commit_of(Repository("one", Kind.GIT, f"file://{folder}", revision), Deadline(60)) == commit
    with pytest.raises(WorkError, match="it has no v2"):
        commit_of(Repository("one", Kind.GIT, f"file://{folder}", "v2"), Deadline(60))


def test_programs_that_fail() -> None:
    with pytest.raises(WorkError, match="no-such-program is not installed"):
        output(["no-such-program"], Deadline(60))
    with pytest.raises(WorkError, match="sh: what was wrong"):
        output(["sh", "-c", "echo what was wrong >&2; exit 3"], Deadline(60))
    with pytest.raises(WorkError, match="sh was ended by signal 9"):
        output(["sh", "-c", "kill -9 $$"], Deadline(60))
