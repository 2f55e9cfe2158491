"""What a run found, kept for the next one: the results of unchanged projects, and files that need no second look.

A finding may depend on other files of the project. So the results of a project come back only when nothing in its
folder and nothing that was followed out of it has changed; a single file is passed over only when it was assessed by
its own bytes alone.
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
from normfix.run.project_results import Place, ProjectResults, holds, kept_of, places_of, settled, stamp, written
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
    folders: dict[str, int]
    project_of: dict[str, str]
    projects: dict[str, ProjectResults]
    said: dict[str, Said]


class ResultCache:
    """The cache of one tree under one set of options. A damaged or missing one only makes the run longer.

    Nothing is known before `recall`: whether the tree is `unchanged` since a run over these very files, which files are
    `clean` by their own bytes, and which are `settled`: their results are known.
    """

    def __init__(self, folder: str, *identity: object) -> None:
        self._folder = folder
        self._name = f"run-{store.key_of(identity)}"
        self._origin = store.key_of(__version__, sys.version_info, store.sources())
        self._stored: _Stored | None = None
        self._projects: dict[str, ProjectResults] = {}
        self._places: dict[str, Place] = {}
        self.clean: frozenset[str] = frozenset()
        self.settled: frozenset[str] = frozenset()
        self.unchanged = False

    def recall(self, paths: Sequence[str]) -> None:
        """Find out what holds of these files."""
        self._stored = kept = self._read()
        if kept is None:
            return
        files = kept.files
        same = {path for path in paths if path in files and _unchanged(path, files[path])}
        self.clean = frozenset(path for path in same if files[path][3])
        if len(same) == len(paths) == len(files) and all(written(one) == time for one, time in kept.folders.items()):
            self._projects = {name: one for name, one in kept.projects.items() if holds(one)}
            self.unchanged = len(self._projects) == len(kept.projects)
        if not self.unchanged:
            self._places = places = places_of(paths)
            changed = {os.path.realpath(path) for path in (*files, *paths) if path not in same}
            moved = [path for path in paths if kept.project_of.get(path) != places[path].project]
            regrouped = {kept.project_of.get(path) for path in moved} | {places[path].project for path in moved}
            inside = {one.real for one in places.values()}
            self._projects = settled(kept.projects, regrouped, inside, changed)
            self.settled = frozenset(path for path, one in places.items() if one.project in self._projects)

    def results(self) -> tuple[Any, ...] | None:
        """What there was to say of the settled files, or of an unchanged tree; None when it can no longer be read."""
        import pickle  # noqa: PLC0415 - often the words alone are enough

        damaged = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError)
        bodies = [one.results for one in self._projects.values() if one.results is not None]
        try:
            return tuple(result for body in bodies for result in pickle.loads(body))
        except (*damaged, ValueError):
            return None

    def said(self, view: str) -> Said | None:
        """The words of an earlier run over the unchanged tree, as they are under the options that `view` stands for."""
        return self._stored.said.get(view) if self._stored is not None else None

    def seen(self, paths: Iterable[str]) -> dict[str, Seen]:
        """What is remembered of these files, changed or not."""
        files = self._stored.files if self._stored is not None else {}
        return {path: Seen(*files[path]) for path in paths if path in files}

    def keep(
        self, files: Mapping[str, Seen], followed: Mapping[str, Iterable[str]], results: Mapping[str, Sequence[Any]]
    ) -> None:
        """Remember a whole run: every file and, by the file it was for, what was followed and what there was to say."""
        # The folder of the cache may be new in one that is watched.
        store.prepare(self._folder)
        places = self._places or places_of(files)
        inside = {one.real for one in places.values()}
        members: dict[str, list[str]] = {}
        for path, one in places.items():
            members.setdefault(one.project, []).append(path)
        projects = {
            project: self._projects[project]
            if self.settled.issuperset(paths)
            else kept_of(project, paths, followed, results, inside)
            for project, paths in members.items()
        }
        plain = {path: (one.size, one.time, one.digest, one.alone) for path, one in files.items()}
        every = (*files, *(path for one in projects.values() for path in one.beside))
        folders = {folder: written(folder) for folder in {os.path.dirname(path) for path in every}}  # noqa: PTH120
        project_of = {path: one.project for path, one in places.items()}
        self._write(_Stored(self._origin, plain, folders, project_of, projects, {}))

    def keep_said(self, view: str, said: Said) -> None:
        """Remember the words of this run beside its results."""
        if self._stored is not None and all(one.results is not None for one in self._stored.projects.values()):
            self._write(self._stored._replace(said={**self._stored.said, view: said}))

    def _write(self, kept: _Stored) -> None:
        self._stored = kept
        projects = {name: tuple(one) for name, one in kept.projects.items()}
        store.write(self._folder, self._name, marshal.dumps((*kept[:-2], projects, kept.said)))

    def _read(self) -> _Stored | None:
        data = store.read(self._folder, self._name)
        try:
            kept = _Stored(*marshal.loads(data)) if data is not None else None
            projects = {name: ProjectResults(*one) for name, one in kept.projects.items()} if kept is not None else {}
        except (EOFError, ValueError, TypeError, AttributeError):
            return None
        return kept._replace(projects=projects) if kept is not None and kept.origin == self._origin else None


def forget(folder: str) -> bool:
    """Remove a cache folder; False when it is none, so that nothing else is ever deleted. Raises OSError."""
    if not os.path.isfile(f"{folder}/CACHEDIR.TAG"):  # noqa: PTH113
        return False
    shutil.rmtree(folder)
    return True


def seen(path: str, data: bytes, *, alone: bool) -> Seen:
    """How a file of a run is remembered."""
    size, written = stamp(path)
    settled = size == len(data) and time.time_ns() - written > _TOO_RECENT
    return Seen(len(data), written if settled else -1, _digest(data), alone)


def _unchanged(path: str, before: tuple[int, int, bytes, bool]) -> bool:
    size, written = stamp(path)
    if size != before[0]:
        return False
    if written == before[1]:
        return True
    try:
        return _digest(contents(path)) == before[2]
    except OSError:
        return False


def _digest(data: bytes) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415 - an unchanged tree needs none

    return blake2b(data, digest_size=16).digest()
