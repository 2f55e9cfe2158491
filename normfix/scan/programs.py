"""Which files of a project belong to one program: who imports whom, where a graph is built, where a program starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n#]*)"
    r"|import[ \t]+(?P<plain>[^\n#;]+))",
    re.MULTILINE,
)
_MAIN = re.compile(rb"^if[ \t(]+__name__[ \t]*==", re.MULTILINE)
_MOST_FILES = 3000

FileOf = Callable[[Path, str], Path | None]
"""The project file that a dotted path names as a module, when a given file imports it."""

IsGraph = Callable[[Path, bytes], bool]
"""Whether a file builds a graph."""

Leads = Callable[[str], bool]
"""Whether importing a module of a library leads to TensorFlow."""


@dataclass(frozen=True)
class Programs:
    """The files of a project. `imports` says whom each imports, `graph` which build a graph, `main` which can be run,
    `direct` which import TensorFlow themselves.
    """

    imports: Mapping[Path, frozenset[Path]]
    graph: frozenset[Path]
    main: frozenset[Path]
    direct: frozenset[Path]

    @cached_property
    def _importers(self) -> Mapping[Path, frozenset[Path]]:
        found: dict[Path, set[Path]] = {}
        for file, others in self.imports.items():
            for other in others:
                found.setdefault(other, set()).add(file)
        return {file: frozenset(others - {file}) for file, others in found.items()}

    @cached_property
    def _builders(self) -> Mapping[Path, Path]:
        """Every file of a graph program, with the graph-building file that leads to it."""
        found: dict[Path, Path] = {}
        for builder in sorted(self.graph):
            for file in _closure([builder], self.imports):
                found.setdefault(file, builder)
        return found | {file: file for file in self.graph}

    def builder(self, file: Path) -> Path | None:
        """The graph-building file that leads to a file, itself for one that builds; None for other files."""
        return self._builders.get(file)

    def below(self, files: Iterable[Path]) -> frozenset[Path]:
        """Some files and all that they import."""
        return _closure(files, self.imports)

    def leads_to_tensorflow(self, file: Path) -> bool:
        """Whether importing a file imports TensorFlow."""
        return not self.direct.isdisjoint(self.below([file]))

    def entries(self, file: Path) -> frozenset[Path]:
        """Where programs start that lead to a file: files that can be run, or that nobody imports."""
        above = _closure([file], self._importers)
        return frozenset(one for one in above if one in self.main or not self._importers.get(one)) or frozenset({file})


def _closure(files: Iterable[Path], following: Mapping[Path, frozenset[Path]]) -> frozenset[Path]:
    found = set(files)
    open_ends = list(found)
    while open_ends:
        for other in following.get(open_ends.pop(), ()):
            if other not in found:
                found.add(other)
                open_ends.append(other)
    return frozenset(found)


def survey(folder: Path, file_of: FileOf, is_graph: IsGraph, leads: Leads) -> Programs:
    """Read the files below `folder` that scripts there consist of."""
    imports: dict[Path, frozenset[Path]] = {}
    graph: set[Path] = set()
    main: set[Path] = set()
    direct: set[Path] = set()
    waiting = list(islice(_program_files(folder), _MOST_FILES))
    while waiting and len(imports) < _MOST_FILES:
        file = waiting.pop()
        if file in imports:
            continue
        try:
            data = file.read_bytes()
        except OSError:
            # A file that cannot be read has its own finding.
            continue
        modules = list(imported_modules(data))
        found = (file_of(file, path) for module, names in modules for path in dotted_paths(module, names))
        imports[file] = frozenset(one for one in found if one is not None)
        waiting += imports[file]
        if is_graph(file, data):
            graph.add(file)
        if _MAIN.search(data):
            main.add(file)
        if any(leads(module) for module, _ in modules):
            direct.add(file)
    return Programs(imports, frozenset(graph), frozenset(main), frozenset(direct))


def _program_files(folder: Path) -> Iterator[Path]:
    """The scripts in a folder and in the one above it, and the packages beside them."""
    yield from (file.resolve() for place in (folder, folder.parent) for file in sorted(place.glob("*.py")))
    for package in sorted(folder.glob("*/__init__.py")):
        yield from (file.resolve() for file in sorted(package.parent.rglob("*.py")))


def imported_modules(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The modules that a file imports, as its text has them, with the names that are taken from each."""
    for match in _IMPORT.finditer(data.decode("utf-8", "replace")):
        if match["module"]:
            yield match["module"], tuple(re.findall(r"\w+", match["names"] or ""))
            continue
        for part in match["plain"].split(","):
            if name := part.split()[:1]:
                yield name[0], ()


def dotted_paths(module: str, names: Iterable[str]) -> Iterator[str]:
    """The dotted paths that an import may name as modules."""
    yield module
    yield from (f"{module}{'' if module.endswith('.') else '.'}{name}" for name in names)
