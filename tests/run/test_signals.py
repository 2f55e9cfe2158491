"""A signal in the middle of writing ends a run with its status: files are old or new, nothing is left beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

OLD = b"from keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization()\n"
NEW = OLD.replace(b".normalization import", b" import")
PADDING = b"# A line that stays as it is.\n" * 20

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no signals to send there")


def tree(folder: Path, files: int) -> None:
    folder.mkdir()
    for number in range(files):
        (folder / f"m{number:05}.py").write_bytes(OLD + PADDING)


def contents(folder: Path) -> Mapping[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def ended(script: str, folder: Path, name: str, again: bool) -> tuple[int, bytes]:
    """Status and errors of a `fix` that gets a signal once it has changed a file, or gets it `again` until it ends."""
    number = getattr(signal, name)
    command = [script, "fix", "--isolated", "--quiet", "."]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        first = folder / "m00000.py"
        while first.read_bytes()[: len(OLD)] == OLD and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(number)
        while again and process.poll() is None:
            process.send_signal(number)
        _, errors = process.communicate()
    # One that comes when Python itself is ending ends the process; a shell has the same status for that.
    ended_by = again and process.returncode == -number
    return 128 + number if ended_by else process.returncode, errors


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_while_files_are_written(script: str, tmp_path: Path, name: str, status: int, again: bool) -> None:
    if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:
        pytest.skip("who started the tests has this signal ignored, and so do all that they start")
    # A machine may be so busy that all is written before the signal is sent: then more is to be written.
    for files in (100, 400, 1600):
        folder = tmp_path / str(files)
        tree(folder, files)
        returned, errors = ended(script, folder, name, again)
        found = contents(folder)
        assert set(found) == {f"m{number:05}.py" for number in range(files)}
        assert set(found.values()) <= {OLD + PADDING, NEW + PADDING}
        if returned == status:
            break
        assert (returned, errors) == (0, b"")
    assert returned == status
    assert b"Traceback" not in errors
    after = subprocess.run([script, "fix", "--isolated", "."], cwd=folder, capture_output=True, check=False)
    assert after.returncode == 0
    assert contents(folder) == dict.fromkeys(found, NEW + PADDING)
