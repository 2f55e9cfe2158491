"""What one module binds and reads: the result of walking its `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from normfix.semantics.scopes import Branch, Reference, Scope

ImportNode = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True, eq=False)
class ImportSite:
    """An import statement with the scope and the arms that it stands in."""

    node: ImportNode
    scope: Scope
    branch: Branch


@dataclass(slots=True, eq=False)
class CallSite:
    """A call expression with the scope and the arms that it stands in."""

    node: ast.Call
    scope: Scope
    branch: Branch


@dataclass(slots=True, eq=False)
class Bindings:
    """What one module binds and reads, in source order within each list."""

    module: Scope
    references: list[Reference] = field(default_factory=list)
    imports: list[ImportSite] = field(default_factory=list)
    calls: list[CallSite] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    returns: dict[ast.AST, list[ast.Return]] = field(default_factory=dict)

    @property
    def tree(self) -> ast.Module:
        """The module that was walked."""
        assert isinstance(self.module.node, ast.Module)
        return self.module.node

    def release(self) -> None:
        """Let go of what is bound: scopes and bindings point at each other, and would wait for the collector."""
        for scope in self.scopes.values():
            scope.bindings.clear()
            scope.outer_names.clear()

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around `node`, innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node


def from_module(node: ast.ImportFrom) -> str:
    """The module of a from-import as written, its leading dots included."""
    return "." * node.level + (node.module or "")
