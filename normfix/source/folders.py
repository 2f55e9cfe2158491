"""Which files and folders there are: each folder is listed once, each path made real once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property

_DEEPEST = 12
_SOURCE_FOLDERS = ("src", "lib")

PROJECT_MARKS = frozenset({".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt"})
"""What stands in the folder of a project."""


def holding_many() -> frozenset[str]:
    """The folders that hold many projects and are none: the home, the one for temporary files, the root."""
    import tempfile  # noqa: PLC0415 - most runs need it nowhere

    return frozenset({os.path.expanduser("~"), tempfile.gettempdir(), os.path.abspath(os.sep)})  # noqa: PTH100, PTH111


class Folders:
    """Answers about folders, kept for a run; paths are strings, which compare faster."""

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str]] = {}
        self._reals: dict[str, str] = {}
        self._tops: dict[str, str] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._named: dict[tuple[str, str], str | None] = {}

    def names(self, folder: str) -> frozenset[str]:
        """The names of the files and folders in a folder; none for one that cannot be read.

        A pipe or a device is neither, and a folder `x.py` is no module.
        """
        if folder not in self._names:
            try:
                with os.scandir(folder or ".") as entries:
                    self._names[folder] = frozenset(entry.name for entry in entries if _may_be_module(entry))
            except OSError:
                self._names[folder] = frozenset()
        return self._names[folder]

    def real(self, path: str) -> str:
        """An absolute path without symbolic links."""
        if path not in self._reals:
            folder, _, name = path.rpartition("/")
            # Files of one folder share the way to it.
            plain = folder and name not in ("", ".", "..") and not os.path.islink(path)  # noqa: PTH114
            self._reals[path] = _below(self.real(folder), name) if plain else os.path.realpath(path)
        return self._reals[path]

    def top(self, folder: str) -> str:
        """The folder that absolute imports start from for a file in `folder`: above its outermost package."""
        if folder not in self._tops:
            top = folder
            for _ in range(_DEEPEST):
                if "__init__.py" not in self.names(top):
                    break
                top = os.path.dirname(top)  # noqa: PTH120 - once for each name of a tree
            self._tops[folder] = top
        return self._tops[folder]

    def above(self, top: str) -> tuple[str, ...]:
        """The folders above one up to that of its project, and those that a project keeps its packages in.

        Scripts and tests import from them; only a run tells which of them `sys.path` has.
        """
        if top not in self._above:
            self._above[top] = self._find_above(top)
        return self._above[top]

    def _find_above(self, top: str) -> tuple[str, ...]:
        around = [top]
        while (above := os.path.dirname(around[-1])) and above not in self._holding_many:  # noqa: PTH120
            around.append(above)
        marked = (place for place, one in enumerate(around) if not PROJECT_MARKS.isdisjoint(self.names(one)))
        here = os.path.realpath(os.curdir)
        working = around.index(here) if here in around else 0
        found = around[: next(marked, working) + 1]
        sources = (_below(found[-1], name) for name in _SOURCE_FOLDERS if name in self.names(found[-1]))
        return (*found[1:], *(one for one in sources if one != top))

    @cached_property
    def _holding_many(self) -> frozenset[str]:
        return holding_many()

    def named(self, folder: str, module: str) -> str | None:
        """The same for a module's dotted name; the package in `folder` itself when that is empty."""
        key = folder, module
        if key not in self._named:
            self._named[key] = self.module(folder, [part for part in module.split(".") if part])
        return self._named[key]

    def module(self, folder: str, parts: Sequence[str]) -> str | None:
        """The file of a module below `folder`: itself, or the `__init__.py` of a package."""
        for part in parts[:-1]:
            if part not in self.names(folder):
                return None
            folder = _below(folder, part)
        names = self.names(folder)
        if parts and f"{parts[-1]}.py" in names:
            return _below(folder, f"{parts[-1]}.py")
        if parts and parts[-1] not in names:
            return None
        package = _below(folder, parts[-1]) if parts else folder
        return _below(package, "__init__.py") if "__init__.py" in self.names(package) else None


def _may_be_module(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() or (entry.is_dir() and not entry.name.endswith(".py"))
    except OSError:
        return False


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
