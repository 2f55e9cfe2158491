"""Other programs, run under a time limit that holds for all that they start."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class WorkError(Exception):
    """Why a repository could not be done, as one line."""


class Deadline:
    """The time that one repository has, however many programs it takes."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left. Raises WorkError where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise WorkError(self.said)
        return left

    @property
    def said(self) -> str:
        """What to say where it is over."""
        return f"it took longer than {self._seconds:g} seconds"


def output(
    command: Sequence[str],
    deadline: Deadline,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> bytes:
    """What a program wrote to standard output.

    Raises WorkError where it fails, is missing or takes too long, and then ends all that it has started.
    """
    left = deadline.left
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise WorkError(f"{command[0]} is not installed") from error
    with process:
        try:
            written, said = process.communicate(stdin, left)
        except subprocess.TimeoutExpired as error:
            raise WorkError(deadline.said) from error
        finally:
            if process.returncode is None:
                _end(process)
    if process.returncode:
        raise WorkError(_reason(command[0], process.returncode, said))
    return written


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with all of its own; its group has its number."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _reason(program: str, status: int, said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    name = Path(program).stem
    if status < 0:
        return f"{name} was ended by signal {-status}"
    return f"{name}: {lines[-1]}" if lines else f"{name} ended with status {status}"
