"""The bytes of a file, in as few calls of the system as can be: a tree has thousands of files."""

from __future__ import annotations

import errno
import os
import stat

# Without O_NONBLOCK, a pipe that takes the place of a file in this moment would be waited for.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_AT_ONCE = 1 << 16
_KINDS = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


def contents(path: str | os.PathLike[str]) -> bytes:
    """All bytes of a file. Raises OSError, also for a pipe, a socket or a device: those are never opened."""
    _must_be_file(path, os.stat(path))  # noqa: PTH116
    handle = os.open(path, _FLAGS)
    try:
        _must_be_file(path, os.fstat(handle))
        data = os.read(handle, _AT_ONCE)
        parts = [data]
        while data:
            data = os.read(handle, _AT_ONCE << 4)
            parts.append(data)
        return parts[0] if len(parts) <= 2 else b"".join(parts)
    finally:
        os.close(handle)


def _must_be_file(path: str | os.PathLike[str], status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    if stat.S_ISDIR(status.st_mode):
        if not os.access(path, os.R_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
    raise OSError(errno.EINVAL, f"it is {kind}, not a file", os.fspath(path))


def readable(path: str | os.PathLike[str]) -> bytes | None:
    """The same; None for a file that cannot be read, which has a finding of its own."""
    try:
        return contents(path)
    except (OSError, ValueError):
        return None
