"""What the command cannot do, said in one line; and its pages: help, rules, layers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import OLD, put, spoke
from tests.conftest import Command


@pytest.fixture(autouse=True)
def _isolated_from_the_surroundings(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", b"[tool.normfix]\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nope.py"], "nope.py: no such file or folder"),
        (["check", "--select", "NF9999"], "command line: no rule is called 'NF9999'"),
        (["check", "--config", "nope.toml"], "nope.toml: No such file or directory"),
        (["check", "--config", "."], ".: Is a directory"),
        (["check", "--config", "pyproject.toml", "--isolated"], "--config and --isolated exclude each other"),
        (["check", "-o", ".", "pyproject.toml"], ".: Is a directory"),
        (["check", "-", "a.py"], "`-` stands alone"),
        (["rule", "NF100"], "no rule or layer is called 'NF100'; did you mean NF"),
    ],
)
def test_one_line_and_status_two(normfix: Command, arguments: list[str], words: str) -> None:
    result = normfix(*arguments)
    assert result.returncode == 2
    last = result.stderr.decode().splitlines()[-1]
    assert last.startswith(f"error: {words}")
    assert not spoke(result)


@pytest.mark.parametrize("arguments", [["check", "--nope"], ["nope"], ["check", "--output-format", "xml"], ["rule"]])
def test_wrong_usage(normfix: Command, arguments: list[str]) -> None:
    result = normfix(*arguments)
    assert (result.returncode, spoke(result)) == (2, False)
    assert b"Usage: normfix" in result.stderr


def test_a_bad_configuration(normfix: Command, tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", b"[tool.normfix]\nselct = []\n")
    result = normfix("check")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == (
        f"error: {tmp_path}/pyproject.toml: unknown key 'selct' in [tool.normfix]; did you mean 'select'?\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="pipes break differently there")
def test_a_closed_pipe_is_no_traceback(script: str, tmp_path: Path) -> None:
    # What is said of so many is more than a pipe takes while nobody has closed it yet.
    put(tmp_path / "old.py", OLD * 300)
    command = [script, "check", "--select", "NF1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert b"Traceback" not in errors
    assert b"Exception" not in errors
    assert process.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="no signals to send there")
@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_that_ends_a_run_is_its_status(script: str, tmp_path: Path, name: str, status: int) -> None:
    if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:
        pytest.skip("who started the tests has this signal ignored, and so do all that they start")
    with subprocess.Popen(
        [script, "check", "-"], cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        # More than a pipe holds: when all of it is written, the command is reading.
        process.stdin.write(b"#" * 2**22)
        process.send_signal(getattr(signal, name))
        _, errors = process.communicate(timeout=30)
    assert process.returncode == status
    assert b"Traceback" not in errors


def test_version_and_help(normfix: Command) -> None:
    assert normfix("--version").stdout.startswith(b"normfix 0.")
    assert b"Usage: normfix" in normfix("-h").stdout
    assert b"--unsafe-fixes" in normfix("fix", "--help").stdout


def test_rule(normfix: Command) -> None:
    page = normfix("rule", "NF101")
    assert (page.returncode, page.stdout[:6]) == (0, b"NF101 ")
    assert b"\x1b" not in page.stdout


@pytest.mark.parametrize(
    "layer",
    [
        *("BatchNormalization", "LayerNormalization", "Normalization", "GroupNormalization"),
        *("UnitNormalization", "SpectralNormalization", "RMSNormalization", "weightnormalization"),
    ],
)
def test_a_page_for_each_layer(normfix: Command, layer: str) -> None:
    page = normfix("rule", layer).stdout.decode()
    assert page.lower().startswith(layer.lower())
    for part in ("Normalizes:", "Fits:", "Since:", "Mind:", "Import:", "Example:", "https://"):
        assert part in page


def test_rules(normfix: Command) -> None:
    lines = normfix("rules").stdout.decode().splitlines()
    rows = json.loads(normfix("rules", "--output-format", "json").stdout)
    assert len(lines) == len(rows) + 1
    assert {"code", "name", "kind", "grade", "summary"} <= set(rows[0])


def test_module_and_command_are_the_same(normfix: Command) -> None:
    module = subprocess.run([sys.executable, "-m", "normfix", "rules"], capture_output=True, check=True)
    assert module.stdout == normfix("rules").stdout


SAME_PLACE = """from keras import backend
from keras import utils
from keras.engine import sequential
from keras.engine import training as training_lib
from keras.layers.core import Dense as Core
from keras.layers.normalization import BatchNormalization

training_lib.Model(sequential.Sequential([Core(backend.epsilon(), utils), BatchNormalization()]))
"""


def test_the_words_do_not_depend_on_the_order_of_sets(script: str, tmp_path: Path) -> None:
    """Several names that go to one import are edits at one place."""
    (tmp_path / "old.py").write_text(SAME_PLACE)
    said = set()
    for seed in range(8):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        command = [script, "check", "--output-format", "json", "old.py"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr
        said.add(done.stdout)
    assert len(said) == 1
