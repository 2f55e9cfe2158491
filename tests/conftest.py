"""What several tests share: the installed command, run as a person runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # What runs in the background ignores Ctrl-C, and so would every process that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session", autouse=True)
def _a_project_of_one_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests begin in a folder that is a project with nothing but the settings that expected fixes are written by.

    Code without a folder belongs to the project that the run is in: here each test would read all of this one.
    """
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").write_text("[tool.ruff]\nline-length = 120\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


@pytest.fixture(scope="session")
def script() -> str:
    """The `normfix` command that is installed beside the running interpreter."""
    path = Path(sys.executable).with_name("normfix.exe" if os.name == "nt" else "normfix")
    if not path.exists():
        pytest.fail(f"{path} is missing: install the package first (pip install -e .)")
    return str(path)


@pytest.fixture
def normfix(script: str, tmp_path: Path) -> Command:
    """Runs `normfix ARGUMENTS` in tmp_path; standard input is empty unless given as bytes."""

    def run(
        *arguments: str, stdin: bytes = b"", cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        surroundings = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
        return subprocess.run(
            [script, *arguments],
            input=stdin,
            cwd=cwd or tmp_path,
            env={**surroundings, **(env or {})},
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run
