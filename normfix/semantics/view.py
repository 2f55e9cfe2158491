"""The project as one of its files sees it: which file a dotted path leads to, and what it means there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from normfix.semantics.meaning import UNKNOWN, Meaning, merge
from normfix.semantics.module import Module
from normfix.semantics.release_tests import is_flag
from normfix.semantics.scopes import Binding, BindingKind
from normfix.source.folders import Folders
from normfix.source.search_folders import SearchFolders

if TYPE_CHECKING:
    from normfix.semantics.project import Project

_DEEPEST = 8
"""A name that comes through more files than that is not followed."""


@dataclass(frozen=True)
class View:
    """Resolves dotted paths as one file of a project writes them."""

    project: Project
    folders: Folders
    file: str

    def leads(self, path: str) -> bool:
        """Whether a dotted path of the project may lead to a library, as its text tells before it is parsed."""
        return self.project.leads(self.file, path)

    def may_hand_on(self, path: str) -> bool:
        """Whether a dotted path of the project may be a definition that hands on what it does not name itself."""
        return self.project.full or self.project.names.may_hand_on(self.file, path.encode())

    def meaning(self, path: str) -> Meaning:
        """What a dotted path of the project means in terms of libraries; UNKNOWN when it does not say."""
        found = self._find(path) if self.leads(path) else None
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

    def starred(self, module: str, name: str) -> Meaning:
        """What a star import of a project's module brings under `name`: its own, or that of its star imports in turn.

        Modules may import each other so; each is asked once. UNKNOWN for a module that nobody here knows.
        """
        if self.project.external(module):
            return Meaning()
        if self.file_of(module) is None:
            return UNKNOWN
        told: list[Meaning] = []
        waiting, seen = [(self, module)], set[str]()
        while waiting:
            view, imported = waiting.pop()
            if self.project.library_exports(imported, name):
                told.append(Meaning((f"{imported}.{name}",)))
                continue
            found = view._find(f"{imported}{'' if imported.endswith('.') else '.'}{name}")
            if found is None or found[2] or found[0].source.path in seen:
                continue
            other = found[0]
            seen.add(other.source.path)
            if name in other.bindings.module.bindings:
                told.append(other.meaning(name))
            else:
                there = self.project.view(other.source.path)
                waiting += ((there, star.module) for star in reversed(other.bindings.module.stars))
        return merge(told)

    def defined(self, path: str) -> tuple[Module, Binding] | None:
        """The one binding at module level that a dotted path of the project leads to, also through other files."""
        found = self._bound(path)
        return (found[0], found[1][0]) if found is not None and len(found[1]) == 1 else None

    def optional(self, path: str) -> bool:
        """Whether a name of the project is None where what it stands for cannot be had."""
        found = self._bound(path)
        bound = found[1] if found is not None else ()
        return len(bound) > 1 and any(one.kind is BindingKind.NOTHING for one in bound)

    def _bound(self, path: str) -> tuple[Module, Sequence[Binding]] | None:
        """The bindings at module level that a path leads to, through files that only hand it on."""
        view: View = self
        for _ in range(_DEEPEST):
            found = view._find(path)
            if found is None or found[2]:
                return None
            bound = found[0].bindings.module.bindings.get(found[1], ())
            if len(bound) != 1 or bound[0].path is None:
                return found[0], bound
            view, path = self.project.view(found[0].source.path), bound[0].path
        return None

    def flag(self, path: str) -> bool:
        """Whether a name of the project says which release is installed."""
        found = self._find(path)
        return found is not None and not found[2] and is_flag(found[1], found[0].bindings.module, found[0].resolver)

    def definition(self, path: str) -> tuple[Module, Binding] | None:
        """The same, where the file that the path leads to has to do with normalization."""
        return self.defined(path) if self.speaks(path) else None

    def speaks(self, path: str) -> bool:
        """Whether a path leads to a file that has to do with normalization, or hands on the names of others."""
        found = self._place(path)
        if found is None:
            return False
        return self.project.speaks(self.project.resolved(found[0]))

    def _find(self, path: str) -> tuple[Module, str, tuple[str, ...]] | None:
        """The module that a path leads to, the name in it, and the attributes behind that name."""
        found = self._place(path)
        module = self.project.module(found[0]) if found is not None else None
        return (module, found[1], found[2]) if found is not None and module is not None else None

    def _place(self, path: str) -> tuple[str, str, tuple[str, ...]] | None:
        """The file that a path leads to, the name in it, and the attributes behind that name."""
        if self.project.external(path):
            return None
        dots = len(path) - len(path.lstrip("."))
        parts = tuple(path[dots:].split("."))
        for folder in self._search_folders.search(dots):
            for length in range(len(parts) - 1, -1 if dots else 0, -1):
                file = self.folders.module(folder, parts[:length])
                if file is not None and file != self.file:
                    return file, parts[length], parts[length + 1 :]
        return None

    def file_of(self, path: str) -> Path | None:
        """The project file that a dotted path names as a module."""
        if self.project.external(path):
            return None
        module = path.lstrip(".")
        for folder in self._search_folders.search(len(path) - len(module)):
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
        beside = relative or any(first in self.folders.names(folder) for folder in self._search_folders.search(0))
        return beside and not self.project.external(module)

    @cached_property
    def _search_folders(self) -> SearchFolders:
        return SearchFolders(self.folders, self.file)

    @property
    def root(self) -> str:
        """The folder that absolute imports of this project start from."""
        return self._search_folders.top

    @property
    def relative(self) -> str:
        """The path of the file from that folder."""
        return os.path.relpath(self.file, self.root or ".")
