"""The other files of the scanned project, read only when a name is imported from one of them.

`from .compat import tf` and `slim = helpers.get_slim()` mean what the other file says they mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from normfix.prefilter.names import Elsewhere
from normfix.prefilter.project_names import ProjectNames
from normfix.semantics.bindings import Bindings
from normfix.semantics.graph_mode import graph_marks, mark_words, may_build
from normfix.semantics.legacy_programs import LegacyPrograms
from normfix.semantics.memo import Memo
from normfix.semantics.module import Module
from normfix.semantics.observed import Observations, Observed, code_in, found_by
from normfix.semantics.programs import Programs
from normfix.semantics.project_files import MOST_FILES, ProjectFolders, Suffixes, holds_links, program_files
from normfix.semantics.resolve import Resolver
from normfix.semantics.steps import Steps
from normfix.semantics.view import View
from normfix.semantics.walk import collect
from normfix.source.contents import contents, readable
from normfix.source.documents import read_document
from normfix.source.folders import Folders
from normfix.source.own_packages import OwnPackages
from normfix.source.python import ParseFailure, parse
from normfix.source.text import SourceText, TextError
from normfix.table.graph_words import SPEAKS
from normfix.table.table import Table

_T = TypeVar("_T")

_SPEAKS = re.compile(SPEAKS.encode())

_MOST_CODE = 64_000_000
"""So many bytes of the project's files are kept: a search by text asks for them again and again."""

_MOST_TEXT = 2_000_000
"""Of so many characters the parsed files are kept: those that belong together are asked for one after the other."""


