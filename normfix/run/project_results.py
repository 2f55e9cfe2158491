"""What a run found in one project, kept for the next one, and whether it still holds."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from normfix.source.contents import contents

if TYPE_CHECKING:
    from normfix.semantics.observed import Observed

Stamp = tuple[int, int]
"""The size of a file and when it was written; -1 for one that is not there."""


class Damaged(Exception):
    """A piece of a cache that can no longer be read."""


class ProjectResults(NamedTuple):
    """What is kept of one project.

    `outside` are files that were followed out of the run, and `surveyed` folders of which all files were asked, those
    out of the run `beside` them; all with their stamps. `listed` are folders whose names count. `found` are the files
    that there was something to say about. `results`, by file, is None where they hold for one run only; `observed` is
    what was seen of the project's own files on behalf of all of it, `readers` say which files each was read for by the
    prefilter. Where some file `hands_on` names or `loads` a data file, others of the run
    may hang on that wherever they are.
    """

    outside: dict[str, Stamp]
    surveyed: tuple[str, ...]
    beside: dict[str, Stamp]
    listed: tuple[str, ...]
    found: tuple[str, ...]
    observed: bytes
    readers: bytes
    results: bytes | None
    hands_on: bool
    loads: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a run came to: by the file that it was for, what was seen of others and what there was to say.

    `read` is what the prefilter read for each file. `hands_on` and `loads` are the files that hand on names, and those
    that load data files.
    """

    observed: Mapping[str, Observed]
    results: Mapping[str, Sequence[Any]]
    read: Mapping[str, Sequence[str]]
    hands_on: frozenset[str] = frozenset()
    loads: frozenset[str] = frozenset()


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


def is_listed_alike(project: ProjectResults, name: str, folders: Collection[str]) -> bool:
    """Whether none of some folders, which hold other names now, may be one where the project looks for modules."""
    own = [f"{one}/" for one in (name, *project.surveyed)]
    inside = any(f"{folder}/".startswith(one) or one.startswith(f"{folder}/") for folder in folders for one in own)
    return not inside and set(project.listed).isdisjoint(folders)


def stale(project: ProjectResults, name: str, changed: Iterable[str]) -> frozenset[str] | None:
    """The files of a project that are to be looked at again since some, by their real paths, have changed.

    None where all of them are. The changed ones themselves are not among them.
    """
    reaching = [path for path in changed if _reaches(project, name, path)]
    if not reaching:
        return frozenset()
    if not project.outside.keys().isdisjoint(reaching):
        return None
    try:
        observed: Observed = _loaded(project.observed)
        holding = all(observed.holds(path, contents(path)) for path in reaching)
        readers: Mapping[str, Sequence[str]] = _loaded(project.readers)
    except (Damaged, OSError):
        return None
    return frozenset(one for path in reaching for one in readers.get(path, ())) if holding else None


def _reaches(project: ProjectResults, name: str, path: str) -> bool:
    return path in project.outside or any(path.startswith(f"{one}/") for one in (name, *project.surveyed))


def results_of(project: ProjectResults, without: Collection[str]) -> dict[str, Sequence[Any]]:
    """What was found, by the file that it was for. Raises Damaged."""
    if project.results is None or not project.found:
        return {}
    results: dict[str, Sequence[Any]] = _loaded(project.results)
    return {path: one for path, one in results.items() if path not in without}


def kept_of(
    project: str,
    paths: Sequence[str],
    gathered: Gathered,
    inside: Collection[str],
    before: ProjectResults | None = None,
    changed: Collection[str] = (),
) -> ProjectResults:
    """What to keep of a project with these files; of one that was kept `before`, only the `changed` were looked at.

    `inside` are the real paths of all files of the run. Raises Damaged.
    """
    import pickle  # noqa: PLC0415 - an unchanged tree needs none

    from normfix.semantics.observed import together  # noqa: PLC0415 - the same

    earlier: list[Observed] = [_loaded(before.observed)] if before is not None else []
    observed = together([*earlier, *(gathered.observed[path] for path in paths if path in gathered.observed)])
    results = {**(results_of(before, changed) if before is not None else {}), **gathered.results}
    readers = _readers(paths, gathered)
    for path, files in _loaded(before.readers).items() if before is not None else ():
        readers.setdefault(path, []).extend(file for file in files if file not in changed)
    beyond = {os.path.realpath(one) for one in (*observed.read, *observed.asked)}
    beyond |= {*readers, *(before.outside if before is not None else ())}
    surveyed = tuple(path for path in beyond if os.path.isdir(path))  # noqa: PTH112
    beside = beside_of(surveyed, inside)
    own = {path for path in beyond if path in inside and path.startswith(f"{project}/")}
    outside = beyond.difference(surveyed, beside, own)
    # What is looked for around a link, and not around the file itself, is not all known.
    plain = not any(map(os.path.islink, paths))
    found = {path: list(results[path]) for path in paths if results.get(path)}
    return ProjectResults(
        _stamps(outside),
        surveyed,
        _stamps(beside),
        tuple(observed.listed),
        tuple(found),
        pickle.dumps(observed, pickle.HIGHEST_PROTOCOL),
        pickle.dumps({path: files for path, files in readers.items() if path in own}, pickle.HIGHEST_PROTOCOL),
        pickle.dumps(found, pickle.HIGHEST_PROTOCOL) if plain else None,
        (before is not None and before.hands_on) or not gathered.hands_on.isdisjoint(paths),
        (before is not None and before.loads) or not gathered.loads.isdisjoint(paths),
    )


def _readers(paths: Iterable[str], gathered: Gathered) -> dict[str, list[str]]:
    """For each file that the prefilter read for others these."""
    reals: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for path in paths:
        for one in gathered.read.get(path, ()):
            if one not in reals:
                reals[one] = os.path.realpath(one)
            found.setdefault(reals[one], []).append(path)
    return found


def beside_of(surveyed: Iterable[str], inside: Collection[str]) -> set[str]:
    """The files out of the run that a survey of the programs in some folders reads."""
    from normfix.semantics.project_files import program_files  # noqa: PLC0415 - an unchanged tree needs none

    found = (os.path.realpath(file) for folder in surveyed for file in program_files(Path(folder)))
    return {path for path in found if path not in inside}


def _loaded(body: bytes) -> Any:
    """What was kept. Raises Damaged."""
    import pickle  # noqa: PLC0415 - often the words alone are enough

    damages = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError)
    try:
        return pickle.loads(body)
    except (*damages, ValueError) as error:
        raise Damaged from error


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
