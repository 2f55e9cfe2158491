"""A fault of normfix itself in one file is that file's finding, in each command; and no traceback reaches anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import put
from tests.conftest import Command

OLD = b"from keras.layers.normalization import BatchNormalization\n\nBatchNormalization()(given)\n"
BAD = OLD + b"made_up_fault = 1\n"
PATCHES = {
    "walk": """
import ast
from normfix.semantics import walk
collect = walk.collect
def faulty(tree):
    if any(isinstance(node, ast.Name) and node.id == "made_up_fault" for node in ast.walk(tree)):
        raise KeyError("made up")
    return collect(tree)
walk.collect = faulty
""",
    "fix": """
from normfix.fixes import plan
plan_fixes = plan.plan_fixes
def faulty(scan, sites):
    if "made_up_fault" in scan.source.text:
        raise ZeroDivisionError("made up")
    return plan_fixes(scan, sites)
plan.plan_fixes = faulty
""",
    "programs": """
from normfix.semantics import programs
above = programs.Programs.above
def faulty(self, file):
    if file.name == "bad.py":
        raise RuntimeError("made up")
    return above(self, file)
programs.Programs.above = faulty
""",
    "memory": """
import os, signal
from normfix.semantics import walk
collect, main = walk.collect, os.getpid()
def faulty(tree):
    if len(tree.body) > 3 and os.getpid() != main:
        os.kill(os.getpid(), signal.SIGKILL)
    assert len(tree.body) <= 3, "not in a process of its own"
    return collect(tree)
walk.collect = faulty
""",
    "table": """
from normfix.run import request
def faulty(settings):
    raise RuntimeError("made up")
request.table_for = faulty
""",
}


@pytest.fixture
def faulty(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Surroundings in which normfix has a fault, by its name; and a project with a file that meets it."""
    put(tmp_path / "pyproject.toml", b"[tool.normfix]\n")
    put(tmp_path / "bad.py", BAD + b"Layer = BatchNormalization\n")
    put(tmp_path / "good.py", OLD + b"from bad import BatchNormalization as Other\n")
    found = {}
    for name, text in PATCHES.items():
        folder = tmp_path_factory.mktemp(name)
        put(folder / "sitecustomize.py", text.encode())
        found[name] = {"PYTHONPATH": str(folder)}
    return found


@pytest.mark.parametrize("fault", ["walk", "fix", "programs"])
@pytest.mark.parametrize("options", [["fix"], ["fix", "--strategy", "legacy"], ["check", "--fix"]])
def test_a_fault_in_one_file_is_its_finding(
    normfix: Command, tmp_path: Path, faulty: dict[str, dict[str, str]], fault: str, options: list[str]
) -> None:
    result = normfix(*options, "--no-cache", ".", env=faulty[fault])
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False)
    assert (
        b"bad.py:1:1: NF008"
        in normfix(*options, "--no-cache", "--output-format", "concise", ".", env=faulty[fault]).stdout
    )
    assert (tmp_path / "bad.py").read_bytes().startswith(BAD)
    assert b"from keras.layers import BatchNormalization" in (tmp_path / "good.py").read_bytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process of its own without a fork")
def test_a_large_file_that_the_system_ends_takes_no_other_with_it(
    normfix: Command, tmp_path: Path, faulty: dict[str, dict[str, str]]
) -> None:
    put(tmp_path / "bad.py", OLD + b"x = 1\n" * 4 + b"#" * (5 << 20))
    put(tmp_path / "good.py", OLD)
    asked = ["check", "--no-cache", "--output-format", "concise", "."]
    result = normfix(*asked, env=faulty["memory"])
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False)
    assert b"bad.py:1:1: NF008" in result.stdout
    assert b"signal 9" in result.stdout
    assert b"good.py:1:40: NF101" in result.stdout


@pytest.mark.tensorflow
@pytest.mark.parametrize("verifying", ["--verify", "--verify-imports"])
@pytest.mark.parametrize("fault", ["walk", "fix"])
def test_a_fault_and_fixes_that_are_verified(
    normfix: Command, tmp_path: Path, faulty: dict[str, dict[str, str]], fault: str, verifying: str
) -> None:
    put(tmp_path / "good.py", b"from keras.layers.normalization import BatchNormalization\n")
    asked = ["fix", verifying, "--python", sys.executable, "--no-cache", "good.py", "bad.py"]
    result = normfix(*asked, env=faulty[fault])
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False)
    assert b"NF008" in result.stdout
    assert (tmp_path / "bad.py").read_bytes().startswith(BAD)
    assert (tmp_path / "good.py").read_bytes() == b"from keras.layers import BatchNormalization\n"


