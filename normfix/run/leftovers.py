"""What a run that was killed left beside the files that it was writing: told by its name, and removed by the next."""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Iterable

_NAME = re.compile(r"\..+\.normfix-(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,9})-[0-9a-f]{16}\.tmp", re.DOTALL)
"""Nobody else gives such a name, and no file that is scanned ends like it."""

_LONGEST = 40
_OLD = 86_400
"""Seconds: no run takes so long; older files are left over, whatever runs now under their process's number."""


def temporary_name(name: str) -> str:
    """A name for what is to take the place of the file of that name, which tells who is writing it."""
    return f".{name[:_LONGEST]}.normfix-{_host()}-{os.getpid()}-{os.urandom(8).hex()}.tmp"


def clear(files: Iterable[str]) -> None:
    """Remove what killed runs left in the folders of some files; what a run still works on stays."""
    for folder in {os.path.dirname(os.path.realpath(file)) for file in files}:  # noqa: PTH120
        try:
            with os.scandir(folder) as entries:
                left = [entry.path for entry in entries if _is_left(entry)]
            for path in left:
                os.unlink(path)  # noqa: PTH108
        except OSError:
            # Another run was quicker, or nothing can be written here, which the files themselves say.
            continue


def _is_left(entry: os.DirEntry[str]) -> bool:
    found = _NAME.fullmatch(entry.name)
    if found is None or not entry.is_file(follow_symlinks=False):
        return False
    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _OLD:
        return True
    return found["host"] == _host() and not _alive(int(found["pid"]))


def _host() -> str:
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return f"{zlib.crc32(name.encode()):08x}"


def _alive(pid: int) -> bool:
    """Whether a process runs, as far as it can be told without touching it."""
    if pid == os.getpid() or os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
