"""What is worked out once and kept in a cache folder. It may be lost at any time, and a damaged piece is lost."""

from __future__ import annotations

import contextlib
import os
import stat
import zlib

_SUM = 16
_NEWEST = 20
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# A cache of normfix; it can be deleted at any time.\n"


def user_cache() -> str:
    """The folder for what normfix keeps between runs, per user: XDG_CACHE_HOME or ~/.cache, on Windows LOCALAPPDATA."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or "~/.cache"
    return f"{os.path.expanduser(base)}/normfix"  # noqa: PTH111 - pathlib costs more than it saves here


def key_of(*parts: object) -> str:
    """A file name for what depends on `parts`."""
    return _sum(repr(parts).encode()).hex()


def _regular(path: str | os.PathLike[str]) -> bool:
    """Whether a path leads to something that can be read to its end: to no folder, pipe, socket or device."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return False


def _sum(data: bytes) -> bytes:
    # Against accidents, not against enemies: hashlib would take a tenth of the time that a clean file may.
    return b"".join(number.to_bytes(4, "big") for number in (zlib.crc32(data), zlib.adler32(data), *_halves(len(data))))


def _halves(number: int) -> tuple[int, int]:
    return number >> 32, number & 0xFFFFFFFF


def sources() -> list[tuple[str, int, int]]:
    """Name, size and time of every file of normfix that decides what is worked out: its modules and its rules.

    Raises OSError.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    rules = f"{package}/rules"
    if not os.path.isdir(rules):  # noqa: PTH112
        rules = f"{os.path.dirname(package)}/rules"  # noqa: PTH120
    found: list[tuple[str, int, int]] = []
    waiting = list({package, rules})
    for folder in waiting:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".toml")):
                    status = entry.stat()
                    found.append((entry.path, status.st_size, status.st_mtime_ns))
                elif not entry.name.startswith("__") and entry.is_dir() and entry.path != rules:
                    waiting.append(entry.path)
    return sorted(found)


def read(folder: str, name: str) -> bytes | None:
    """What was kept under a name; None when there is nothing, or nothing whole."""
    path = f"{folder}/{name}"
    if not _regular(path):
        return None
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            data = stream.read()
    except OSError:
        return None
    body = data[_SUM:]
    return body if _sum(body) == data[:_SUM] else None


def write(folder: str, name: str, body: bytes) -> None:
    """Keep `body` under a name, whole or not at all, whoever does the same. A folder that refuses is left alone."""
    import tempfile  # noqa: PLC0415 - most runs only read

    prepare(folder)
    kind = name.partition("-")[0]
    temporary = None
    try:
        # What a killed run leaves is one of the older ones of its kind, and goes with them.
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f"{kind}-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(_sum(body) + body)
        os.replace(temporary, f"{folder}/{name}")  # noqa: PTH105
        temporary = None
        _forget_older(folder, kind)
    except OSError:
        return
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def _forget_older(folder: str, kind: str) -> None:
    """Keep only the newest few pieces of one kind; those of older releases are never asked for again."""
    with os.scandir(folder) as entries:
        found = [(entry.stat().st_mtime, entry.path) for entry in entries if entry.name.startswith(f"{kind}-")]
    for _, path in sorted(found)[:-_NEWEST]:
        os.unlink(path)  # noqa: PTH108


def prepare(folder: str) -> None:
    """Make a folder that backup programs and git leave out; one that cannot be made is left alone."""
    if os.path.isdir(folder):  # noqa: PTH112
        return
    try:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        for name, body in (("CACHEDIR.TAG", _TAG), (".gitignore", b"*\n")):
            with open(f"{folder}/{name}", "wb") as stream:  # noqa: PTH123
                stream.write(body)
    except OSError:
        return
