"""The statements that give names a meaning: imports, assignments and their kin."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from normfix.semantics.bindings import Bindings, ImportSite, from_module
from normfix.semantics.scopes import (
    Binding,
    BindingKind,
    Branch,
    Branching,
    Place,
    Scope,
    ScopeKind,
    StarImport,
    end_place,
)

_PATH_LIKE = (ast.Name, ast.Attribute, ast.IfExp, ast.BoolOp, ast.Call, ast.NamedExpr)


class Binder(ABC):
    """The half of the walk that fills scopes; the other half offers `_push` and `_annotation`."""

    found: Bindings

    @abstractmethod
    def _push(self, node: ast.AST | None, parent: ast.AST, scope: Scope, branch: Branch) -> None:
        """Have a node visited in its turn."""

    @abstractmethod
    def _annotation(self, node: ast.expr | None, parent: ast.AST, scope: Scope, branch: Branch) -> None:
        """Have an annotation visited, also one written as a string."""

    def _bind(
        self,
        name: str,
        kind: BindingKind,
        place: Place,
        scope: Scope,
        branch: Branch,
        node: ast.AST,
        *,
        path: str | None = None,
        alias: ast.alias | None = None,
        value: ast.expr | None = None,
        source: ast.expr | None = None,
    ) -> None:
        outer = scope.outer_names.get(name)
        if outer is not None:
            # Set from inside a function: it may or may not have happened when the outer scope is read.
            branch = (*branch, (Branching(node, frozenset(), False), 0))
            scope = outer
        binding = Binding(name, kind, place, branch, scope, node, path, alias, value, source)
        scope.bindings.setdefault(name, []).append(binding)

    def _import(self, node: ast.Import, scope: Scope, branch: Branch) -> None:
        self.found.imports.append(ImportSite(node, scope, branch))
        for alias in node.names:
            name, path = (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
            self._bind(name, BindingKind.IMPORT, end_place(node), scope, branch, node, path=path, alias=alias)

    def _import_from(self, node: ast.ImportFrom, scope: Scope, branch: Branch) -> None:
        self.found.imports.append(ImportSite(node, scope, branch))
        module = from_module(node)
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(StarImport(module, end_place(node), node))
                continue
            path = f"{module}.{alias.name}" if node.module else f"{module}{alias.name}"
            name = alias.asname or alias.name
            self._bind(name, BindingKind.FROM, end_place(node), scope, branch, node, path=path, alias=alias)

    def _assign(self, node: ast.Assign, scope: Scope, branch: Branch) -> None:
        self._push(node.value, node, scope, branch)
        for target in node.targets:
            self._targets(target, node.value, node, scope, branch)

    def _type_alias(self, node: Any, scope: Scope, branch: Branch) -> None:
        for part in (*node.type_params, node.value):
            self._push(part, node, scope, branch)
        self._targets(node.name, node.value, node, scope, branch)

    def _targets(
        self, target: ast.expr, value: ast.expr | None, node: ast.stmt | ast.expr, scope: Scope, branch: Branch
    ) -> None:
        """Bind every name of an assignment target; pairs of tuples are bound one by one."""
        if isinstance(target, ast.Name):
            self._bind(target.id, _kind_of(value), end_place(node), scope, branch, node, value=value)
        elif isinstance(target, ast.Tuple | ast.List):
            values: Sequence[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
                values = value.elts
            for inner, part in zip(target.elts, values, strict=True):
                self._targets(inner, part, node, scope, branch)
        elif isinstance(target, ast.Starred):
            self._targets(target.value, None, node, scope, branch)
        else:
            self._push(target, node, scope, branch)

    def _elements(
        self, target: ast.expr, source: ast.expr, node: ast.stmt | ast.expr, scope: Scope, branch: Branch
    ) -> None:
        """Bind the names of a loop's target to the elements of what it goes over."""
        if isinstance(target, ast.Name):
            self._bind(target.id, BindingKind.ELEMENT, end_place(node), scope, branch, node, source=source)
        elif isinstance(target, ast.Tuple | ast.List) and (inner := side_by_side(source, len(target.elts))):
            for one, part in zip(target.elts, inner, strict=True):
                if part is None:
                    self._targets(one, None, node, scope, branch)
                else:
                    self._elements(one, part, node, scope, branch)
        else:
            self._targets(target, None, node, scope, branch)

    def _annotated(self, node: ast.AnnAssign, scope: Scope, branch: Branch) -> None:
        self._annotation(node.annotation, node, scope, branch)
        self._push(node.value, node, scope, branch)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self._targets(node.target, node.value, node, scope, branch)

    def _augmented(self, node: ast.AugAssign, scope: Scope, branch: Branch) -> None:
        self._push(node.value, node, scope, branch)
        self._targets(node.target, None, node, scope, branch)

    def _walrus(self, node: ast.NamedExpr, scope: Scope, branch: Branch) -> None:
        self._push(node.value, node, scope, branch)
        while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        self._targets(node.target, node.value, node, scope, branch)

    def _with_item(self, node: ast.withitem, scope: Scope, branch: Branch) -> None:
        self._push(node.context_expr, node, scope, branch)
        if node.optional_vars is not None:
            self._targets(node.optional_vars, None, node.optional_vars, scope, branch)

    def _delete(self, node: ast.Delete, scope: Scope, branch: Branch) -> None:
        for target in node.targets:
            self._targets(target, None, node, scope, branch)

    def _outer(self, node: ast.Global | ast.Nonlocal, scope: Scope, _: Branch) -> None:
        for name in node.names:
            outer = scope.module()
            if isinstance(node, ast.Nonlocal):
                functions = [one for one in scope.enclosing() if one.kind is ScopeKind.FUNCTION and one is not scope]
                outer = next((one for one in functions if name in one.bindings), outer)
            scope.outer_names[name] = outer


def side_by_side(source: ast.expr, width: int) -> Sequence[ast.expr | None] | None:
    """What each name of a loop over several goes over (`enumerate`, `zip`, `items`); None where that is unknown."""
    if not isinstance(source, ast.Call) or any(isinstance(one, ast.Starred) for one in source.args):
        return None
    called = source.func.id if isinstance(source.func, ast.Name) else ""
    if called == "zip" and len(source.args) == width:
        return source.args
    if called == "enumerate" and width == 2 and source.args:
        return None, source.args[0]
    if isinstance(source.func, ast.Attribute) and source.func.attr == "items" and width == 2 and not source.args:
        return None, source
    return None


def _kind_of(value: ast.expr | None) -> BindingKind:
    if isinstance(value, ast.Constant) and value.value is None:
        return BindingKind.NOTHING
    return BindingKind.ALIAS if isinstance(value, _PATH_LIKE) else BindingKind.OPAQUE
