"""One parsed file of the project, whether it is the one that is fixed or another, and the words for a place in it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from normfix.checks.sites import Scan, once_per_scan
from normfix.semantics.bindings import Bindings
from normfix.semantics.module import Module
from normfix.semantics.project import Project
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Binding


class Code(Protocol):
    """What is asked of a parsed file, be it a scan or a file of the project."""

    @property
    def project(self) -> Project:
        """The project that the file is in."""

    @property
    def bindings(self) -> Bindings:
        """What it binds and reads."""

    @property
    def resolver(self) -> Resolver:
        """What its names mean."""


@dataclass(frozen=True, eq=False)
class FileCode:
    """One file of the project; `own` where it is the file that is fixed."""

    project: Project
    path: str
    bindings: Bindings
    resolver: Resolver
    own: bool = False

    def place(self, node: ast.AST) -> str:
        """The line of a node, with its file where that is another one than the file that is fixed."""
        line = getattr(node, "lineno", 0)
        return f"line {line}" if self.own else f"`{self.relative}:{line}`"

    @property
    def relative(self) -> str:
        """Its path from the folder that the imports of the project start from."""
        return self.project.view(self.path).relative


@once_per_scan
def code_of(scan: Scan) -> FileCode:
    """The file that is fixed."""
    return FileCode(scan.project, scan.source.path, scan.bindings, scan.resolver, own=True)


def file_code(project: Project, file: Path | str) -> FileCode | None:
    """Another file of the project; None for one that cannot be read."""
    module = project.module(file)
    return _in_file(project, module) if module is not None else None


def _in_file(project: Project, module: Module) -> FileCode:
    return FileCode(project, module.source.path, module.bindings, module.resolver)


def code_with(code: FileCode, resolver: Resolver) -> FileCode:
    """The file of a project whose names a resolver resolves, seen from another one or that itself."""
    if resolver is code.resolver:
        return code
    return FileCode(code.project, resolver.elsewhere.file, resolver.bindings, resolver)


def whole(code: Code, node: ast.AST) -> ast.AST:
    """A name with the attributes behind it."""
    outer = code.bindings.parents.get(node)
    while isinstance(outer, ast.Attribute):
        node, outer = outer, code.bindings.parents.get(outer)
    return node


def defined_elsewhere(code: FileCode, node: ast.expr) -> tuple[FileCode, Binding] | None:
    """What a name, or a name of a module, that is imported from another file of the project is bound to there."""
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    reference = code.bindings.reference_at(root)
    bound = code.resolver.reference(reference).bindings if reference is not None and reference.node is node else ()
    if reference is None or len(bound) != 1 or bound[0].path is None:
        return None
    found = code.project.view(code.path).defined(".".join((bound[0].path, *reference.attributes)))
    if found is None:
        return None
    return _in_file(code.project, found[0]), found[1]
