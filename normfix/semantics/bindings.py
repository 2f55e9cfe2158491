"""What one module binds and reads: the result of walking its `ast`."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from normfix.semantics.scopes import Branch, Reference, Scope

if TYPE_CHECKING:
    from normfix.semantics.blocks import Block

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


@dataclass(eq=False)
class Bindings:
    """What one module binds and reads, in source order within each list.

    `blocks` has the blocks that were asked for, by each of their statements.
    """

    module: Scope
    references: list[Reference] = field(default_factory=list)
    imports: list[ImportSite] = field(default_factory=list)
    calls: list[CallSite] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    returns: dict[ast.AST, list[ast.Return]] = field(default_factory=dict)
    blocks: dict[ast.stmt, Block] = field(default_factory=dict)

    @property
    def tree(self) -> ast.Module:
        """The module that was walked."""
        assert isinstance(self.module.node, ast.Module)
        return self.module.node

    def call_at(self, node: ast.Call) -> CallSite | None:
        """The call site of a call expression; None for one that was not walked, as within a quoted annotation."""
        return self._calls.get(node)

    def reference_at(self, root: ast.expr) -> Reference | None:
        """The reference that starts with a name or a call."""
        return self._roots.get(root)

    def references_to(self, name: str) -> Sequence[Reference]:
        """The references whose root has a name."""
        return self._names.get(name, ())

    def readings_of(self, attribute: str) -> Sequence[Reference]:
        """The references that have an attribute in their chain."""
        return self._attributes.get(attribute, ())

    @cached_property
    def _calls(self) -> Mapping[ast.Call, CallSite]:
        return {call.node: call for call in self.calls}

    @cached_property
    def _roots(self) -> Mapping[ast.expr, Reference]:
        return {one.root: one for one in reversed(self.references)}

    @cached_property
    def _names(self) -> Mapping[str, list[Reference]]:
        found: dict[str, list[Reference]] = defaultdict(list)
        for one in self.references:
            found[one.name].append(one)
        return found

    @cached_property
    def _attributes(self) -> Mapping[str, list[Reference]]:
        found: dict[str, list[Reference]] = defaultdict(list)
        for one in self.references:
            for attribute in dict.fromkeys(one.attributes):
                found[attribute].append(one)
        return found

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
