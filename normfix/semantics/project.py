"""The other files of the scanned project, read only when a name is imported from one of them.

`from .compat import tf` and `slim = helpers.get_slim()` mean what the other file says they mean.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, islice, takewhile
from pathlib import Path

from normfix.prefilter.project_names import ProjectNames
from normfix.semantics.bindings import Bindings
from normfix.semantics.graph_mode import graph_marks, mark_words
from normfix.semantics.legacy_switch import SWITCH, switches_on
from normfix.semantics.own_packages import OwnPackages
from normfix.semantics.programs import (
    NOTEBOOK,
    Facts,
    Programs,
    Suffixes,
    code_of,
    program_files,
    project_folder,
    read_facts,
    slashed,
)
from normfix.semantics.release_tests import is_flag
from normfix.semantics.resolve import UNKNOWN, Meaning, Resolver
from normfix.semantics.scopes import Binding
from normfix.semantics.steps import Steps
from normfix.semantics.walk import collect
from normfix.source.contents import contents, readable
from normfix.source.documents import read_document
from normfix.source.folders import Folders
from normfix.source.python import ParseFailure, parse
from normfix.source.search_folders import Standpoint
from normfix.source.text import SourceText, TextError
from normfix.table.table import Table


@dataclass(frozen=True)
class Module:
    """One other file of the project, parsed, with a resolver of its own."""

    source: SourceText
    bindings: Bindings
    resolver: Resolver

    def meaning(self, name: str) -> Meaning:
        """What `name` means to those who import it from here."""
        return self.resolver.name(name, self.bindings.module, (), _END)

    def functions(self, name: str) -> list[Binding]:
        """The definitions of a function of this name at module level."""
        return [one for one in self.bindings.module.bindings.get(name, ()) if isinstance(one.node, ast.FunctionDef)]


_END = (1 << 40, 0)


_DEEPEST_PACKAGE = 12
_MOST_FILES = 3000
"""Of so many files of a project it is told who imports whom."""

_MOST_TEXT = 500_000
"""Of so many characters the parsed files are kept: those that belong together are asked for one after the other."""


class Project:
    """Finds and reads project files, each once.

    `texts` are the bytes that some of them, by their real paths, are going to have; a `full` one parses whatever a name
    comes from, without asking the prefilter first.
    """

    def __init__(self, table: Table, texts: Mapping[str, bytes] | None = None, *, full: bool = False) -> None:
        self._table = table
        self._texts = texts or {}
        self._full = full
        self._folders = Folders()
        self.steps = Steps()
        self._switched: dict[Path, bool] = {}
        self._own = OwnPackages(self._folders, self._inner_modules)
        self._names = ProjectNames(frozenset(root.encode() for root in (*table.roots, "functools")), self._folders)
        self._modules: dict[str, Module | None] = {}
        self._size = 0
        self._read_once: set[str] = set()
        self._files: dict[str, tuple[Path, ...]] = {}
        self._slashed: dict[str, tuple[tuple[bytes, Path], ...]] = {}
        self._programs: dict[str, Programs] = {}
        self._project_folders: dict[str, str] = {}
        self._suffixes: dict[str, Suffixes] = {}
        self._views: dict[str, View] = {}
        self._paths: dict[str, Path] = {}
        self._holders: dict[str, set[str]] = {}

    def view(self, path: str) -> View:
        """The project as the file at `path` sees it."""
        if path not in self._views:
            self._views[path] = View(self, self._folders, path)
        return self._views[path]

    def resolved(self, path: str) -> Path:
        """A path without symbolic links, the same object each time."""
        real = self._folders.real(path)
        if real not in self._paths:
            self._paths[real] = Path(real)
        return self._paths[real]

    def module(self, file: Path | str) -> Module | None:
        """The module in a file, or None when it cannot be read (its own finding says so)."""
        path = self._folders.real(str(file))
        if path not in self._modules:
            self._read_once.add(path)
            self._modules[path] = None
            module = self._modules[path] = self._read(path)
            self._size += _size(module)
            while self._size > _MOST_TEXT and len(self._modules) > 1:
                self._size -= _size(self._modules.pop(next(iter(self._modules))))
        return self._modules.get(path)

    def _read(self, path: str) -> Module | None:
        try:
            source = read_document(self._texts.get(path) or contents(path), path)
        except (OSError, TextError):
            return None
        tree = parse(source)
        if isinstance(tree, ParseFailure):
            return None
        bindings = collect(tree)
        return Module(source, bindings, Resolver(self.library_exports, bindings, self.view(path), self.steps))

    def known(self, source: SourceText) -> Bindings | None:
        """The bindings of a file that was read for the sake of another and has the very text of `source`."""
        module = self._modules.get(self._folders.real(source.path))
        return module.bindings if module is not None and module.source.text == source.text else None

    def leave(self, bindings: Bindings) -> None:
        """Be done with a file: its bindings are released unless others may still ask for them."""
        if not any(module is not None and module.bindings is bindings for module in self._modules.values()):
            bindings.release()

    def close(self) -> None:
        """Be done with all files: nothing waits for the collector, and nothing can be asked any more."""
        for module in self._modules.values():
            if module is not None:
                module.bindings.release()
        vars(self).clear()

    def graph_file(self, path: str) -> Path | None:
        """The graph-building file of the project that leads to the file at `path`, if there is one."""
        return self.programs(path).builder(self.resolved(path))

    @property
    def followed(self) -> set[str]:
        """The files that were read for the sake of another; where all files of a project were, its folder."""
        return {*self._read_once, *self._names.read, *self._files}

    def files(self, path: str) -> tuple[Path, ...]:
        """The files that the programs of a project may consist of; the file at `path` is one of the project."""
        root = self.folder(path)
        if root not in self._files:
            files = islice(program_files(Path(root)), _MOST_FILES)
            self._files[root] = tuple(self.resolved(str(file)) for file in files)
        return self._files[root]

    def folder(self, path: str) -> str:
        """The folder of the project that the file at `path` is in."""
        root = self.view(path).root
        if root not in self._project_folders:
            self._project_folders[root] = str(project_folder(Path(root)))
        return self._project_folders[root]

    def slashed(self, path: str) -> tuple[tuple[bytes, Path], ...]:
        """What stands in quotes with a slash in it, and in which of these files."""
        root = self.folder(path)
        if root not in self._slashed:
            self._slashed[root] = tuple(slashed(self.files(path)))
        return self._slashed[root]

    def programs(self, path: str) -> Programs:
        """The programs of the project that the file at `path` belongs to."""
        root = self.folder(path)
        if root not in self._programs:
            self._programs[root] = Programs(self.files(path), self._facts, self._builds)
        return self._programs[root]

    def _facts(self, file: Path) -> Facts | None:
        return read_facts(file, self._files_of, self._table.graph.imports_tensorflow)

    def data(self, file: Path) -> bytes:
        """The bytes that a file has, or is going to have; none for one that cannot be read."""
        return self._texts.get(self._folders.real(str(file))) or readable(file) or b""

    def code(self, file: Path) -> bytes:
        """The code that a file has, or is going to have, without what a notebook has around it; none if unreadable."""
        return self.data(file) if file.suffix != NOTEBOOK else code_of(file) or b""

    def note_holder(self, path: str, holder: str) -> None:
        """Note that the file at `path` keeps a name as it is for the sake of another file."""
        self._holders.setdefault(path, set()).add(holder)

    def holders(self, path: str) -> frozenset[str]:
        """The files for whose sake the file at `path` keeps names as they are."""
        return frozenset(self._holders.get(path, ()))

    def leads(self, file: str, path: str, *, called: bool = False) -> bool:
        """Whether a dotted path that a file writes may lead to a library, as its text tells before it is parsed."""
        return self._full or bool(self._names.around(file)(path.encode(), called))

    def _files_of(self, file: Path, module: bytes, names: Sequence[bytes]) -> Iterator[Path]:
        written = module.decode(errors="replace")
        found = tuple(self.view(str(file)).files_of(written, names))
        if found or self.external(written):
            return iter(found)
        root = self.folder(str(file))
        if root not in self._suffixes:
            self._suffixes[root] = Suffixes(self.files(str(file)))
        suffixes = self._suffixes[root]
        inner = (one for name in names for one in suffixes.nearest(file, f"{written}.{name.decode(errors='replace')}"))
        return chain(suffixes.nearest(file, written), inner)

    def text(self, file: Path) -> str:
        """The code in a file as text, for a search; empty where it cannot be had."""
        return (code_of(file) or b"").decode(errors="replace")

    def _builds(self, file: Path) -> bool:
        data = code_of(file) or b""
        may_build = b"tensorflow" in data and mark_words(self._table.graph).search(data) is not None
        module = self.module(file) if may_build else None
        return module is not None and graph_marks(module.bindings, module.resolver, self._table.graph) is not None

    def external(self, path: str) -> bool:
        """Whether a dotted path belongs to a library that the rule table speaks of."""
        return path.partition(".")[0] in self._table.roots

    def legacy(self, path: str) -> bool:
        """Whether the program that a file belongs to has switched the legacy Keras on before TensorFlow comes.

        The file does so itself, a package around it does, or every file that starts a program with it.
        """
        file = self.resolved(path)
        if not any(SWITCH.encode() in (readable(one) or b"") for one in (file, *self.files(path))):
            return False
        packages = (folder / "__init__.py" for folder in file.parents[:_DEEPEST_PACKAGE])
        if self.switches(file) or any(self.switches(one) for one in takewhile(Path.is_file, packages)):
            return True
        starts = self.programs(path).entries(file) - {file}
        return bool(starts) and all(self.switches(one) for one in starts)

    def switches(self, file: Path) -> bool:
        """Whether a file has switched the legacy Keras on before it first imports TensorFlow, or at its end."""
        if file not in self._switched:
            self._switched[file] = False
            module = self.module(file) if file.is_file() else None
            if module is not None:
                leads, elsewhere = partial(self._brings, str(file)), partial(self._switched_by, str(file))
                self._switched[file] = switches_on(module.bindings.tree, leads, elsewhere)
        return self._switched[file]

    def _brings(self, file: str, module: str) -> bool:
        """Whether an import of a module in a file brings TensorFlow, itself or through the project."""
        own = self.view(file).file_of(module)
        if own is not None:
            return self.programs(file).leads_to_tensorflow(own)
        return self._table.graph.imports_tensorflow(module)

    def _switched_by(self, file: str, module: str) -> bool:
        own = self.view(file).file_of(module)
        return own is not None and self.switches(own)

    def owns(self, file: str, path: str) -> bool:
        """Whether a library's dotted path leads into a package of the project that has the library's name."""
        return self._own.owns(file, path)

    def _inner_modules(self, root: str) -> frozenset[str]:
        """The modules below a library's root that the rule table speaks of."""
        return self._table.inner_modules.get(root, frozenset())

    def library_exports(self, module: str, name: str) -> bool:
        """Whether a library module has, or had, a name."""
        return self._table.match(f"{module}.{name}") is not None or self._table.public(module, name)


