"""A file that may not be read, and one that is no file, are findings of their own; the others are done."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command

OLD = b"from keras.layers.normalization import BatchNormalization\n"


def without_privileges() -> list[str]:
    """What makes a command unable to read what its user may not read; for root, who may, a program that drops that."""
    if os.geteuid():
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root reads any file, and there is no setpriv to drop that")
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions, and no sockets that are files")
@pytest.mark.parametrize("command", ["check", "fix"])
def test_the_others_are_done(tmp_path: Path, command: str) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.normfix]\n")
    for name in ("good.py", "shut.py"):
        (tmp_path / name).write_bytes(OLD)
    (tmp_path / "shut.py").chmod(0)
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            one.bind("socket.py")
        finally:
            os.chdir(here)
    asked = [sys.executable, "-m", "normfix", command, "--no-cache", "--output-format", "concise"]
    for paths, found in ((["."], {"good.py", "shut.py"}), (["good.py", "shut.py", "socket.py"], {"socket.py"})):
        done = subprocess.run(
            [*without_privileges(), *asked, *paths], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        lines = {line.partition(":")[0]: line for line in done.stdout.splitlines()}
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "NF002" in lines["shut.py"]
        assert ("NF002" in lines["socket.py"]) if "socket.py" in found else "socket.py" not in lines
    assert (b"from keras.layers import" in (tmp_path / "good.py").read_bytes()) == (command == "fix")


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
@pytest.mark.parametrize("paths", [["."], ["good.py", "pack/shut"]])
def test_a_folder_that_may_not_be_read_is_a_finding_of_its_own(tmp_path: Path, paths: list[str]) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.normfix]\n")
    (tmp_path / "good.py").write_bytes(OLD)
    shut = tmp_path / "pack" / "shut"
    shut.mkdir(parents=True)
    (shut / "hidden.py").write_bytes(OLD)
    shut.chmod(0)
    asked = [sys.executable, "-m", "normfix", "fix", "--no-cache", "--output-format", "concise", *paths]
    try:
        done = subprocess.run(
            [*without_privileges(), *asked], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    finally:
        shut.chmod(0o755)
    lines = {line.partition(":")[0]: line for line in done.stdout.splitlines()}
    assert (done.returncode, done.stderr.count("Traceback")) == (2, 0)
    assert "NF002" in lines["pack/shut"]
    assert "Permission denied" in lines["pack/shut"]
    assert b"from keras.layers import" in (tmp_path / "good.py").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("name", ["a.py", "a.md"])
def test_a_wide_encoding_is_named_and_the_file_left(normfix: Command, tmp_path: Path, encoding: str, name: str) -> None:
    data = f"\ufeff```python\n{OLD.decode()}```\n".encode(encoding)
    (tmp_path / name).write_bytes(data)
    (tmp_path / "pyproject.toml").write_text('[tool.normfix]\ninclude = ["*.py", "*.md"]\n')
    done = normfix("fix", ".", "--output-format", "concise", cwd=tmp_path)
    assert done.returncode == 2
    said = f"{name}:1:1: NF002 error: cannot be read: it is in {encoding[:6].upper()}, which Python does not"
    assert done.stdout.decode().startswith(said)
    assert (tmp_path / name).read_bytes() == data
