"""Each command that the README and the page of settings name runs, on a project with old code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.console import Command

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_TEXTS = ("README.md", "docs/configuration.md")
_ASKS = "normfix fix --interactive src/"
"""Asks at a terminal; tests/cli/ answers it."""


def named(text: str) -> list[str]:
    """The commands of a text, in their order, without what is said behind them."""
    lines = [line for block in _BLOCK.findall((ROOT / text).read_text(encoding="utf-8")) for line in block.splitlines()]
    return [re.sub(r"\s+# .*", "", line) for line in lines if line.startswith("normfix ")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "fixtures" / "broken", tmp_path / "src")
    with zipfile.ZipFile(tmp_path / "net-1.0-py3-none-any.whl", "w") as wheel:
        for file in sorted((tmp_path / "src").iterdir()):
            wheel.write(file, f"net/{file.name}")
    return tmp_path


def run(command: str, project: Path) -> None:
    """Run one as a person would; findings are no failure."""
    typed = command.replace("normfix", f"{Path(sys.executable).with_name('normfix')}", 1)
    done = subprocess.run(["bash", "-c", typed], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout or done.stderr


@pytest.mark.parametrize("text", _TEXTS)
def test_the_commands_run_in_their_order(text: str, project: Path) -> None:
    chosen = [one for one in named(text) if not Command(one, "").needs_tensorflow and one != _ASKS]
    assert len(chosen) > 5
    for command in chosen:
        run(command, project)


@pytest.mark.tensorflow
@pytest.mark.parametrize("command", [one for one in named("README.md") if Command(one, "").needs_tensorflow])
def test_what_is_proved_on_tensorflow(command: str, project: Path) -> None:
    run(command, project)