def _size(module: Module | None) -> int:
    return len(module.source.text) if module is not None else 0


class Projects:
    """The project of one file after the other: what was read of one is let go of with the first file of the next."""

    def __init__(self, table: Table, texts: Mapping[str, bytes] | None = None, *, full: bool = False) -> None:
        self._table = table
        self._texts = texts
        self._full = full
        self._project = Project(table, texts, full=full)
        self._root = ""

    def of(self, path: str) -> Project:
        """The project that the file at `path` is in."""
        root = self._project.folder(path)
        if root != self._root:
            self._project.close()
            self._project, self._root = Project(self._table, self._texts, full=self._full), root
        return self._project

    def forget(self) -> None:
        """Start anew: what was going on in the project was broken off."""
        self._project, self._root = Project(self._table), ""


@dataclass(frozen=True)
class View:
    """Resolves dotted paths as one file of a project writes them."""

    project: Project
    folders: Folders
    file: str

    def meaning(self, path: str) -> Meaning:
        """What a dotted path of the project means in terms of libraries; UNKNOWN when it does not say."""
        found = self._find(path) if self.project.leads(self.file, path) else None
        if found is None:
            return UNKNOWN
        module, name, rest = found
        meaning = module.meaning(name)
        for attribute in rest:
            meaning = meaning.attribute(attribute)
        return Meaning(meaning.paths, meaning.unknown)

    def called(self, path: str) -> Meaning:
        """What a call of a project's function may return."""
        found = self._find(path) if self.project.leads(self.file, path, called=True) else None
        if found is None or found[2]:
            return UNKNOWN
        module, name, _ = found
        functions = module.functions(name)
        return module.resolver.returned(functions[-1]) if functions else UNKNOWN

    def exports(self, module: str, name: str) -> bool:
        """Whether a project module binds `name`, itself or by a star import."""
        found = self._find(f"{module}{'' if module.endswith('.') else '.'}{name}")
        return found is not None and not found[2] and bool(found[0].meaning(name).paths)

    def flag(self, path: str) -> bool:
        """Whether a name of the project says which release is installed."""
        found = self._find(path)
        return found is not None and not found[2] and is_flag(found[1], found[0].bindings.module, found[0].resolver)

    def _find(self, path: str) -> tuple[Module, str, tuple[str, ...]] | None:
        """The module that a path leads to, the name in it, and the attributes behind that name."""
        if self.project.external(path):
            return None
        dots = len(path) - len(path.lstrip("."))
        parts = tuple(path[dots:].split("."))
        for folder in self._standpoint.search(dots):
            for length in range(len(parts) - 1, -1 if dots else 0, -1):
                file = self.folders.module(folder, parts[:length])
                if file is not None and file != self.file:
                    module = self.project.module(file)
                    return (module, parts[length], parts[length + 1 :]) if module is not None else None
        return None

    def file_of(self, path: str) -> Path | None:
        """The project file that a dotted path names as a module."""
        if self.project.external(path):
            return None
        module = path.lstrip(".")
        for folder in self._standpoint.search(len(path) - len(module)):
            file = self.folders.named(folder, module)
            if file is not None:
                return self.project.resolved(file)
        return None

    def files_of(self, module: str, names: Iterable[bytes]) -> Iterator[Path]:
        """The project files that an import of a module may name: its own, and those of modules among the names."""
        own = self.file_of(module)
        if own is not None:
            yield own
        has_modules = own.name == "__init__.py" if own is not None else self._has_folder(module)
        if not has_modules:
            return
        start = module if module.endswith(".") else f"{module}."
        inner = (self.file_of(start + name.decode(errors="replace")) for name in names)
        yield from (one for one in inner if one is not None)

    def _has_folder(self, module: str) -> bool:
        """Whether a module without a file may be a folder of the project all the same."""
        first, relative = module.partition(".")[0], module.startswith(".")
        beside = relative or any(first in self.folders.names(folder) for folder in self._standpoint.search(0))
        return beside and not self.project.external(module)

    @cached_property
    def _standpoint(self) -> Standpoint:
        return Standpoint(self.folders, self.file)

    @property
    def root(self) -> str:
        """The folder that absolute imports of this project start from."""
        return self._standpoint.top
