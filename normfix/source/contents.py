"""The bytes of a file, in as few calls of the system as can be: a tree has thousands of files."""

from __future__ import annotations

import os

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_AT_ONCE = 1 << 16


def contents(path: str | os.PathLike[str]) -> bytes:
    """All bytes of a file. Raises OSError."""
    handle = os.open(path, _FLAGS)
    try:
        data = os.read(handle, _AT_ONCE)
        parts = [data]
        while data:
            data = os.read(handle, _AT_ONCE << 4)
            parts.append(data)
        return parts[0] if len(parts) <= 2 else b"".join(parts)
    finally:
        os.close(handle)


def readable(path: str | os.PathLike[str]) -> bytes | None:
    """The same; None for a file that cannot be read, which has a finding of its own."""
    try:
        return contents(path)
    except OSError:
        return None
