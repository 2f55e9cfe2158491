"""Which files of a project belong to one program: who imports whom, where a graph is built, where a program starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from normfix.prefilter.imports import import_statements, imported_names
from normfix.semantics.project_files import MOST_FILES
from normfix.source.text import has_parts

_MAIN = re.compile(rb"\nif[ \t(]+__name__[ \t]*==")
_BY_TEXT_WORDS = (b"import_module", b"__import__", b"run_module")
_BY_TEXT = re.compile(rb"\b(?:" + b"|".join(_BY_TEXT_WORDS) + rb")\(\s*[\"']([\w.]+)[\"']")
_DEFINES = rb"import|from|def|class|async|if|elif|else|try|except|finally|return|not|and|or|in|is|lambda|assert"
_ACTS = re.compile(
    rb"^(?!(?:" + _DEFINES + rb")\b)[A-Za-z_][\w.]*\(|^(?:for|with|while) |^[A-Za-z_][\w, .]*=[^\n]*norm\w*\(",
    re.MULTILINE,
)

FilesOf = Callable[[Path, bytes, Sequence[bytes]], Iterable[Path]]
"""The project files that an import statement of a given file may name: a module and names taken from it."""

Leads = Callable[[str], bool]
"""Whether importing a module of a library leads to TensorFlow."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says of itself: whom it `imports`, whether it can be run (`main`), imports TensorFlow itself
    (`direct`), and speaks of `arg_scope` (`scoping`).
    """

    imports: frozenset[Path]
    main: bool
    direct: bool
    scoping: bool


@dataclass(frozen=True, eq=False)
class Programs:
    """The programs that consist of some files and all that these import.

    `facts_of` reads a file, `builds` tells whether one builds a graph, `acts` whether one does something beside
    defining names. A file is looked at when something hangs on it, all of them only where it matters who imports whom.
    """

    files: Sequence[Path]
    facts_of: Callable[[Path], Facts]
    builds: Callable[[Path], bool]
    acts: Callable[[Path], bool]
    _facts: dict[Path, Facts] = field(default_factory=dict)
    _built: dict[Path, bool] = field(default_factory=dict)
    _builders: dict[Path, Path | None] = field(default_factory=dict)
    _above: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _entries: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _packages: dict[Path, Path | None] = field(default_factory=dict)
    _others: dict[Path, Path | None] = field(default_factory=dict)
    _below: dict[frozenset[Path], frozenset[Path]] = field(default_factory=dict)

    def _imports(self, file: Path) -> frozenset[Path]:
        if file not in self._facts:
            self._facts[file] = self.facts_of(file)
        return self._facts[file].imports

    @cached_property
    def all(self) -> Mapping[Path, Facts]:
        """Every file, with what it says."""
        found: dict[Path, Facts] = {}
        waiting = list(self.files[:MOST_FILES])
        while waiting and len(found) < MOST_FILES:
            file = waiting.pop()
            if file not in found:
                waiting += self._imports(file)
                found[file] = self._facts[file]
        return found

    @cached_property
    def scoping(self) -> frozenset[Path]:
        """The files that speak of `arg_scope`."""
        return frozenset(file for file, facts in self.all.items() if facts.scoping)

    @cached_property
    def _importers(self) -> Mapping[Path, frozenset[Path]]:
        found: dict[Path, set[Path]] = {}
        for file, facts in self.all.items():
            for other in facts.imports:
                found.setdefault(other, set()).add(file)
        return {file: frozenset(others - {file}) for file, others in found.items()}

    def importers(self, file: Path) -> frozenset[Path]:
        """The files that import a file."""
        return self._importers.get(file, frozenset())

    @cached_property
    def _leading(self) -> frozenset[Path]:
        return _closure((file for file, facts in self.all.items() if facts.direct), self.importers)

    def _builds(self, file: Path) -> bool:
        if file not in self._built:
            self._built[file] = self.builds(file)
        return self._built[file]

    def builder(self, file: Path) -> Path | None:
        """The graph-building file that leads to a file, itself for one that builds; None for other files."""
        if file not in self._builders:
            self._builders[file] = file if self._builds(file) else self._builder_above(file)
        return self._builders[file]

    def _builder_above(self, file: Path) -> Path | None:
        return next((one for one in sorted(self.above(file) - {file}, key=str) if self._builds(one)), None)

    @cached_property
    def any_builder(self) -> Path | None:
        """The first file of the project that builds a graph; None where there is no graph program."""
        return next((one for one in sorted(self.all, key=str) if self._builds(one)), None)

    def orphan_of(self, file: Path) -> Path | None:
        """A graph-building file of the project, for a library file that nobody is seen to import; None for others."""
        facts = self.all.get(file)
        if facts is None or facts.main or self.importers(file) or self.acts(file) or self._builds(file):
            return None
        return self.any_builder

    def other_kind(self, file: Path) -> Path | None:
        """A file that leads to `file` outside every graph program, where a graph program leads to it as well."""
        if file not in self._others:
            self._others[file] = self._other_kind(file)
        return self._others[file]

    def _other_kind(self, file: Path) -> Path | None:
        if self.builder(file) in (None, file):
            return None
        starts = (one for one in sorted(self.entries(file) - {file}, key=str) if one.name != "__init__.py")
        return next((one for one in starts if not any(map(self._builds, self.below([one]) - {file}))), None)

    def below(self, files: Iterable[Path]) -> frozenset[Path]:
        """Some files and all that they import."""
        start = frozenset(files)
        if start not in self._below:
            self._below[start] = _closure(start, self._imports)
        return self._below[start]

    def related(self, one: Path, other: Path) -> bool:
        """Whether one of two files imports the other, itself or through others."""
        return other in self.below([one]) or one in self.below([other])

    def around(self, file: Path) -> frozenset[Path]:
        """A file, all that it imports and all that leads to it."""
        return self.below([file]) | self.above(file)

    def leads_to_tensorflow(self, file: Path) -> bool:
        """Whether importing a file imports TensorFlow."""
        return file in self._leading

    def above(self, file: Path) -> frozenset[Path]:
        """A file and all that leads to it."""
        if file not in self._above:
            self._above[file] = self.leading_to([file])
        return self._above[file]

    def leading_to(self, files: Iterable[Path]) -> frozenset[Path]:
        """Some files and all that leads to one of them."""
        return _closure(files, self.importers)

    def package(self, file: Path) -> Path | None:
        """The `__init__.py` of the outermost package that a file is in, which runs before any import of it."""
        if file not in self._packages:
            found = None
            for folder in file.parents:
                first = folder / "__init__.py"
                if first not in self.all:
                    break
                found = first
            self._packages[file] = found
        return self._packages[file]

    @cached_property
    def _starts(self) -> frozenset[Path]:
        """What can be run, and files outside packages that nobody imports."""
        return frozenset(
            file
            for file, facts in self.all.items()
            if facts.main or (not self._importers.get(file) and self.package(file) is None)
        )

    def entries(self, file: Path) -> frozenset[Path]:
        """Where programs start that lead to a file: what can be run, packages, files outside them nobody imports."""
        if file not in self._entries:
            self._entries[file] = self.starts(self.above(file)) or frozenset({file})
        return self._entries[file]

    def starts(self, above: frozenset[Path]) -> frozenset[Path]:
        """Where programs start, among files and all that leads to them."""
        packages = {self.package(one) for one in above}
        return (above & self._starts) | {first for first in packages if first is not None}


def _closure(files: Iterable[Path], following: Callable[[Path], frozenset[Path]]) -> frozenset[Path]:
    found = set(files)
    open_ends = list(found)
    while open_ends:
        ahead = following(open_ends.pop()) - found
        found |= ahead
        open_ends += ahead
    return frozenset(found)


def read_facts(file: Path, code: bytes, files_of: FilesOf, leads: Leads) -> Facts:
    """Read what the code of a file says of it; one that cannot be read has none, and a finding of its own."""
    modules = list(_imported_modules(code))
    return Facts(
        imports=frozenset(one for module, names in modules for one in files_of(file, module, names)),
        main=b"__name__" in code and _MAIN.search(b"\n" + code) is not None,
        direct=any(leads(module.decode(errors="replace")) for module, _ in modules),
        scoping=b"arg_scope" in code,
    )


def does_something(file: Path, code: bytes) -> bool:
    """Whether the code of a file does something beside defining names."""
    return has_parts(str(file)) or _ACTS.search(code) is not None


def _imported_modules(data: bytes) -> Iterator[tuple[bytes, Sequence[bytes]]]:
    """The modules that a file imports, with the names that are taken from each."""
    for module, text in import_statements(data):
        names = [name for name, _ in imported_names(text)]
        if module:
            yield module, names
        else:
            yield from ((name, ()) for name in names)
    if any(word in data for word in _BY_TEXT_WORDS):
        yield from ((found[1], ()) for found in _BY_TEXT.finditer(data))
