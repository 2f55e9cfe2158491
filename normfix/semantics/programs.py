"""Which files of a project belong to one program: who imports whom, where a graph is built, where a program starts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from normfix.prefilter.imports import import_statements, imported_names
from normfix.semantics.closures import Closures
from normfix.semantics.observed import Observations, has_word
from normfix.semantics.project_files import MOST_FILES, module_name
from normfix.source.text import has_parts

_MAIN = re.compile(rb"\nif[ \t(]+__name__[ \t]*==")
_BY_TEXT_WORDS = (b"import_module", b"__import__", b"run_module")
_BY_TEXT = re.compile(rb"\b(?:" + b"|".join(_BY_TEXT_WORDS) + rb")\(\s*[\"']([\w.]+)[\"']")
_DEFINES = rb"import|from|def|class|async|if|elif|else|try|except|finally|return|not|and|or|in|is|lambda|assert"
_ACTS = re.compile(
    rb"^(?!(?:" + _DEFINES + rb")\b)[A-Za-z_][\w.]*\(|^(?:for|with|while) |^[A-Za-z_][\w, .]*=[^\n]*norm\w*\(",
    re.MULTILINE,
)

_FEW = 20
"""Who imports so many files is found by a search for their names; for more, all imports are read first."""

FilesOf = Callable[[Path, bytes, Sequence[bytes]], Iterable[Path]]
"""The project files that an import statement of a given file may name: a module and names taken from it."""

Leads = Callable[[str], bool]
"""Whether importing a module of a library leads to TensorFlow."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says of itself: its import `statements`, each with the module, empty for a plain import, and the
    names; the modules that it imports by their `texts`; whether it can be run (`main`), and speaks of `arg_scope`
    (`scoping`).
    """

    statements: Sequence[tuple[bytes, Sequence[bytes]]]
    texts: Sequence[bytes]
    main: bool
    scoping: bool

    @property
    def modules(self) -> Iterator[tuple[bytes, Sequence[bytes]]]:
        """The modules that it imports, with the names that are taken from each."""
        for module, names in self.statements:
            if module:
                yield module, names
            else:
                yield from ((name, ()) for name in names)
        yield from ((text, ()) for text in self.texts)


@dataclass(frozen=True, eq=False)
class Programs:
    """The programs that consist of some files and all that these import.

    `observations` ask a file, `files_of` finds those that it imports, `leads` tells whether a library leads to
    TensorFlow, `builds` whether a file builds a graph. A file is looked at when something hangs on it. Where some are
    `linked`, one may be imported under another name than its own.
    """

    files: Sequence[Path]
    observations: Observations
    files_of: FilesOf
    leads: Leads
    builds: Callable[[Path], bool]
    linked: bool
    _facts: dict[Path, Facts] = field(default_factory=dict)
    _imported: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _importers: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _direct: dict[Path, bool] = field(default_factory=dict)
    _built: dict[Path, bool] = field(default_factory=dict)
    _builders: dict[Path, Path | None] = field(default_factory=dict)
    _entries: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _packages: dict[Path, Path | None] = field(default_factory=dict)
    _others: dict[Path, Path | None] = field(default_factory=dict)
    _orphans: dict[Path, bool] = field(default_factory=dict)
    _below: dict[frozenset[Path], frozenset[Path]] = field(default_factory=dict)
    _first_builders: dict[frozenset[Path], Path | None] = field(default_factory=dict)

    def facts(self, file: Path) -> Facts:
        """What a file says of itself."""
        if file not in self._facts:
            self._facts[file] = self.observations.ask(file, facts_in)
        return self._facts[file]

    def _imports(self, file: Path) -> frozenset[Path]:
        if file not in self._imported:
            modules = self.facts(file).modules
            self._imported[file] = frozenset(
                one for module, names in modules for one in self.files_of(file, module, names)
            )
        return self._imported[file]

    @cached_property
    def all(self) -> Mapping[Path, Facts]:
        """Every file, and those elsewhere that they import, with what it says."""
        found: dict[Path, Facts] = {}
        waiting = list(self.files[:MOST_FILES])
        while waiting and len(found) < MOST_FILES:
            file = waiting.pop()
            if file not in found:
                waiting += self._imports(file)
                found[file] = self.facts(file)
        return found

    def scoping(self, files: Iterable[Path]) -> frozenset[Path]:
        """Those of some files that speak of `arg_scope`."""
        return frozenset(file for file in files if self.facts(file).scoping)

    @cached_property
    def _naming(self) -> Mapping[bytes, frozenset[Path]]:
        """The files whose imports end with a name, be it that of a module or one that is taken from it."""
        found: dict[bytes, set[Path]] = {}
        for file in self.files:
            for module, names in self.facts(file).modules:
                for name in (module.rpartition(b".")[2], *names):
                    found.setdefault(name, set()).add(file)
        return {name: frozenset(files) for name, files in found.items()}

    def _may_import(self, file: Path) -> Iterable[Path]:
        """The files that may import a file, as the names tell that they spell out."""
        if self.linked:
            return self.files
        package = file.name == "__init__.py"
        name = module_name(file).encode()
        # `from . import name` does not say what the package is called.
        if len(self._importers) < _FEW:
            inside = f"{file.parent}{os.sep}"
            named = {one for one, _ in self.observations.each(self.files, has_word, name)}
            return [one for one in self.files if one in named or (package and str(one).startswith(inside))]
        unnamed = self._naming.get(b"", frozenset()) if package else frozenset()
        return self._naming.get(name, frozenset()) | unnamed

    def importers(self, file: Path) -> frozenset[Path]:
        """The files that import a file."""
        if file not in self._importers:
            found = frozenset(one for one in self._may_import(file) if file in self._imports(one))
            self._importers[file] = found - {file}
        return self._importers[file]

    def is_builder(self, file: Path) -> bool:
        """Whether a file builds a graph itself."""
        if file not in self._built:
            self._built[file] = self.builds(file)
        return self._built[file]

    def builder(self, file: Path) -> Path | None:
        """The graph-building file that leads to a file, itself for one that builds; None for other files."""
        if file not in self._builders:
            self._builders[file] = file if self.is_builder(file) else self._builder_above(file)
        return self._builders[file]

    def _builder_above(self, file: Path) -> Path | None:
        above = self.above(file)
        # Files that import each other have the same ones above them; one that is asked about here builds none.
        if above not in self._first_builders:
            builders = (one for one in self._ordered if one in above and self.is_builder(one))
            self._first_builders[above] = next(builders, None)
        return self._first_builders[above]

    @cached_property
    def _ordered(self) -> Sequence[Path]:
        return sorted(self.files, key=str)

    @cached_property
    def any_builder(self) -> Path | None:
        """The first file of the project that builds a graph; None where there is no graph program."""
        return next((one for one in self._ordered if self.is_builder(one)), None)

    def orphan_of(self, file: Path) -> Path | None:
        """A graph-building file of the project, for a library file that nobody is seen to import; None for others."""
        if file not in self._orphans:
            self._orphans[file] = self._is_orphan(file)
        return self.any_builder if self._orphans[file] else None

    def _is_orphan(self, file: Path) -> bool:
        if file not in self._own or self.facts(file).main or self.importers(file):
            return False
        return not (has_parts(str(file)) or self.observations.ask(file, does_something) or self.is_builder(file))

    def other_kind(self, file: Path) -> Path | None:
        """A file that leads to `file` outside every graph program, where a graph program leads to it as well."""
        if file not in self._others:
            self._others[file] = self._other_kind(file)
        return self._others[file]

    def _other_kind(self, file: Path) -> Path | None:
        if self.builder(file) in (None, file):
            return None
        starts = (one for one in sorted(self.entries(file) - {file}, key=str) if one.name != "__init__.py")
        return next((one for one in starts if not any(map(self.is_builder, self.below([one]) - {file}))), None)

    def below(self, files: Iterable[Path]) -> frozenset[Path]:
        """Some files and all that they import."""
        start = frozenset(files)
        if len(start) == 1:
            return self._downwards.of(*start)
        if start not in self._below:
            self._below[start] = _closure(start, self._imports)
        return self._below[start]

    @cached_property
    def _downwards(self) -> Closures[Path]:
        return Closures(self._imports)

    @cached_property
    def _upwards(self) -> Closures[Path]:
        return Closures(self.importers)

    def related(self, one: Path, other: Path) -> bool:
        """Whether one of two files imports the other, itself or through others."""
        return other in self.below([one]) or one in self.below([other])

    def around(self, file: Path) -> frozenset[Path]:
        """A file, all that it imports and all that leads to it."""
        return self.below([file]) | self.above(file)

    def leads_to_tensorflow(self, file: Path) -> bool:
        """Whether importing a file imports TensorFlow."""
        return any(map(self._imports_tensorflow, self.below([file])))

    def _imports_tensorflow(self, file: Path) -> bool:
        if file not in self._direct:
            modules = self.facts(file).modules
            self._direct[file] = any(self.leads(module.decode(errors="replace")) for module, _ in modules)
        return self._direct[file]

    def above(self, file: Path) -> frozenset[Path]:
        """A file and all that leads to it."""
        return self._upwards.of(file)

    def leading_to(self, files: Iterable[Path]) -> frozenset[Path]:
        """Some files and all that leads to one of them."""
        return _closure(files, self.importers)

    def package(self, file: Path) -> Path | None:
        """The `__init__.py` of the outermost package that a file is in, which runs before any import of it."""
        if file not in self._packages:
            found = None
            for folder in file.parents:
                first = folder / "__init__.py"
                if first not in self._own:
                    break
                found = first
            self._packages[file] = found
        return self._packages[file]

    @cached_property
    def _own(self) -> frozenset[Path]:
        return frozenset(self.files)

    def _is_start(self, file: Path) -> bool:
        """Whether a file can be run, or is one outside packages that nobody imports."""
        return self.facts(file).main or not (self.importers(file) or self.package(file))

    def entries(self, file: Path) -> frozenset[Path]:
        """Where programs start that lead to a file: what can be run, packages, files outside them nobody imports."""
        if file not in self._entries:
            self._entries[file] = self.starts(self.above(file)) or frozenset({file})
        return self._entries[file]

    def starts(self, above: frozenset[Path]) -> frozenset[Path]:
        """Where programs start, among files and all that leads to them."""
        packages = {self.package(one) for one in above}
        return frozenset(filter(self._is_start, above)) | {first for first in packages if first is not None}


def _closure(files: Iterable[Path], following: Callable[[Path], frozenset[Path]]) -> frozenset[Path]:
    found = set(files)
    open_ends = list(found)
    while open_ends:
        ahead = following(open_ends.pop()) - found
        found |= ahead
        open_ends += ahead
    return frozenset(found)


def facts_in(code: bytes) -> Facts:
    """Read what the code of a file says of it; one that cannot be read has none, and a finding of its own."""
    by_text = any(word in code for word in _BY_TEXT_WORDS)
    return Facts(
        statements=[(module, [name for name, _ in imported_names(text)]) for module, text in import_statements(code)],
        texts=[found[1] for found in _BY_TEXT.finditer(code)] if by_text else (),
        main=b"__name__" in code and _MAIN.search(b"\n" + code) is not None,
        scoping=b"arg_scope" in code,
    )


def does_something(code: bytes) -> bool:
    """Whether code does something beside defining names."""
    return _ACTS.search(code) is not None