@pytest.mark.parametrize("fault", ["walk", "fix"])
def test_a_fault_and_questions(script: str, tmp_path: Path, faulty: dict[str, dict[str, str]], fault: str) -> None:
    pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of Unix")
    put(tmp_path / "good.py", OLD)
    ours, theirs = pty.openpty()
    os.write(ours, b"y\ny\n")
    done = subprocess.run(
        [script, "fix", "-i", "--no-cache", "bad.py", "good.py"],
        cwd=tmp_path,
        env={**os.environ, **faulty[fault]},
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(theirs)
    screen = os.read(ours, 1 << 16)
    os.close(ours)
    assert (done.returncode, b"NF008" in done.stdout, b"Traceback" in screen) == (2, True, False)
    assert (tmp_path / "good.py").read_bytes().startswith(b"from keras.layers import BatchNormalization\n")


def test_a_fault_and_a_diff(normfix: Command, faulty: dict[str, dict[str, str]]) -> None:
    result = normfix("fix", "--diff", "--no-cache", ".", env=faulty["walk"])
    assert (result.returncode, b"Traceback" in result.stderr) == (2, False)
    assert b"+from keras.layers import BatchNormalization" in result.stdout
    assert b"bad.py" not in result.stdout


def test_a_fault_and_verify(normfix: Command, tmp_path: Path, faulty: dict[str, dict[str, str]]) -> None:
    (tmp_path / "good.py").unlink()
    result = normfix("verify", "bad.py", env=faulty["walk"])
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"error: bad.py:1:1: NF008 normfix failed on this file: KeyError ('made up')")
    assert b"Traceback" not in result.stderr


def test_the_last_resort_is_one_line(normfix: Command, faulty: dict[str, dict[str, str]]) -> None:
    for command in (["check", "--no-cache", "bad.py"], ["fix", "bad.py"], ["verify", "bad.py"], ["explain", "a"]):
        result = normfix(*command, env=faulty["table"])
        assert (result.returncode, result.stdout) == (2, b"")
        assert result.stderr.startswith(b"error: normfix failed: RuntimeError (made up) in ")
        assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize("text", [b"\xff\xfe cannot import name", b"", b"\0"])
def test_explain_takes_any_bytes(normfix: Command, text: bytes) -> None:
    result = normfix("explain", "-", stdin=text)
    assert result.returncode in (0, 1, 2)
    assert b"Traceback" not in result.stderr


IGNORED = {
    "NF001": b"print 'two'\n",
    "NF002": b"# coding: utf-8\nx = '\xff'\n",
    "NF008": BAD,
}
WAYS = {
    "ignore": b"[tool.normfix]\nignore = ['%s']\n",
    "select": b"[tool.normfix]\nselect = ['NF1', 'NF3']\n",
    "per-file-ignores": b"[tool.normfix.per-file-ignores]\n'odd.py' = ['%s']\n",
}


@pytest.mark.parametrize("code", IGNORED)
@pytest.mark.parametrize("way", [*WAYS, "command line"])
def test_what_is_ignored_is_no_failure(
    normfix: Command, tmp_path: Path, faulty: dict[str, dict[str, str]], code: str, way: str
) -> None:
    put(tmp_path / "odd.py", IGNORED[code])
    asked = ["--no-cache", *(["--ignore", code] if way == "command line" else []), "odd.py"]
    commands = [["check", *asked], ["fix", *asked], ["fix", "--diff", *asked]]
    if way != "command line":
        commands.append(["verify", "odd.py"])
    for command in commands:
        put(tmp_path / "pyproject.toml", b"[tool.normfix]\n")
        if way == "command line":
            assert normfix(*command[:-3], "--no-cache", "odd.py", env=faulty["walk"]).returncode == 2
        else:
            assert normfix(*command, env=faulty["walk"]).returncode == 2
            put(tmp_path / "pyproject.toml", WAYS[way].replace(b"%s", code.encode()))
        result = normfix(*command, env=faulty["walk"])
        assert (result.returncode, result.stdout) == (0, b""), result.stderr
