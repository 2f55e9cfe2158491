"""The other files of the scanned project, read only when a name is imported from one of them.

`from .compat import tf` and `slim = helpers.get_slim()` mean what the other file says they mean.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from normfix.scan.bindings import Bindings
from normfix.scan.graphmode import graph_marks, mark_words
from normfix.scan.parsing import ParseFailure, parse
from normfix.scan.programs import Programs, survey
from normfix.scan.resolve import UNKNOWN, Meaning, Resolver
from normfix.scan.scopes import Binding
from normfix.scan.walk import collect
from normfix.table import Table
from normfix.text import TextError, decode

_SEARCH_DEPTH = 12


@dataclass(frozen=True)
class Module:
    """One other file of the project, parsed, with a resolver of its own."""

    bindings: Bindings
    resolver: Resolver

    def meaning(self, name: str) -> Meaning:
        """What `name` means to those who import it from here."""
        return self.resolver.name(name, self.bindings.module, (), _END)

    def functions(self, name: str) -> list[Binding]:
        """The definitions of a function of this name at module level."""
        return [one for one in self.bindings.module.bindings.get(name, ()) if isinstance(one.node, ast.FunctionDef)]


_END = (1 << 40, 0)


class Project:
    """Finds and reads project files, each once."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._modules: dict[Path, Module | None] = {}
        self._programs: dict[Path, Programs] = {}

    def view(self, path: str) -> View:
        """The project as the file at `path` sees it."""
        return View(self, Path(path))

    def module(self, file: Path) -> Module | None:
        """The module in a file, or None when it cannot be read (its own finding says so)."""
        if file not in self._modules:
            self._modules[file] = None
            self._modules[file] = self._read(file)
        return self._modules[file]

    def _read(self, file: Path) -> Module | None:
        try:
            source = decode(file.read_bytes(), str(file))
        except (OSError, TextError):
            return None
        tree = parse(source)
        if isinstance(tree, ParseFailure):
            return None
        bindings = collect(tree)
        return Module(bindings, Resolver(self.library_exports, bindings, self.view(str(file))))

    def graph_file(self, path: str) -> Path | None:
        """The graph-building file of the project that leads to the file at `path`, if there is one."""
        return self.programs(path).builder(Path(path).resolve())

    @property
    def followed(self) -> set[str]:
        """The files that were read for the sake of another; for a survey of programs, the folder of the project."""
        return {str(file) for file in (*self._modules, *self._programs)}

    def programs(self, path: str) -> Programs:
        """The programs of the project that the file at `path` belongs to."""
        root = self.view(path).root
        if root not in self._programs:
            leads = self._table.graph.imports_tensorflow
            self._programs[root] = survey(root, self._file_of, self._is_graph, leads)
        return self._programs[root]

    def _file_of(self, file: Path, module: str) -> Path | None:
        return self.view(str(file)).file_of(module)

    def _is_graph(self, file: Path, data: bytes) -> bool:
        words = self._table.graph
        if b"tensorflow" not in data or not mark_words(words).search(data):
            return False
        module = self.module(file)
        return module is not None and graph_marks(module.bindings, module.resolver, words) is not None

    def external(self, path: str) -> bool:
        """Whether a dotted path belongs to a library that the rule table speaks of."""
        return path.partition(".")[0] in self._table.roots

    def library_exports(self, module: str, name: str) -> bool:
        """Whether a library module has, or had, a name."""
        return self._table.match(f"{module}.{name}") is not None or self._table.public(module, name)


@dataclass(frozen=True)
class View:
    """Resolves dotted paths as one file of a project writes them."""

    project: Project
    file: Path

    def meaning(self, path: str) -> Meaning:
        """What a dotted path of the project means in terms of libraries; UNKNOWN when it does not say."""
        found = self._find(path)
        if found is None:
            return UNKNOWN
        module, name, rest = found
        meaning = module.meaning(name)
        for attribute in rest:
            meaning = meaning.attribute(attribute)
        return Meaning(meaning.paths, meaning.unknown)

    def called(self, path: str) -> Meaning:
        """What a call of a project's function may return."""
        found = self._find(path)
        if found is None or found[2]:
            return UNKNOWN
        module, name, _ = found
        functions = module.functions(name)
        return module.resolver.returned(functions[-1]) if functions else UNKNOWN

    def exports(self, module: str, name: str) -> bool:
        """Whether a project module binds `name`, itself or by a star import."""
        found = self._find(f"{module}{'' if module.endswith('.') else '.'}{name}")
        return found is not None and not found[2] and bool(found[0].meaning(name).paths)

    def _find(self, path: str) -> tuple[Module, str, tuple[str, ...]] | None:
        """The module that a path leads to, the name in it, and the attributes behind that name."""
        if self.project.external(path):
            return None
        dots = len(path) - len(path.lstrip("."))
        parts = tuple(path[dots:].split("."))
        for folder in self._search(dots):
            for length in range(len(parts) - 1, -1 if dots else 0, -1):
                file = _module_file(folder, parts[:length])
                if file is not None and file != self.file:
                    module = self.project.module(file)
                    return (module, parts[length], parts[length + 1 :]) if module is not None else None
        return None

    def file_of(self, path: str) -> Path | None:
        """The project file that a dotted path names as a module."""
        if self.project.external(path):
            return None
        dots = len(path) - len(path.lstrip("."))
        parts = tuple(part for part in path[dots:].split(".") if part)
        found = (_module_file(folder, parts) for folder in self._search(dots))
        return next((file.resolve() for file in found if file is not None), None)

    def _search(self, dots: int) -> tuple[Path, ...]:
        if dots:
            return (self.file.resolve().parents[dots - 1],) if dots <= len(self.file.resolve().parents) else ()
        return (self.file.parent, self.root)

    @cached_property
    def root(self) -> Path:
        """The folder that absolute imports of this project start from: above the outermost package."""
        folder = self.file.resolve().parent
        for _ in range(_SEARCH_DEPTH):
            if not (folder / "__init__.py").is_file():
                break
            folder = folder.parent
        return folder


def _module_file(folder: Path, parts: tuple[str, ...]) -> Path | None:
    base = folder.joinpath(*parts)
    if parts and (module := base.with_name(base.name + ".py")).is_file():
        return module
    package = base / "__init__.py"
    return package if package.is_file() else None
