"""What a killed run left behind goes with the next one, and nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from normfix.run.leftovers import clear, temporary_name
from tests.cli.test_main import put
from tests.conftest import Command

OLD = b"from keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization()\n"


def _dead(name: str) -> str:
    """A temporary name as a process gave it that is gone."""
    code = f"from normfix.run.leftovers import temporary_name; print(temporary_name({name!r}))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_only_what_a_dead_process_left_goes(tmp_path: Path) -> None:
    dead, mine = _dead("a.py"), temporary_name("a.py")
    elsewhere = "-".join((dead.split("-")[0], "00000000", *dead.split("-")[2:]))
    kept = {".a.py.x8a_2", ".a.py.tmp", f"{dead}x", dead[1:], mine, elsewhere, "a.py"}
    for name in {dead, *kept}:
        put(tmp_path / name, b"")
    (tmp_path / _dead("folder")).mkdir()
    (tmp_path / _dead("link")).symlink_to("a.py")
    before = {one.name for one in tmp_path.iterdir()}
    clear([str(tmp_path / "a.py")])
    assert before - {one.name for one in tmp_path.iterdir()} == {dead}


def test_what_is_older_than_any_run_goes(tmp_path: Path) -> None:
    put(tmp_path / temporary_name("a.py"), b"")
    for file in tmp_path.iterdir():
        os.utime(file, (time.time() - 100_000,) * 2)
    clear([str(tmp_path / "a.py")])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", [OLD, b"x = 1\n"])
def test_fix_clears_and_check_and_diff_do_not(normfix: Command, tmp_path: Path, code: bytes) -> None:
    put(tmp_path / "pyproject.toml", b"[tool.normfix]\n")
    put(tmp_path / "p/a.py", code)
    left = tmp_path / "p" / _dead("a.py")
    put(left, OLD)
    for command in (["check"], ["fix", "--diff"], ["check", "--diff"]):
        assert left.name.encode() not in normfix(*command, "--no-cache", ".").stdout
        assert left.exists()
    assert normfix("fix", "--no-cache", ".").returncode == 0
    assert not left.exists()


@pytest.mark.parametrize("name", ["x" * 250 + ".py", "a\nb.py", "é" * 100 + ".py"])
def test_files_of_any_name_are_written(normfix: Command, tmp_path: Path, name: str) -> None:
    put(tmp_path / name, OLD)
    assert normfix("fix", "--no-cache", ".").returncode == 0
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [name]
