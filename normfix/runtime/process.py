"""Runs one of normfix's scripts in another interpreter, within limits, and turns whatever happens into a value.

The script starts in an empty folder, without the current folder on its path, so that nothing of the project is imported
by accident. PYTHONPATH and the user's site-packages stay: TensorFlow may be there. What it leaves behind in the folder
for temporary files goes with the empty folder.

Memory is watched (resident, Linux) rather than limited: TensorFlow reserves address space far beyond what it uses, so
RLIMIT_AS would kill healthy runs. On other systems the time limit stands alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from normfix.runtime.environment import surroundings

MARK = "normfix-answer:"
_POLL_SECONDS = 0.1
_STDERR_TAIL = 4000
_MOST_MEGABYTES_SAID = 256
SILENT = "gave no answer: is it a Python interpreter?"
UNREADABLE = "gave an answer that cannot be read"
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_START = (
    "import sys; sys.path[:] = [folder for folder in sys.path if folder]; "
    "import runpy; runpy.run_path(sys.argv[1], run_name='__main__')"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a script may take in all, and how much memory it may hold."""

    seconds: float = 120.0
    megabytes: int = 8192


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a script answered; `failure` is one line that says why there is no more, empty when it ended well."""

    answers: tuple[Any, ...]
    failure: str = ""


def converse(
    python: Path,
    script: Path,
    request: Mapping[str, Any],
    limits: Limits,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Transcript:
    """Run `script` in `python` with the request on stdin, and collect its answers; `variables` are set in addition.

    It runs in `folder` instead of an empty one where that is given.
    """
    with (
        tempfile.TemporaryDirectory(prefix="normfix-") as scratch,
        tempfile.TemporaryFile() as errors,
        tempfile.TemporaryFile() as answers,
        tempfile.TemporaryFile() as question,
    ):
        # Files, for a pipe has to be read or written while one waits, and what comes out of it takes memory here.
        question.write(json.dumps(request).encode())
        question.seek(0)
        try:
            process = subprocess.Popen(
                [str(python), "-c", _START, str(script)],
                stdin=question,
                stdout=answers,
                stderr=errors,
                cwd=folder or scratch,
                env=surroundings() | dict.fromkeys(_TEMPORARY, scratch) | dict(variables or {}),
                start_new_session=True,
            )
        except OSError as error:
            return Transcript((), f"cannot be run: {error.strerror}")
        try:
            stopped = _attend(process, limits, (answers, errors))
        finally:
            _end(process)
            process.wait()
        if _megabytes_said(answers) > _MOST_MEGABYTES_SAID:
            return Transcript((), stopped)
        answers.seek(0)
        found, unreadable = _answers(answers.read())
        return Transcript(found, stopped or _ending(process.returncode, errors) or unreadable)


def _attend(process: subprocess.Popen[bytes], limits: Limits, outputs: Sequence[IO[bytes]]) -> str:
    """Wait for the end within the limits; why the process has to be stopped before it."""
    deadline = time.monotonic() + limits.seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_POLL_SECONDS)
        if any(_megabytes_said(output) > _MOST_MEGABYTES_SAID for output in outputs):
            return f"said more than {_MOST_MEGABYTES_SAID} MB"
        if process.returncode is not None:
            return ""
        if time.monotonic() > deadline:
            return f"gave no answer within {limits.seconds:g} s"
        if _resident_megabytes(process.pid) > limits.megabytes:
            return f"used more than {limits.megabytes} MB of memory"


def _megabytes_said(output: IO[bytes]) -> int:
    return os.fstat(output.fileno()).st_size // 2**20


def _resident_megabytes(pid: int) -> int:
    """Memory that a process holds, 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and every process that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def _ending(code: int, errors: IO[bytes]) -> str:
    """A failed end in one line, with the last words on stderr."""
    if code == 0:
        return ""
    if code < 0:
        return f"crashed with signal {-code} ({signal.Signals(-code).name})"
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - _STDERR_TAIL))
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return f"ended with status {code}" + (f": {lines[-1].strip()}" if lines else "")


def _answers(output: bytes) -> tuple[tuple[Any, ...], str]:
    """The marked lines of an output, and the complaint where there is none or one cannot be read."""
    texts = [line[len(MARK) :] for line in output.decode(errors="replace").split("\n") if line.startswith(MARK)]
    answers: list[Any] = []
    for text in texts:
        try:
            answers.append(json.loads(text))
        except json.JSONDecodeError:
            return tuple(answers), UNREADABLE
    return tuple(answers), "" if answers else SILENT
