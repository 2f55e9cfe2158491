"""What a run found in one project, kept for the next one, and whether it still holds."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Stamp = tuple[int, int]
"""The size of a file and when it was written; -1 for one that is not there."""


class ProjectResults(NamedTuple):
    """What is kept of one project.

    `outside` are files that were followed out of the run, and `surveyed` folders of which all files were, those out of
    the run `beside` them; all with their stamps. `results` is None where they hold for one run only.
    """

    outside: dict[str, Stamp]
    surveyed: tuple[str, ...]
    beside: dict[str, Stamp]
    results: bytes | None


class Place(NamedTuple):
    """Where a file really is, and the folder of its project."""

    real: str
    project: str


def places_of(paths: Iterable[str]) -> dict[str, Place]:
    """The place of each file."""
    from normfix.semantics.project_files import ProjectFolders  # noqa: PLC0415 - an unchanged tree needs none
    from normfix.source.folders import Folders  # noqa: PLC0415 - the same

    folders, project_folders = Folders(), ProjectFolders()
    known: dict[str, str] = {}
    found: dict[str, Place] = {}
    for path in paths:
        real = folders.real(path)
        home = os.path.dirname(real)  # noqa: PTH120 - once for each file of a tree
        if home not in known:
            known[home] = str(project_folders.of(Path(folders.top(home))))
        found[path] = Place(real, known[home])
    return found


def holds(project: ProjectResults) -> bool:
    """Whether the results of a project whose files are unchanged still hold."""
    stamps = (*project.outside.items(), *project.beside.items())
    return project.results is not None and all(stamp(path) == before for path, before in stamps)


def settled(
    kept: Mapping[str, ProjectResults],
    regrouped: Collection[str | None],
    inside: Collection[str],
    changed: Iterable[str],
) -> dict[str, ProjectResults]:
    """The projects whose results still hold where some files have changed, come or gone.

    `inside` are the real paths of all files of the run, `changed` of those files; `regrouped` are projects that others
    belong to than before.
    """
    touched = {place for path in changed for place in (path, *_above(path))}
    return {
        name: one
        for name, one in kept.items()
        if name not in regrouped
        and touched.isdisjoint((name, *one.surveyed, *one.outside))
        and holds(one)
        and one.beside.keys() == _beside(one.surveyed, inside)
    }


def _above(path: str) -> Iterator[str]:
    while path != (path := os.path.dirname(path)):  # noqa: PTH120
        yield path


def kept_of(
    project: str,
    paths: Sequence[str],
    followed: Mapping[str, Iterable[str]],
    results: Mapping[str, Sequence[Any]],
    inside: Collection[str],
) -> ProjectResults:
    """What to keep of a project with these files: by the file that it was for, what was followed and what was found.

    `inside` are the real paths of all files of the run.
    """
    import pickle  # noqa: PLC0415

    beyond = {os.path.realpath(one) for path in paths for one in followed.get(path, ())}
    surveyed = tuple(path for path in beyond if os.path.isdir(path))  # noqa: PTH112
    beside = _beside(surveyed, inside)
    own = {path for path in beyond if path in inside and path.startswith(f"{project}/")}
    outside = beyond.difference(surveyed, beside, own)
    # What is looked for around a link, and not around the file itself, is not all known.
    plain = not any(map(os.path.islink, paths))
    body = pickle.dumps([one for path in paths for one in results.get(path, ())], pickle.HIGHEST_PROTOCOL)
    return ProjectResults(_stamps(outside), surveyed, _stamps(beside), body if plain else None)


def _beside(surveyed: Iterable[str], inside: Collection[str]) -> set[str]:
    """The files out of the run that a survey of the programs in some folders reads."""
    from normfix.semantics.project_files import program_files  # noqa: PLC0415

    found = (os.path.realpath(file) for folder in surveyed for file in program_files(Path(folder)))
    return {path for path in found if path not in inside}


def _stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    return {path: stamp(path) for path in paths}


def written(path: str) -> int:
    """When a file or folder was written; -1 for one that is not there."""
    return stamp(path or ".")[1]


def stamp(path: str) -> Stamp:
    """The stamp of a file."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns
