"""What a run found, kept for the next one: the results of an unchanged tree, and files that need no second look.

A finding may depend on other files of the project. So results come back only when nothing in the tree and nothing that
was followed out of it has changed; a single file is passed over only when it was judged by its own bytes alone.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from normfix import __version__, store

_TOO_YOUNG = 2_000_000_000
"""Nanoseconds: a file that was written so shortly ago may change again without a new time."""

_DAMAGED = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError, ValueError)

Stamp = tuple[int, int]
"""Size and time of a file; the time is -1 where it tells nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One file of a run. `alone` says that it was clean by its own bytes, whatever the other files say."""

    stamp: Stamp
    digest: bytes
    alone: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    files: dict[str, Seen]
    outside: dict[str, Stamp]
    results: tuple[Any, ...] | None


class Memory:
    """The cache of one tree under one set of options. A damaged or missing one only makes the run longer."""

    def __init__(self, folder: str, *identity: object) -> None:
        self._folder = folder
        self._name = f"run-{store.key_of(identity)}"
        self._origin = store.key_of(__version__, sys.version_info, store.sources())

    def recall(self, paths: Sequence[str]) -> tuple[tuple[Any, ...] | None, frozenset[str]]:
        """The results of all these files when nothing has changed, else None; and the files that are surely clean."""
        kept = self._kept()
        if kept is None:
            return None, frozenset()
        same = {path for path in paths if (seen := kept.files.get(path)) is not None and _unchanged(path, seen)}
        whole = len(same) == len(paths) == len(kept.files)
        if whole and all(_stamp(path) == stamp for path, stamp in kept.outside.items()):
            return kept.results, frozenset(path for path in same if kept.files[path].alone)
        return None, frozenset(path for path in same if kept.files[path].alone)

    def seen(self, paths: Iterable[str]) -> dict[str, Seen]:
        """What is remembered of these files, changed or not."""
        kept = self._kept()
        return {path: kept.files[path] for path in paths if path in kept.files} if kept is not None else {}

    def keep(self, files: dict[str, Seen], followed: Iterable[str], results: Sequence[Any]) -> None:
        """Remember a whole run: every file, the files that were followed, and what there was to say.

        Where a folder was followed that is not wholly in the run, the results hold for this once only.
        """
        inside = {os.path.realpath(path) for path in files}
        beyond = {os.path.realpath(path) for path in followed} - inside
        folders = {path for path in beyond if os.path.isdir(path)}  # noqa: PTH112
        whole = all(_covered(folder, inside) for folder in folders)
        outside = {path: _stamp(path) for path in beyond - folders}
        kept = _Kept(files, outside, tuple(results) if whole else None)
        store.write(self._folder, self._name, pickle.dumps((self._origin, kept), pickle.HIGHEST_PROTOCOL))

    def _kept(self) -> _Kept | None:
        data = store.read(self._folder, self._name)
        try:
            origin, kept = pickle.loads(data) if data is not None else (None, None)
        except _DAMAGED:
            return None
        return kept if origin == self._origin and isinstance(kept, _Kept) else None


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
    settled = size == len(data) and time.time_ns() - written > _TOO_YOUNG
    return Seen((len(data), written if settled else -1), _digest(data), alone)


def _unchanged(path: str, before: Seen) -> bool:
    now = _stamp(path)
    if now == before.stamp:
        return True
    if now[0] != before.stamp[0]:
        return False
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - once for each file of a tree
            return _digest(stream.read()) == before.digest
    except OSError:
        return False


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