class Project:
    """Finds and reads project files, each once.

    `texts` are the bytes that some of them, by their real paths, are going to have; a `full` one parses whatever a name
    comes from, without asking the prefilter first.
    """

    def __init__(
        self,
        table: Table,
        texts: Mapping[str, bytes] | None = None,
        *,
        full: bool = False,
        project_folders: ProjectFolders | None = None,
    ) -> None:
        self._table = table
        self._texts = texts or {}
        self.full = full
        self._folders = Folders()
        self.steps = Steps()
        self.legacy_programs = LegacyPrograms(self, table)
        self._own = OwnPackages(self._folders, self._inner_modules)
        self.names = ProjectNames(frozenset(root.encode() for root in (*table.roots, "functools")), self._folders)
        self._modules: dict[str, Module | None] = {}
        self._size = 0
        self._files: dict[str, tuple[Path, ...]] = {}
        self._programs: dict[str, Programs] = {}
        self._project_folders = project_folders or ProjectFolders()
        self._suffixes: dict[str, Suffixes] = {}
        self._views: dict[str, View] = {}
        self._paths: dict[str, Path] = {}
        self._holders: dict[str, set[str]] = {}
        self._codes: dict[Path, bytes] = {}
        self._codes_size = 0
        self._speaks: dict[Path, bool] = {}
        self.observations = Observations(self.code)
        self.remembered = Memo()

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
            self.observations.read.add(path)
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
        try:
            bindings = collect(tree)
        except Exception:
            # Its own scan meets the same fault and says so; those that import it go on.
            return None
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

    def observed(self) -> Observed:
        """What was seen of other files since this was last asked for."""
        return self.observations.taken(self.names.read, self._own.read)

    def files(self, path: str) -> tuple[Path, ...]:
        """The files that the programs of a project may consist of; the file at `path` is one of the project."""
        root = self.folder(path)
        self.observations.read.add(root)
        if root not in self._files:
            files = islice(program_files(Path(root)), MOST_FILES)
            self._files[root] = tuple(self.resolved(str(file)) for file in files)
        return self._files[root]

    def folder(self, path: str) -> str:
        """The folder of the project that the file at `path` is in."""
        return str(self._project_folders.of(Path(self.view(path).root)))

    def programs(self, path: str) -> Programs:
        """The programs of the project that the file at `path` belongs to."""
        root = self.folder(path)
        if root not in self._programs:
            leads, linked = self._table.graph.imports_tensorflow, holds_links(Path(root))
            found = Programs(self.files(path), self.observations, self._files_of, leads, self._builds, linked)
            self._programs[root] = found
        return self._programs[root]

    def speaks(self, file: Path) -> bool:
        """Whether a file has to do with normalization, or hands on the names of others."""
        if file not in self._speaks:
            self._speaks[file] = file.name == "__init__.py" or self.observations.ask(file, found_by, _SPEAKS)
        return self._speaks[file]

    def data(self, file: Path) -> bytes:
        """The bytes that a file has, or is going to have; none for one that cannot be read."""
        return self._texts.get(self._folders.real(str(file))) or readable(file) or b""

    def code(self, file: Path) -> bytes:
        """The code that a file has, or is going to have, without what is around it in a notebook or a document.

        None of a file that cannot be read.
        """
        if file in self._codes:
            return self._codes[file]
        code = code_in(self.data(file), str(file))
        if self._codes_size < _MOST_CODE:
            self._codes[file] = code
            self._codes_size += len(code)
        return code

    def answers(self, path: str, question: Callable[..., _T], *arguments: Any) -> Sequence[tuple[Path, _T]]:
        """What a question finds in the code of the files of a project and of that at `path`; each is asked once."""

        def find() -> Sequence[tuple[Path, _T]]:
            return list(self.observations.each(self.files(path), question, *arguments))

        found, own = self.remembered((question, arguments, self.folder(path)), find), self.resolved(path)
        said = self.remembered((question, arguments, own), lambda: question(self.code(own), *arguments))
        return [*found, (own, said)] if said and all(file != own for file, _ in found) else found

    def mentions(self, path: str, pattern: re.Pattern[bytes]) -> bool:
        """Whether the code of the file at `path`, which may be no program, or of some file of its project has it."""

        def find() -> bool:
            return self.observations.any(self.files(path), found_by, pattern)

        in_own = self.remembered((pattern, path), lambda: pattern.search(self.code(self.resolved(path))) is not None)
        return in_own or self.remembered((pattern, self.folder(path)), find)

    def note_holder(self, path: str, holder: str) -> None:
        """Note that the file at `path` keeps a name as it is for the sake of another file."""
        self._holders.setdefault(path, set()).add(holder)

    def holders(self, path: str) -> frozenset[str]:
        """The files for whose sake the file at `path` keeps names as they are."""
        return frozenset(self._holders.get(path, ()))

    def leads(self, file: str, path: str, *, called: bool = False) -> bool:
        """Whether a dotted path that a file writes may lead to a library, as its text tells before it is parsed."""
        return self.full or self.names.may_lead(file, path.encode(), called=called)

    def told_by_text(self, file: str) -> Elsewhere:
        """What the texts of the project tell of a dotted path that a file writes, before any is parsed."""
        return self.names.around(file)

    def _files_of(self, file: Path, module: bytes, names: Sequence[bytes]) -> Iterator[Path]:
        written = module.decode(errors="replace")
        found = tuple(self.view(str(file)).files_of(written, names))
        if found or self.external(written):
            return iter(found)
        inner = (one for name in names for one in self._nearest(file, f"{written}.{name.decode(errors='replace')}"))
        return chain(self._nearest(file, written), inner)

    def may_name(self, importer: str, path: str, file: Path) -> bool:
        """Whether a dotted path that a file writes may name another file as a module, as far as no run tells."""
        own = self.view(importer).file_of(path)
        if own is not None or self.external(path):
            return own == file
        return file in self._nearest(self.resolved(importer), path)

    def _nearest(self, importer: Path, module: str) -> Iterator[Path]:
        root = self.folder(str(importer))
        if root not in self._suffixes:
            self._suffixes[root] = Suffixes(self.files(str(importer)))
        return self._suffixes[root].nearest(importer, module)

    def text(self, file: Path) -> str:
        """The code in a file as text, for a search; empty where it cannot be had."""
        return self.code(file).decode(errors="replace")

    def _builds(self, file: Path) -> bool:
        module = self.module(file) if self.observations.ask(file, may_build, self._marks) else None
        return module is not None and graph_marks(module.resolver, self._table.graph) is not None

    @cached_property
    def _marks(self) -> re.Pattern[bytes]:
        return mark_words(self._table.graph)

    def external(self, path: str) -> bool:
        """Whether a dotted path belongs to a library that the rule table speaks of."""
        return path.partition(".")[0] in self._table.roots

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
