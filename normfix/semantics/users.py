"""Who uses a name of a file: other files that import it, get it by a star, read it off the module or look it up.

A name that others see is an interface: it changes together with all of its users, or it stays.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from normfix.prefilter.imports import dotted_path
from normfix.semantics.bindings import ImportSite, from_module
from normfix.semantics.chains import last_name
from normfix.semantics.exports import listed_names
from normfix.semantics.module import Module
from normfix.semantics.programs import Facts
from normfix.semantics.project import Project
from normfix.semantics.project_files import module_name
from normfix.semantics.scopes import Reference, StarImport
from normfix.semantics.text_lookups import word_line
from normfix.semantics.text_uses import places_by_text

_LOOKUPS = frozenset({"__dict__", "__getattribute__", "__getattr__", "__dir__"})
"""What of a module finds a name in it by its text."""


class How(Enum):
    """How a place uses a name: an import statement that takes it, code that reads it, a text that names it."""

    IMPORT = "import"
    READ = "read"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Use:
    """One place that uses a name; `module` and `node` are set for code that reads it, `node` being what it reads.

    `starred` is set for a package that takes it, among all others, by a star.
    """

    path: str
    line: int
    how: How
    module: Module | None = None
    node: ast.expr | None = None
    starred: bool = False


def taken_elsewhere(project: Project, path: str, name: str) -> bool:
    """Whether another file uses a module-level name of the file at `path`."""
    return next(users_of(project, path, name), None) is not None


def all_users(project: Project, path: str, name: str) -> tuple[Use, ...]:
    """All uses of a module-level name of the file at `path` by other files."""
    return project.remembered((all_users, path, name), lambda: tuple(users_of(project, path, name)))


def all_readers(project: Project, path: str, name: str) -> tuple[Use, ...]:
    """Those of all uses that are code which reads the name: what names it by its text need not be looked for."""

    def find() -> tuple[Use, ...]:
        found = _uses(project, path, name, read=True)
        return tuple(one for one in found if one.module is not None and one.node is not None)

    return project.remembered((all_readers, path, name), find)


def users_of(project: Project, path: str, name: str) -> Iterator[Use]:
    """The uses of a module-level name of the file at `path` by other files, also by those that get it through some."""
    return _uses(project, path, name, read=False)


def _uses(project: Project, path: str, name: str, *, read: bool) -> Iterator[Use]:
    """The same; where only code counts that does `read` the name, uses of other kinds may be missing."""
    waiting = [(project.resolved(path), name)]
    seen = set(waiting)
    programs = project.programs(path)
    while waiting:
        file, taken = waiting.pop()
        # Without links a file is imported by its own name.
        last = b"" if programs.linked else module_name(file).encode()
        for other in sorted(programs.importers(file), key=str):
            if read and not (project.observations.ask(other, may_read, taken) or _takes_all(programs.facts(other))):
                continue
            if not _may_take(project, other, programs.facts(other), file, taken, last):
                continue
            user = _user(project, other, file)
            if user is None:
                yield from _unread(project, other, taken)
                continue
            yield from user.uses(taken)
            following = [(other, local) for local in user.hands_on(taken) if (other, local) not in seen]
            seen.update(following)
            waiting += following
        for other, line in () if read else places_by_text(project, path, file, taken):
            yield Use(str(other), line, How.TEXT)


def may_read(code: bytes, name: str) -> bool:
    """Whether a name stands in the code of a file; letters that Python takes for ASCII ones may hide it."""
    return name.encode() in code or not code.isascii()


def _takes_all(facts: Facts) -> bool:
    """Whether a file has a star import, by which it hands names on that it does not spell out."""
    return any(b"*" in names for _, names in facts.statements)


def _may_take(project: Project, other: Path, said: Facts, file: Path, name: str, last: bytes) -> bool:
    """Whether the import statements of a file, as its bytes show them, may bring a name of another one, or all of it.

    Most importers take other names, and need not be parsed. `last` is the last part of any path to the other file,
    empty where that may be anything.
    """

    def names_file(path: bytes) -> bool:
        return project.may_name(str(other), path.decode(errors="replace"), file)

    wanted = {name.encode(), b"*"}
    for module, names in said.statements:
        if module and not wanted.isdisjoint(names) and names_file(module):
            return True
        inner = (one for one in names if not last or one.rpartition(b".")[2] == last)
        if any(names_file(dotted_path(module, one)) for one in inner):
            return True
    return False


def _user(project: Project, other: Path, file: Path) -> _User | None:
    module = project.module(other)
    if module is None:
        return None
    known: dict[str, bool] = {}

    def leads(written: str) -> bool:
        if written not in known:
            known[written] = project.may_name(str(other), written, file)
        return known[written]

    def listed() -> frozenset[str] | None:
        provider = project.module(file)
        return listed_names(provider.bindings) if provider is not None else None

    return _User(str(other), module, leads, listed)


def _unread(project: Project, file: Path, name: str) -> Iterator[Use]:
    """A file that imports another one and cannot be parsed uses every name whose word it has."""
    line = project.observations.ask(file, word_line, name)
    if line:
        yield Use(str(file), line, How.TEXT)


@dataclass(frozen=True)
class _User:
    """One file that imports another; `leads` tells whether a dotted path is that other file.

    `listed` tells what the other file's `__all__` says, None where it says nothing that can be read.
    """

    path: str
    module: Module
    leads: Callable[[str], bool]
    listed: Callable[[], frozenset[str] | None]

    def uses(self, name: str) -> Iterator[Use]:
        """The places in this file that use a name of the other one."""
        for site, alias in self._taken(name):
            yield Use(self.path, site.node.lineno, How.IMPORT)
            yield from map(self._read, self._reads(alias))
        for star in self._stars(name):
            yield from map(self._read, self._starred(name, star))
            if self.path.endswith("__init__.py"):
                yield Use(self.path, star.node.lineno, How.IMPORT, starred=True)
        yield from self._attributes(name)

    def hands_on(self, name: str) -> Iterator[str]:
        """The names under which this file has a name of the other one at module level."""
        for site, alias in self._taken(name):
            if site.scope is self.module.bindings.module:
                yield alias.asname or alias.name
        if any(True for _ in self._stars(name)) and name not in self.module.bindings.module.bindings:
            yield name

    def _read(self, reference: Reference) -> Use:
        return Use(self.path, reference.place[0], How.READ, self.module, reference.root)

    def _taken(self, name: str) -> Iterator[tuple[ImportSite, ast.alias]]:
        for site in self.module.bindings.imports:
            if isinstance(site.node, ast.ImportFrom):
                named = [alias for alias in site.node.names if alias.name == name]
                if named and self.leads(from_module(site.node)):
                    yield from ((site, alias) for alias in named)

    def _reads(self, alias: ast.alias) -> Iterator[Reference]:
        name, resolver = alias.asname or alias.name, self.module.resolver
        for reference in self.module.bindings.references:
            if reference.name == name and any(one.alias is alias for one in resolver.reference(reference).bindings):
                yield reference

    def _stars(self, name: str) -> Iterator[StarImport]:
        """The star imports that bring a name."""
        stars = [
            star for scope in self.module.bindings.scopes.values() for star in scope.stars if self.leads(star.module)
        ]
        # The other file is read only for a star import of it.
        listed = self.listed() if stars else None
        if stars and (not name.startswith("_") if listed is None else name in listed):
            yield from stars

    def _starred(self, name: str, star: StarImport) -> Iterator[Reference]:
        """The references to a name that a star import brings."""
        module = self.module.bindings.module
        for reference in self.module.bindings.references:
            if reference.name == name and isinstance(reference.root, ast.Name):
                bound = self.module.resolver.reference(reference).bindings
                if all(one.scope is module and one.place < star.place for one in bound):
                    yield reference

    def _attributes(self, name: str) -> Iterator[Use]:
        """The reads of a name off the module, and of the module where what is read of it cannot be told."""
        for reference in self.module.bindings.references:
            depth = self._depth(reference)
            if depth is None:
                continue
            following = reference.attributes[depth : depth + 1]
            if following == (name,):
                yield self._read(reference)
            elif _LOOKUPS.issuperset(following) and (following or self._may_look_up(reference, name)):
                yield Use(self.path, reference.place[0], How.TEXT)

    def _depth(self, reference: Reference) -> int | None:
        """How many attributes of a chain lead to the module; None where the chain does not."""
        if not isinstance(reference.root, ast.Name):
            return None
        bound = [one for scope in reference.scope.enclosing() for one in scope.bindings.get(reference.name, ())]
        for path in dict.fromkeys(one.path for one in bound if one.path is not None):
            for depth in range(len(reference.attributes) + 1):
                if self.leads(".".join((path, *reference.attributes[:depth]))):
                    return depth
        return None

    def _may_look_up(self, reference: Reference, name: str) -> bool:
        """Whether a place that has the module itself may find a name in it."""
        parent = self.module.bindings.parents.get(reference.node)
        if isinstance(parent, ast.Expr | ast.Delete):
            return False
        if not isinstance(parent, ast.Call):
            return True
        texts = [one.value for one in parent.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        called = last_name(parent.func)
        return name in texts if texts else called != "reload"
