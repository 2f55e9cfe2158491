"""Writing: all or nothing, with the file's mode and links."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from normfix.config import store
from normfix.run.baseline import Baseline, read_baseline, write_baseline
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run
from normfix.run.writing import write
from normfix.table.load import shipped_table

BEFORE = b"from keras.layers.normalization import BatchNormalization\n"
AFTER = b"from keras.layers import BatchNormalization\n"


def result_for(file: Path) -> FileResult:
    return next(iter(run([file], shipped_table(), Options(fix=True))))


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    file = tmp_path / "net.py"
    file.write_bytes(BEFORE)
    return file


def test_a_file_is_replaced_and_nothing_is_left_beside_it(legacy: Path) -> None:
    write(result_for(legacy))
    assert legacy.read_bytes() == AFTER
    assert list(legacy.parent.iterdir()) == [legacy]


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
@pytest.mark.parametrize("mode", [0o755, 0o600, 0o640])
def test_the_mode_stays(legacy: Path, mode: int) -> None:
    legacy.chmod(mode)
    write(result_for(legacy))
    assert stat.S_IMODE(legacy.stat().st_mode) == mode


@pytest.mark.skipif(os.name == "nt", reason="links need rights")
def test_a_link_stays_and_its_file_is_written(legacy: Path) -> None:
    folder = legacy.parent / "elsewhere"
    folder.mkdir()
    link = folder / "link.py"
    link.symlink_to(legacy)
    write(result_for(link))
    assert link.is_symlink()
    assert legacy.read_bytes() == AFTER


def test_the_original_survives_a_failure(legacy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = result_for(legacy)

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write(result)
    assert legacy.read_bytes() == BEFORE
    assert list(legacy.parent.iterdir()) == [legacy]


def test_a_result_without_a_change_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_bytes(b"from keras.layers.normalization import *\n")
    before = file.stat().st_mtime_ns
    write(result_for(file))
    assert file.stat().st_mtime_ns == before


def _refused(file: Path) -> str:
    with pytest.raises(OSError) as caught:
        write(result_for(file))
    assert file.read_bytes() == BEFORE
    assert not list(file.parent.glob(".*"))
    return str(caught.value.strerror)


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_read_only_file_is_left_to_those_who_may_write_it(legacy: Path) -> None:
    legacy.chmod(0o444)
    if os.access(legacy, os.W_OK):
        # Root writes any file, and the mode is not root's to change.
        write(result_for(legacy))
        assert (legacy.read_bytes(), stat.S_IMODE(legacy.stat().st_mode)) == (AFTER, 0o444)
    else:
        assert "read-only" in _refused(legacy)


@pytest.mark.skipif(os.name == "nt", reason="links are those of POSIX")
def test_a_file_with_further_names_is_left_as_it_is(legacy: Path) -> None:
    (legacy.parent / "other").hardlink_to(legacy)
    assert "2 names (hard links)" in _refused(legacy)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes")
def test_extended_attributes_stay(legacy: Path) -> None:
    try:
        os.setxattr(legacy, "user.normfix", b"kept")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    write(result_for(legacy))
    assert legacy.read_bytes() == AFTER
    assert os.getxattr(legacy, "user.normfix") == b"kept"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_group_stay(legacy: Path) -> None:
    os.chown(legacy, 1234, 2345)
    legacy.chmod(0o4640)
    write(result_for(legacy))
    status = legacy.stat()
    assert legacy.read_bytes() == AFTER
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 2345, 0o4640)


def test_a_baseline_survives_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "normfix-baseline.json"
    file.write_bytes(b"what was put up with")

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write_baseline(Baseline(tmp_path, {}), file)
    assert file.read_bytes() == b"what was put up with"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(os.name == "nt", reason="links need rights")
def test_a_baseline_that_is_a_link_stays_one(tmp_path: Path) -> None:
    link, file = tmp_path / "link.json", tmp_path / "file.json"
    link.symlink_to(file)
    write_baseline(Baseline(tmp_path, {}), link)
    assert link.is_symlink()
    assert read_baseline(file).counts == {}


def test_a_cache_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "kind-name").mkdir()
    store.write(str(tmp_path), "kind-name", b"body")
    assert [path.name for path in tmp_path.iterdir()] == ["kind-name"]
    store.write(str(tmp_path), "kind-other", b"body")
    assert store.read(str(tmp_path), "kind-other") == b"body"
