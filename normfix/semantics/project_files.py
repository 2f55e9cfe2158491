"""The files that the programs of a project may consist of, and those that an import may name by the end of its path."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

from normfix.source.folders import PROJECT_MARKS, holding_many
from normfix.source.text import NOTEBOOK

_SLASHED = re.compile(rb"[\"']([^\"'\n/]*/[^\"'\n]*)")
_LEFT_OUT = frozenset({"node_modules", "site-packages", "venv", "__pycache__", "build", "dist"})

MOST_FILES = 3000
"""Of so many files of a project it is told who imports whom."""


class ProjectFolders:
    """Finds the folders of projects, each once."""

    def __init__(self) -> None:
        self._known: dict[Path, Path] = {}

    def of(self, folder: Path) -> Path:
        """The folder of the project that `folder` is in: the nearest with a mark of one, else the working folder.

        `folder` itself where neither is around it, or the one above where that has scripts. A folder that holds many
        projects is none: a home, the one for temporary files, or one with more files than would be looked at.
        """
        if folder not in self._known:
            self._known[folder] = self._find(folder)
        return self._known[folder]

    def _find(self, folder: Path) -> Path:
        around = [one for one in (folder, *folder.parents) if str(one) not in self._holding_many]
        marked = next((one for one in around if any((one / mark).exists() for mark in PROJECT_MARKS)), None)
        if marked is not None or self._working_folder in around:
            return marked or self._working_folder or folder
        above = folder.parent
        return above if above in around and any(above.glob("*.py")) else folder

    @cached_property
    def _working_folder(self) -> Path | None:
        """The working folder, unless it holds many projects."""
        here = Path.cwd()
        many = next(islice(program_files(here), MOST_FILES, None), None) is not None
        return None if str(here) in self._holding_many or many else here

    @cached_property
    def _holding_many(self) -> frozenset[str]:
        return holding_many()


def program_files(folder: Path) -> Iterator[Path]:
    """The code in a project, nearest to its folder first."""
    for entry in _entries(folder):
        # Of a path rather than of the entry: a link to itself is no file, and no error.
        if entry.name.endswith((".py", NOTEBOOK)) and os.path.isfile(entry.path):  # noqa: PTH113
            yield Path(entry.path)


def holds_links(folder: Path) -> bool:
    """Whether a link leads somewhere from a project, or from a folder in it."""
    return any(entry.is_symlink() for entry in _entries(folder))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a project and in the folders where its code may be, nearest to its folder first."""
    waiting = [str(folder)]
    while waiting:
        place = waiting.pop(0)
        try:
            entries = sorted(os.scandir(place), key=lambda one: one.name)
        except OSError:
            continue
        for entry in entries:
            yield entry
            if entry.name.endswith((".py", NOTEBOOK)) or entry.name.startswith(".") or entry.name in _LEFT_OUT:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


class Suffixes:
    """The files of a project by the ends of their paths, for imports whose folder only a run would tell."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._named: dict[str, list[Path]] = {}
        for file in files:
            self._named.setdefault(module_name(file), []).append(file)

    def nearest(self, importer: Path, module: str) -> Iterator[Path]:
        """The files that a dotted path may name for a file, those nearest to it; none for a module of Python itself."""
        parts = tuple(module.split("."))
        if not module or module.startswith(".") or parts[0] in sys.stdlib_module_names:
            return
        found = [file for file in self._named.get(parts[-1], ()) if _dotted(file)[-len(parts) :] == parts]
        found = [file for file in found if file != importer]
        depth = max((_shared(importer, file) for file in found), default=0)
        yield from (file for file in found if _shared(importer, file) == depth)


def module_name(file: Path) -> str:
    """The last part of the path of the module in a file, unless a link has another name."""
    return file.parent.name if file.name == "__init__.py" else file.stem


def _dotted(file: Path) -> tuple[str, ...]:
    return file.parent.parts if file.name == "__init__.py" else file.with_suffix("").parts


def _shared(one: Path, other: Path) -> int:
    """How many folders two files have above both of them."""
    pairs = zip(one.parent.parts, other.parent.parts, strict=False)
    return next((number for number, (left, right) in enumerate(pairs) if left != right), len(one.parent.parts))


def slashed(code: bytes) -> Sequence[bytes]:
    """What stands in quotes with a slash in it."""
    return sorted(set(_SLASHED.findall(code)))
