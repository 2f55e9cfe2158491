"""What a run found, kept for the next one: the results of an unchanged tree, and files that need no second look.

A finding may depend on other files of the project. So results come back only when nothing in the tree and nothing that
was followed out of it has changed; a single file is passed over only when it was assessed by its own bytes alone.
"""

from __future__ import annotations

import marshal
import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from normfix import __version__
from normfix.config import store
from normfix.source.contents import contents

_TOO_RECENT = 2_000_000_000
"""Nanoseconds: a file that was written so shortly ago may change again without a new time."""

Said = tuple[str, str, int]
"""What a run wrote to standard output and to standard error, and its exit status."""


class Seen(NamedTuple):
    """One file of a run: size, time (-1 where it tells nothing) and digest.

    `alone` says that it was clean by its own bytes, whatever the other files say.
    """

    size: int
    time: int
    digest: bytes
    alone: bool


class _Stored(NamedTuple):
    origin: str
    files: dict[str, tuple[int, int, bytes, bool]]
    outside: dict[str, tuple[int, int]]
    results: bytes | None
    said: dict[str, Said]


class ResultCache:
    """The cache of one tree under one set of options. A damaged or missing one only makes the run longer.

    Nothing is known before `recall`.
    """

    def __init__(self, folder: str, *identity: object) -> None:
        self._folder = folder
        self._name = f"run-{store.key_of(identity)}"
        self._origin = store.key_of(__version__, sys.version_info, store.sources())
        self._stored: _Stored | None = None
        self.clean: frozenset[str] = frozenset()
        self.unchanged = False

    def recall(self, paths: Sequence[str]) -> None:
        """Find out what holds of these files: `unchanged`, since a run over these very files, and which are `clean`."""
        self._stored = kept = self._read()
        if kept is None:
            return
        files = kept.files
        same = [path for path in paths if path in files and _unchanged(path, files[path])]
        self.clean = frozenset(path for path in same if files[path][3])
        whole = len(same) == len(paths) == len(files) and kept.results is not None
        self.unchanged = whole and all(_stamp(path) == stamp for path, stamp in kept.outside.items())

    def results(self) -> tuple[Any, ...] | None:
        """What there was to say, for a tree in which nothing has changed; None when it can no longer be read."""
        import pickle  # noqa: PLC0415 - often the words alone are enough

        damaged = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError)
        try:
            return tuple(pickle.loads(self._stored.results)) if self._stored and self._stored.results else None
        except (*damaged, ValueError):
            return None

    def said(self, view: str) -> Said | None:
        """The words of an earlier run over the unchanged tree, as they are under the options that `view` stands for."""
        return self._stored.said.get(view) if self._stored is not None else None

    def seen(self, paths: Iterable[str]) -> dict[str, Seen]:
        """What is remembered of these files, changed or not."""
        files = self._stored.files if self._stored is not None else {}
        return {path: Seen(*files[path]) for path in paths if path in files}

    def keep(self, files: Mapping[str, Seen], followed: Iterable[str], results: Sequence[Any]) -> None:
        """Remember a whole run: every file, the files that were followed, and what there was to say.

        Where a folder was followed that is not wholly in the run, the results hold for this once only.
        """
        import pickle  # noqa: PLC0415

        inside = {os.path.realpath(path) for path in files}
        beyond = {os.path.realpath(path) for path in followed} - inside
        folders = {path for path in beyond if os.path.isdir(path)}  # noqa: PTH112
        whole = all(_covered(folder, inside) for folder in folders)
        outside = {path: _stamp(path) for path in beyond - folders}
        plain = {path: (one.size, one.time, one.digest, one.alone) for path, one in files.items()}
        body = pickle.dumps(tuple(results), pickle.HIGHEST_PROTOCOL) if whole else None
        self._write(_Stored(self._origin, plain, outside, body, {}))

    def keep_said(self, view: str, said: Said) -> None:
        """Remember the words of this run beside its results."""
        if self._stored is not None and self._stored.results is not None:
            self._write(self._stored._replace(said={**self._stored.said, view: said}))

    def _write(self, kept: _Stored) -> None:
        self._stored = kept
        store.write(self._folder, self._name, marshal.dumps(tuple(kept)))

    def _read(self) -> _Stored | None:
        data = store.read(self._folder, self._name)
        try:
            kept = _Stored(*marshal.loads(data)) if data is not None else None
        except (EOFError, ValueError, TypeError):
            return None
        return kept if kept is not None and kept.origin == self._origin else None


def _covered(folder: str, inside: set[str]) -> bool:
    """Whether every Python file that a survey of the programs in a folder reads is in the run."""
    for place, folders, names in (next(os.walk(os.path.dirname(folder)), ("", [], [])), *os.walk(folder)):  # noqa: PTH120
        folders[:] = [name for name in folders if not name.startswith(".")]
        if any(name.endswith(".py") and os.path.realpath(f"{place}/{name}") not in inside for name in names):
            return False
    return True


def forget(folder: str) -> bool:
    """Remove a cache folder; False when it is none, so that nothing else is ever deleted. Raises OSError."""
    if not os.path.isfile(f"{folder}/CACHEDIR.TAG"):  # noqa: PTH113
        return False
    shutil.rmtree(folder)
    return True


def seen(path: str, data: bytes, *, alone: bool) -> Seen:
    """How a file of a run is remembered."""
    size, written = _stamp(path)
    settled = size == len(data) and time.time_ns() - written > _TOO_RECENT
    return Seen(len(data), written if settled else -1, _digest(data), alone)


def _unchanged(path: str, before: tuple[int, int, bytes, bool]) -> bool:
    size, written = _stamp(path)
    if size != before[0]:
        return False
    if written == before[1]:
        return True
    try:
        return _digest(contents(path)) == before[2]
    except OSError:
        return False


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _digest(data: bytes) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415 - an unchanged tree needs none

    return blake2b(data, digest_size=16).digest()
