"""Packages of the project that have a library's name: what Python imports there, instead of the library.

Such a package lies where absolute imports of a file start, or the project's metadata says that it is installed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from normfix.source.contents import readable
from normfix.source.folders import Folders

if TYPE_CHECKING:
    from normfix.source.metadata import Declared

METADATA = ("pyproject.toml", "setup.cfg", "setup.py")
_DEEPEST = 12
_FOLDERS = ("", "src", "lib", "python")
"""Where a project keeps the packages that it installs, below its root."""


class OwnPackages:
    """Answers for all files of a run; `inner` gives the modules that a library of some name is known to have.

    `read` are the files that the answers hang on, be they there or not.
    """

    def __init__(self, folders: Folders, inner: Callable[[str], frozenset[str]]) -> None:
        self._folders = folders
        self._inner = inner
        self._projects: dict[str, str | None] = {}
        self._declared: dict[str, Declared] = {}
        self._known: dict[tuple[str, str], str | None] = {}
        self.read: set[str] = set()

    def owns(self, file: str, path: str) -> bool:
        """Whether a dotted path that the file at `file` writes leads into a package of its own project."""
        root, _, rest = path.partition(".")
        real = self._folders.real(file)
        home = os.path.dirname(real)  # noqa: PTH120 - asked for each path of a file
        key = home, root
        if key not in self._known:
            self._known[key] = self._package(home, root)
        found = self._known[key]
        if found is None:
            return False
        if found.endswith("/__init__.py"):
            return True
        if found == real or not rest:
            return found != real
        # A single file answers for the names that it binds, never for modules below it.
        name = re.escape(rest.partition(".")[0])
        return re.search(rb"\b%b\b" % name.encode(), readable(Path(found)) or b"") is not None

    def _package(self, home: str, root: str) -> str | None:
        """The file that an absolute import of `root` executes in a folder, None where that is a library."""
        top = self._folders.top(home)
        file = self._folders.module(top, [root])
        self.read |= {file} if file is not None else set()
        if file is not None and (not _inside(home, os.path.dirname(file)) or self._is_library(file, root)):  # noqa: PTH120
            return file
        project = self._project(home)
        if project is None or not self._installs(project, root):
            return None
        places = [f"{project}/{folder}" if folder else project for folder in _FOLDERS]
        found = (self._folders.module(place, [root]) for place in places)
        return next((one for one in found if one is not None and one.endswith("__init__.py")), None)

    def _is_library(self, file: str, root: str) -> bool:
        """Whether the package around a file is the library itself, and not a folder that is named after it."""
        folder = os.path.dirname(file)  # noqa: PTH120
        project = self._project(folder)
        names = {name.removesuffix(".py") for name in self._folders.names(folder)}
        return bool(names & self._inner(root)) or (project is not None and root in self._declares(project).names)

    def _project(self, folder: str) -> str | None:
        """The nearest folder from here upwards that has a project's metadata."""
        if folder not in self._projects:
            found, here = None, folder
            for _ in range(_DEEPEST):
                if not self._folders.names(here).isdisjoint(METADATA):
                    found = here
                    break
                here = os.path.dirname(here)  # noqa: PTH120
            self._projects[folder] = found
        return self._projects[folder]

    def _installs(self, project: str, root: str) -> bool:
        """Whether a project installs a package of that name: it lists it, or lists none and takes all."""
        declared = self._declares(project)
        return root in declared.names or (bool(declared.names) and not declared.lists)

    def _declares(self, project: str) -> Declared:
        if project not in self._declared:
            from normfix.source.metadata import declared  # noqa: PLC0415 - few files have something of a library's name

            self._declared[project] = declared(Path(project))
            self.read |= {f"{project}/{name}" for name in METADATA}
        return self._declared[project]


def _inside(folder: str, package: str) -> bool:
    return folder == package or folder.startswith(f"{package}/")
