"""What a run found, kept for the next one: the results of unchanged projects, and files that need no second look.

A finding may depend on other files of the project. So what was found in a file comes back only when the file is as it
was, and when all that was asked on behalf of its project would be answered as before. A single file is passed over
when it was assessed by its own bytes alone.
"""

from __future__ import annotations

import marshal
import os
import shutil
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from normfix import __version__
from normfix.config import store
from normfix.run.listings import listing
from normfix.run.project_results import (
    Damaged,
    Gathered,
    Place,
    ProjectResults,
    beside_of,
    holds,
    is_listed_alike,
    kept_of,
    places_of,
    results_of,
    stale,
    stamp,
    written,
)
from normfix.source.contents import contents
from normfix.source.text import is_written

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
    """All of a run. Of each folder the time of its last change and what it lists are kept."""

    origin: str
    files: dict[str, tuple[int, int, bytes, bool]]
    folders: dict[str, tuple[int, bytes]]
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
        # The names in a folder are read where its time tells that they may be others.
        moved = [one for one, (time, names) in kept.folders.items() if written(one) != time and listing(one) != names]
        coming = [path for path in paths if path not in files]
        gone = files.keys() - set(paths)
        if len(same) == len(paths) and not (moved or gone):
            self._projects = {name: one for name, one in kept.projects.items() if holds(one)}
            self.unchanged = len(self._projects) == len(kept.projects)
        if not self.unchanged:
            others = {*moved, *(os.path.dirname(path) for path in (*coming, *gone))}  # noqa: PTH120
            regrouped = self._regrouped(kept, paths) if others else frozenset[str]()
            changed = {os.path.realpath(path) for path in (*paths, *gone) if path not in same}
            others = {os.path.realpath(one) for one in others}
            self._projects, again = self._standing(kept, regrouped, others, changed)
            project_of = self._project_of
            self.settled = frozenset(path for path in same - again if project_of[path] in self._projects)

    def _standing(
        self, kept: _Stored, regrouped: Collection[str], others: Collection[str], changed: Collection[str]
    ) -> tuple[dict[str, ProjectResults], set[str]]:
        """The projects whose unchanged files have the results that they had, and which of these are looked at again.

        `others` are folders with other names.
        """
        inside = {one.real for one in self._places.values()}
        again: set[str] = set()
        found: dict[str, ProjectResults] = {}
        for name, one in kept.projects.items():
            alike = name not in regrouped and holds(one) and is_listed_alike(one, name, others)
            if alike and (not inside or one.beside.keys() == beside_of(one.surveyed, inside)):
                files = stale(one, name, changed)
                if files is not None:
                    found[name] = one
                    again |= files
        # The results of a data file are those of the first file that loads it.
        alike = all(name in found for name, one in kept.projects.items() if one.loads)
        return (found if alike else {name: one for name, one in found.items() if not one.loads}), again

    def _regrouped(self, kept: _Stored, paths: Sequence[str]) -> frozenset[str]:
        """The projects that other files belong to than before."""
        self._places = places = places_of(paths)
        moved = [path for path in paths if kept.project_of.get(path) != places[path].project]
        left = [kept.project_of[path] for path in kept.files.keys() - set(paths)]
        before = [kept.project_of[path] for path in moved if path in kept.project_of]
        return frozenset((*left, *before, *(places[path].project for path in moved)))

    def reopen(self, files: Collection[str], hands_on: Collection[str], loads: Collection[str]) -> frozenset[str]:
        """Let go of projects that hang on how `files` are now; says which other files are no longer settled.

        Of the files, some hand on names, and some load data files.
        """
        if not self.settled:
            return frozenset()
        project_of = self._project_of
        projects = {project_of[path] for path in (*hands_on, *loads)}
        if hands_on:
            projects |= {project_of[path] for path in self.settled if is_written(path)}
        if loads or any(map(is_written, files)):
            projects |= {name for name, one in self._projects.items() if one.loads or one.hands_on}
        opened = frozenset(path for path in self.settled if project_of[path] in projects)
        self._projects = {name: one for name, one in self._projects.items() if name not in projects}
        self.settled -= opened
        return opened

    @property
    def _project_of(self) -> Mapping[str, str]:
        if self._places or self._stored is None:
            return {path: one.project for path, one in self._places.items()}
        return self._stored.project_of

    def results(self) -> tuple[Any, ...] | None:
        """What there was to say of the settled files, or of an unchanged tree; None when it can no longer be read."""
        files = self._stored.files if self._stored is not None else {}
        others = frozenset[str]() if self.unchanged else files.keys() - self.settled
        try:
            found = [results_of(one, others) for one in self._projects.values()]
        except Damaged:
            return None
        return tuple(result for every in found for results in every.values() for result in results)

    def said(self, view: str) -> Said | None:
        """The words of an earlier run over the unchanged tree, as they are under the options that `view` stands for."""
        return self._stored.said.get(view) if self._stored is not None else None

    def said_without(self, view: str, silent: frozenset[str]) -> Said | None:
        """The words of an earlier run, where all files are settled but for some, of which there is nothing to say.

        None where there was something to say of one of them, or where files have come or gone.
        """
        kept = self._stored
        if kept is None or self._places or len(self.settled) + len(silent) != len(kept.files):
            return None
        spoken = any(not silent.isdisjoint(one.found) for one in self._projects.values())
        return None if spoken or len(self._projects) != len(kept.projects) else kept.said.get(view)

    def seen(self, paths: Iterable[str]) -> dict[str, Seen]:
        """What is remembered of these files, changed or not."""
        files = self._stored.files if self._stored is not None else {}
        return {path: Seen(*files[path]) for path in paths if path in files}

    def keep(self, files: Mapping[str, Seen], gathered: Gathered, *, says_the_same: bool = False) -> None:
        """Remember a whole run: every file, and what there was to gather from those that are not settled.

        The words of the last run stay where this one `says_the_same`.
        """
        # The folder of the cache may be new in one that is watched.
        store.prepare(self._folder)
        project_of = self._project_of
        if not project_of:
            self._places = places_of(files)
            project_of = self._project_of
        inside: set[str] = {one.real for one in self._places.values()}
        members: dict[str, list[str]] = {}
        for path, project in project_of.items():
            members.setdefault(project, []).append(path)
        try:
            projects = {one: self._kept(one, paths, gathered, inside) for one, paths in members.items()}
        except Damaged:
            return
        plain = {path: (one.size, one.time, one.digest, one.alone) for path, one in files.items()}
        every = (*files, *(path for one in projects.values() for path in one.beside))
        listed = (folder for one in projects.values() for folder in one.listed)
        folders = {os.path.dirname(path) for path in every}.union(listed)  # noqa: PTH120
        said = dict(self._stored.said) if says_the_same and self._stored is not None else {}
        self._write(_Stored(self._origin, plain, self._listings(folders), dict(project_of), projects, said))

    def _kept(self, project: str, paths: Sequence[str], gathered: Gathered, inside: set[str]) -> ProjectResults:
        """What to keep of one project; `inside` gets the real paths of all files where they are needed."""
        looked_at = [path for path in paths if path not in self.settled]
        before = self._projects.get(project)
        if before is not None and not looked_at:
            return before
        if not inside:
            inside.update(one.real for one in places_of(self._project_of).values())
        return kept_of(project, paths, gathered, inside, before, frozenset(looked_at))

    def _listings(self, folders: Iterable[str]) -> dict[str, tuple[int, bytes]]:
        """What each folder lists; what is known of one is not read again as long as its time is the same."""
        known = self._stored.folders if self._stored is not None else {}
        times = {folder: written(folder) for folder in folders}
        return {
            folder: known[folder] if folder in known and known[folder][0] == time else (time, listing(folder))
            for folder, time in times.items()
        }

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
