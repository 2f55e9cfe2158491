"""The walks of CONTRIBUTING.md lead where they say: its lines go into a copy of the project, its commands are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tools.architecture import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SYMBOL, ARGUMENT = (textwrap.dedent(block) for block in re.findall(r"^ +```toml\n(.*?)^ +```", TEXT, re.S | re.M))
MOVED = "from tensorflow.keras.norms import BatchNormalization\n\nlayer = BatchNormalization()\n"
RENAMED = "from tensorflow.keras.layers import BatchNormalization\n\nlayer = BatchNormalization(decay_rate=0.9)\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what a rule is made of."""
    for folder in ("normfix", "rules", "tools", "fixtures/rules", "docs/rules"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m ...` in the copy, with what it keeps between runs in the copy too."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def add_symbol(folder: Path) -> None:
    file = folder / "rules" / "tf_keras.toml"
    before, code, after = file.read_text(encoding="utf-8").partition('code = "NF207"')
    file.write_text(before + code + after.replace("[rule.symbols]\n", f"[rule.symbols]\n{SYMBOL}", 1), encoding="utf-8")


def fixed(folder: Path, code: str) -> str:
    (folder / "model.py").write_text(code, encoding="utf-8")
    done = run(folder, "normfix", "fix", "--unsafe-fixes", "--isolated", "--no-cache", "model.py")
    assert done.returncode == 0, done.stderr
    return (folder / "model.py").read_text(encoding="utf-8")


def test_an_argument_rule(copy: Path) -> None:
    with (copy / "rules" / "arguments.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + ARGUMENT)
    assert "NF798" in run(copy, "normfix", "rules").stdout
    assert fixed(copy, RENAMED) == RENAMED.replace("decay_rate", "momentum")
    assert run(copy, "tools.pages").returncode == 0
    assert "is called momentum" in (copy / "docs" / "rules" / "NF798.md").read_text(encoding="utf-8")


def test_a_symbol_that_nobody_recorded_is_refused_with_the_command(copy: Path) -> None:
    add_symbol(copy)
    done = run(copy, "normfix", "rules")
    assert done.returncode == 2
    assert "NF207: tensorflow.keras.norms.BatchNormalization is not in availability.toml" in done.stderr
    assert "python -m tools.matrix --here" in done.stderr


@pytest.mark.tensorflow
def test_a_moved_symbol(copy: Path) -> None:
    add_symbol(copy)
    asked = run(copy, "tools.matrix", "--here")
    assert asked.stdout.splitlines() == ["tensorflow.keras.norms.BatchNormalization"], asked.stderr
    assert 'asked = "2.21"' in (copy / "rules" / "availability.toml").read_text(encoding="utf-8")
    assert fixed(copy, MOVED) == MOVED.replace("norms", "layers")
    assert run(copy, "tools.pages").returncode == 0
    assert run(copy, "tools.matrix", "--here").stdout == "every path is recorded\n"
