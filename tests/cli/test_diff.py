"""What `--diff` prints can be applied, by git and by patch, whatever the file's encoding, line ends and name."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Command

IMPORT = "from keras.layers.normalization import BatchNormalization"
FIXED = IMPORT.replace(".normalization", "")
PYTHON = f"# first\n{IMPORT}\n\nx = BatchNormalization()\n"
CELL = {"cell_type": "code", "source": [f"{IMPORT}\n", "%time 1\n", 'x = "規"'], "metadata": {}, "outputs": []}
FILES = {
    "plain.py": PYTHON.encode(),
    "gbk.py": f'# coding: gbk\ns = "规范化"\n{IMPORT}\n'.encode("gbk"),
    "cp1252.py": f'# coding: cp1252\ns = "é"\n{IMPORT}\n'.encode("cp1252"),
    "sjis.py": f'# coding: shift_jis\ns = "正規化表"\n{IMPORT}\n'.encode("shift_jis"),
    "bom.py": b"\xef\xbb\xbf" + PYTHON.encode(),
    "crlf.py": PYTHON.replace("\n", "\r\n").encode(),
    "mixed.py": PYTHON.replace("\n\n", "\r\n\n").encode(),
    "cr.py": PYTHON.replace("\n", "\r").encode(),
    "open.py": PYTHON.rstrip("\n").encode(),
    "one.py": IMPORT.encode(),
    "book.ipynb": json.dumps({"cells": [CELL], "metadata": {}, "nbformat": 4}, indent=1, ensure_ascii=False).encode(),
    "line.ipynb": json.dumps({"cells": [CELL], "metadata": {}, "nbformat": 4}).encode(),
    "two words.py": PYTHON.encode(),
    "größe.py": PYTHON.encode(),
    'quo"ted.py': PYTHON.encode(),
    "back\\slash é.py": PYTHON.encode(),
    "turned\u202eyp.py": PYTHON.encode(),
    "line\nbreak.py": PYTHON.encode(),
    "\x1b[31mred.py": PYTHON.encode(),
}


@pytest.mark.parametrize("tool", [["git", "apply", "-p0"], ["patch", "-p0", "--binary", "-i"]], ids=["git", "patch"])
@pytest.mark.parametrize("written", [False, True], ids=["stdout", "output-file"])
def test_it_can_be_applied(normfix: Command, tmp_path: Path, tool: list[str], written: bool) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"needs {tool[0]}")
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    target = tmp_path / "all.diff"
    shown = normfix("fix", "--no-cache", "--diff", *FILES, *(["-o", "all.diff"] if written else []))
    assert shown.returncode == 1, shown.stderr
    if not written:
        target.write_bytes(shown.stdout)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == FILES
    done = subprocess.run([*tool, "all.diff"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    applied = {name: (tmp_path / name).read_bytes() for name in FILES}
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    assert normfix("fix", "--no-cache", *FILES).returncode == 0
    assert applied == {name: (tmp_path / name).read_bytes() for name in FILES}
    assert [name for name, data in applied.items() if FIXED.encode() not in data] == []


def test_no_name_moves_the_cursor(normfix: Command, tmp_path: Path) -> None:
    for name in ("a\u202eb.py", "a\x9bb.py", "a\u200bb.py", "a\nb.py"):
        (tmp_path / name).write_text(PYTHON, encoding="utf-8")
    shown = normfix("fix", "--no-cache", "--diff", ".").stdout
    assert shown.count(b'--- "a\\') == 4
    assert shown.isascii()


def test_what_it_leaves_out_is_said(normfix: Command, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{IMPORT}\nx = BatchNormalization(epsilon=1, eps=2)\n", encoding="utf-8")
    (tmp_path / "b.py").write_text(f"{IMPORT}\nprint 'x'\n", encoding="utf-8")
    shown = normfix("fix", "--no-cache", "--diff", ".")
    assert shown.returncode == 2
    assert b"a.py:2:35: NF708 not fixed: `epsilon` is given as well" in shown.stderr
    assert b"b.py:2:1: NF001 cannot be parsed" in shown.stderr
    assert b"NF708" not in shown.stdout
