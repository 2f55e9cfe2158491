"""Packages of the project that have a library's name: what Python imports there, instead of the library.

Such a package lies where absolute imports of a file start, or the project's metadata says that it is installed.
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normfix.source.contents import readable
from normfix.source.folders import Folders

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_METADATA = ("pyproject.toml", "setup.cfg", "setup.py")
_DEEPEST = 12
_LONGEST_SETUP = 50_000
"""What is longer may be too much for a parser, and is no setup.py that a person wrote."""

_FOLDERS = ("", "src", "lib", "python")
"""Where a project keeps the packages that it installs, below its root."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The `names` that a project's metadata gives itself and its packages; `lists` when it lists the packages.

    The empty name stands for one that is computed; there are no names where nothing is installed.
    """

    names: frozenset[str]
    lists: bool


class OwnPackages:
    """Answers for all files of a run; `inner` gives the modules that a library of some name is known to have."""

    def __init__(self, folders: Folders, inner: Callable[[str], frozenset[str]]) -> None:
        self._folders = folders
        self._inner = inner
        self._projects: dict[str, str | None] = {}
        self._declared: dict[str, Declared] = {}
        self._known: dict[tuple[str, str], str | None] = {}

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
                if not self._folders.names(here).isdisjoint(_METADATA):
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
            self._declared[project] = _declared(Path(project))
        return self._declared[project]


def _inside(folder: str, package: str) -> bool:
    return folder == package or folder.startswith(f"{package}/")


def _declared(project: Path) -> Declared:
    found: set[str] = set()
    listed = False
    for file, read in ((_METADATA[0], _pyproject), (_METADATA[1], _setup_cfg), (_METADATA[2], _setup_py)):
        data = readable(project / file)
        if data is None:
            continue
        try:
            names, packages = read(data.decode("utf-8"))
        except (ValueError, SyntaxError, RecursionError, configparser.Error):
            # Somebody else's file: what cannot be read says nothing, and its own tool will complain.
            continue
        found |= {re.sub(r"[-.]+", "_", name).lower() for name in names}
        listed = listed or bool(packages)
        found |= {re.split(r"[./]", package.removeprefix("src/"))[0] for package in packages}
    return Declared(frozenset(found), listed)


def _pyproject(text: str) -> tuple[list[str], list[str]]:
    data = tomllib.loads(text)
    tool = _table(data.get("tool"))
    poetry, setuptools, flit = (_table(tool.get(name)) for name in ("poetry", "setuptools", "flit"))
    wheel = data.get("tool", {})
    for name in ("hatch", "build", "targets", "wheel"):
        wheel = _table(_table(wheel).get(name))
    names = [_table(data.get("project")).get("name"), poetry.get("name"), _table(flit.get("module")).get("name")]
    packages = [*_list(setuptools.get("packages")), *_list(setuptools.get("py-modules")), *_list(wheel.get("packages"))]
    packages += [_table(one).get("include") for one in _list(poetry.get("packages"))]
    return _texts(names), _texts(packages)


def _setup_cfg(text: str) -> tuple[list[str], list[str]]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    packages = parser.get("options", "packages", fallback="").split()
    listed = [] if any(one.startswith("find") for one in packages) else packages
    names = ["", parser.get("metadata", "name", fallback="")] if parser.has_section("options") else []
    return names, listed


def _setup_py(text: str) -> tuple[list[str], list[str]]:
    names: list[Any] = []
    packages: list[Any] = []
    for node in ast.walk(ast.parse(text if len(text) < _LONGEST_SETUP else "")):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            names += list(_constants(given.get("name"))) or [""]
            packages += list(_constants(given.get("packages"))) if isinstance(given.get("packages"), ast.List) else []
    return _texts(names), _texts(packages)


def _constants(node: ast.expr | None) -> Iterator[Any]:
    if node is not None:
        yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(values: list[Any]) -> list[str]:
    return [one for one in values if isinstance(one, str)]
