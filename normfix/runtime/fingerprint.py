"""What the answers of an interpreter rest on: its own file, what is installed, every file that it loaded.

The interpreter itself says where it imports from and what it has loaded; to see whether all of that is as it was, it is
not started. What comes of variables and of normfix itself is the matter of verify_cache.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from normfix.runtime.environment import Profile

_TOO_RECENT = 2_000_000_000
"""Nanoseconds: a file that was written so shortly before a run may change in it without a new time."""
_METADATA = (".dist-info", ".egg-info", ".pth", ".egg-link")
"""Entries of a folder whose time counts. Of all others the name does: those that matter are among the loaded files."""
_GONE = (-1, -1, -1)

State = tuple[Any, ...]
Stamp = tuple[int, int, int]
"""Size, time and number of a file."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """An interpreter, where it imports from, the files that it loaded with their folders, and the state of it all."""

    python: str
    folders: tuple[str, ...]
    files: tuple[str, ...]
    state: State

    def stand(self) -> bool:
        """Whether everything is as it was."""
        return self.state == (installed(self.python, self.folders), _keras_settings(), _stamps(self.files))


def fingerprint(found: Profile, loaded: Iterable[str], before: State, begin: int) -> Fingerprint | None:
    """What a run that began at `begin` (nanoseconds) rests on; None where that changed meanwhile or cannot be known.

    `before` is the state of what is installed, from before anything was loaded. A command that only chooses among
    interpreters (a shim) is not to be known: what it chooses may change without a trace.
    """
    python = str(found.interpreter.path)
    if found.executable is None or os.path.realpath(found.executable) != os.path.realpath(python):
        return None
    # What the run wrote for itself is gone with its folder.
    files = tuple(sorted(file for file in set(loaded) if os.path.exists(file)))  # noqa: PTH110
    if not files or any(written > begin - _TOO_RECENT for _, written, _ in _stamps(files)):
        return None
    now = installed(python, found.folders)
    if now != before:
        return None
    # A name that comes or goes changes the time of its folder. Those that names are imported from are in `now`.
    around = {os.path.dirname(file) for file in files} - set(found.folders)  # noqa: PTH120
    files = (*files, *sorted(around))
    return Fingerprint(python, found.folders, files, (now, _keras_settings(), _stamps(files)))


def installed(python: str, folders: Iterable[str]) -> State:
    """The state of an interpreter's own file and settings, and of what is in its folders."""
    real = os.path.realpath(python)
    beside = os.path.dirname(python)  # noqa: PTH120 - the link's folder, not the file's
    settings = tuple(_stamp(f"{folder}/pyvenv.cfg") for folder in (beside, os.path.dirname(beside)))  # noqa: PTH120
    return (real, _stamp(real), settings, tuple(_names(folder) for folder in folders))


def _keras_settings() -> bytes:
    """What the user's keras.json says, after a run: the first one writes it, so neither its time nor before counts."""
    home = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")  # noqa: PTH111
    try:
        with open(f"{home}/keras.json", "rb") as stream:  # noqa: PTH123
            return stream.read()
    except OSError:
        return b""


def _names(folder: str) -> tuple[Any, ...]:
    """What can be imported from a folder, or says what is installed there; the stamp of an archive."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if not entry.name.startswith((".", "__pycache__"))]
    except OSError:
        return _stamp(folder)
    return tuple(sorted((one.name, _stamp(one.path) if one.name.endswith(_METADATA) else _GONE) for one in found))


def _stamps(files: Iterable[str]) -> tuple[Stamp, ...]:
    return tuple(map(_stamp, files))


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116 - for each of thousands of files
    except OSError:
        return _GONE
    return status.st_size, status.st_mtime_ns, status.st_ino
