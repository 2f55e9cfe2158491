"""Which files of a project belong to one program: who imports whom, where a graph is built, where a program starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from normfix.contents import contents
from normfix.scan.importlines import import_statements, imported_names

_MAIN = re.compile(rb"^if[ \t(]+__name__[ \t]*==", re.MULTILINE)
_SLASHED = re.compile(rb"[\"']([^\"'\n/]*/[^\"'\n]*)")
_MOST_FILES = 3000

FilesOf = Callable[[Path, bytes, Sequence[bytes]], Iterable[Path]]
"""The project files that an import statement of a given file may name: a module and names taken from it."""

Leads = Callable[[str], bool]
"""Whether importing a module of a library leads to TensorFlow."""


@dataclass(frozen=True)
class Programs:
    """The files of a project. `imports` says whom each imports, `main` which can be run, `direct` which import
    TensorFlow themselves; `builds` tells of a file whether it builds a graph, and is asked when it matters. `scoping`
    are the files that speak of `arg_scope`.
    """

    imports: Mapping[Path, frozenset[Path]]
    main: frozenset[Path]
    direct: frozenset[Path]
    builds: Callable[[Path], bool]
    scoping: frozenset[Path] = frozenset()
    _builders: dict[Path, Path | None] = field(default_factory=dict)
    _above: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _entries: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _below: dict[frozenset[Path], frozenset[Path]] = field(default_factory=dict)

    @cached_property
    def _importers(self) -> Mapping[Path, frozenset[Path]]:
        found: dict[Path, set[Path]] = {}
        for file, others in self.imports.items():
            for other in others:
                found.setdefault(other, set()).add(file)
        return {file: frozenset(others - {file}) for file, others in found.items()}

    def importers(self, file: Path) -> frozenset[Path]:
        """The files that import a file."""
        return self._importers.get(file, frozenset())

    @cached_property
    def _leading(self) -> frozenset[Path]:
        return _closure(self.direct, self._importers)

    def builder(self, file: Path) -> Path | None:
        """The graph-building file that leads to a file, itself for one that builds; None for other files."""
        if file not in self._builders:
            every = (file, *sorted(self.above(file) - {file}, key=str))
            self._builders[file] = next((one for one in every if one in self.imports and self.builds(one)), None)
        return self._builders[file]

    def below(self, files: Iterable[Path]) -> frozenset[Path]:
        """Some files and all that they import."""
        start = frozenset(files)
        if start not in self._below:
            self._below[start] = _closure(start, self.imports)
        return self._below[start]

    def around(self, file: Path) -> frozenset[Path]:
        """A file, all that it imports and all that leads to it."""
        return self.below([file]) | self.above(file)

    def leads_to_tensorflow(self, file: Path) -> bool:
        """Whether importing a file imports TensorFlow."""
        return file in self._leading

    def above(self, file: Path) -> frozenset[Path]:
        """A file and all that leads to it."""
        if file not in self._above:
            self._above[file] = _closure([file], self._importers)
        return self._above[file]

    def package(self, file: Path) -> Path | None:
        """The `__init__.py` of the outermost package that a file is in, which runs before any import of it."""
        found = None
        for folder in file.parents:
            first = folder / "__init__.py"
            if first not in self.imports:
                break
            found = first
        return found

    def entries(self, file: Path) -> frozenset[Path]:
        """Where programs start that lead to a file: what can be run, packages, files outside them nobody imports."""
        if file not in self._entries:
            above = self.above(file)
            packages = {one: self.package(one) for one in above}
            starts = {one for one in above if one in self.main}
            starts |= {first for first in packages.values() if first is not None}
            starts |= {one for one in above if packages[one] is None and not self._importers.get(one)}
            self._entries[file] = frozenset(starts) or frozenset({file})
        return self._entries[file]


def _closure(files: Iterable[Path], following: Mapping[Path, frozenset[Path]]) -> frozenset[Path]:
    found = set(files)
    open_ends = list(found)
    while open_ends:
        ahead = following.get(open_ends.pop(), frozenset()) - found
        found |= ahead
        open_ends += ahead
    return frozenset(found)


def survey(files: Iterable[Path], files_of: FilesOf, builds: Callable[[Path], bool], leads: Leads) -> Programs:
    """Read the files that the scripts of a project consist of: `files`, and whatever these import."""
    imports: dict[Path, frozenset[Path]] = {}
    main: set[Path] = set()
    direct: set[Path] = set()
    scoping: set[Path] = set()
    waiting = list(islice(files, _MOST_FILES))
    while waiting and len(imports) < _MOST_FILES:
        file = waiting.pop()
        if file in imports:
            continue
        try:
            data = contents(file)
        except OSError:
            # A file that cannot be read has its own finding.
            continue
        modules = list(_imported_modules(data))
        imports[file] = frozenset(one for module, names in modules for one in files_of(file, module, names))
        waiting += imports[file]
        if b"arg_scope" in data:
            scoping.add(file)
        if b"__name__" in data and _MAIN.search(data):
            main.add(file)
        if any(leads(module.decode(errors="replace")) for module, _ in modules):
            direct.add(file)
    return Programs(imports, frozenset(main), frozenset(direct), builds, frozenset(scoping))


def _imported_modules(data: bytes) -> Iterator[tuple[bytes, Sequence[bytes]]]:
    """The modules that a file imports, with the names that are taken from each."""
    for module, text in import_statements(data):
        names = [name for name, _ in imported_names(text)]
        if module:
            yield module, names
        else:
            yield from ((name, ()) for name in names)


def program_files(folder: Path) -> Iterator[Path]:
    """The scripts in a folder and in the one above it, and the packages beside them."""
    yield from (file for place in (folder, folder.parent) for file in sorted(place.glob("*.py")))
    for package in sorted(folder.glob("*/__init__.py")):
        yield from sorted(package.parent.rglob("*.py"))


def slashed(files: Iterable[Path]) -> Iterator[tuple[bytes, Path]]:
    """What stands in quotes with a slash in it, and in which file."""
    for file in files:
        try:
            yield from ((text, file) for text in set(_SLASHED.findall(contents(file))))
        except OSError:
            # A file that cannot be read has its own finding.
            continue
