"""`verify` and `fix --verify` from the outside: without a TensorFlow, and with one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command

OLD = "from keras.layers.normalization import BatchNormalization\n"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter without any package."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def test_no_call_to_try(normfix: Command, tmp_path: Path, bare: str) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    result = normfix("verify", "--python", bare, "a.py")
    assert (result.returncode, result.stdout) == (0, b"")
    assert result.stderr == b"No normalization calls found.\n"


def test_nothing_to_fix_needs_no_tensorflow(normfix: Command, tmp_path: Path, bare: str) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    assert normfix("fix", "--verify", "--python", bare).returncode == 0


@pytest.mark.parametrize("arguments", [["verify"], ["fix", "--verify", "."]])
def test_no_tensorflow_is_one_line_and_status_two(
    normfix: Command, tmp_path: Path, bare: str, arguments: list[str]
) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    result = normfix(*arguments, "--python", bare)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == f"error: there is no TensorFlow in {bare} (--python)\n"
    assert file.read_text(encoding="utf-8") == OLD


def test_no_tensorflow_in_json(normfix: Command, bare: str) -> None:
    result = normfix("verify", "--python", bare, "--output-format", "json")
    assert result.returncode == 2
    assert "there is no TensorFlow" in json.loads(result.stdout)["failure"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "--python", "no-such-python"], "no-such-python"),
        (["verify", "-"], "`verify` reads files, not standard input"),
        (["verify", "missing.py"], "missing.py: no such file or folder"),
        (["verify", "broken.py"], "broken.py:1:"),
    ],
)
def test_what_cannot_be_done(normfix: Command, tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "broken.py").write_text("print 'two'\n", encoding="utf-8")
    result = normfix(*arguments)
    errors = result.stderr.decode()
    assert result.returncode == 2
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
    assert words in errors


@pytest.mark.tensorflow
def test_call_sites_on_the_installed_tensorflow(normfix: Command, tmp_path: Path) -> None:
    text = "import tensorflow as tf\ntf.keras.layers.BatchNormalization()\ntf.keras.layers.BatchNormalization(mode=2)\n"
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = normfix("verify", "a.py", "--python", sys.executable)
    out = result.stdout.decode()
    assert result.returncode == 1
    assert "a.py:3:1: tensorflow.keras.layers.BatchNormalization(mode=2) cannot be built" in out
    assert "1 of 2 passed on TensorFlow" in out


@pytest.mark.tensorflow
def test_fixes_that_are_proved_are_made(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    result = normfix("fix", "--verify", "--python", sys.executable)
    assert result.returncode == 0, result.stderr
    assert file.read_text(encoding="utf-8") == OLD.replace(".normalization", "")


@pytest.mark.tensorflow
def test_fixes_whose_target_does_not_run_are_withheld(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    # A keras that has no BatchNormalization stands in front of the real one.
    stub = tmp_path / "stub" / "keras"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("from keras import layers\n", encoding="utf-8")
    (stub / "layers.py").write_text("", encoding="utf-8")
    result = normfix("fix", "--verify", "--python", sys.executable, "old.py", env={"PYTHONPATH": str(stub.parent)})
    assert result.returncode in (1, 2)
    assert file.read_text(encoding="utf-8") == OLD
    assert b"Traceback" not in result.stderr
