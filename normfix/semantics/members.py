"""What a class gives its objects: the values of `self.x`, and of what stands in the body of the class."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from normfix.semantics.bindings import Bindings
from normfix.semantics.scopes import Branch, Scope, ScopeKind

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Given:
    """One value that an attribute is given; None where it cannot be read off the code."""

    value: ast.expr | None
    scope: Scope
    branch: Branch


Members = Mapping[tuple[ast.ClassDef, str], Sequence[Given]]


def owner_of(name: str, scope: Scope) -> ast.ClassDef | None:
    """The class whose object, or which itself, a name is in a method: `self`, `cls`."""
    method = _method_of(name, scope)
    return _class_of(method) if method is not None and len(method.bindings[name]) == 1 else None


def _method_of(name: str, scope: Scope) -> Scope | None:
    """The method, around a scope or itself one, whose first parameter a name is."""
    for one in scope.enclosing():
        if name in one.bindings:
            inside = one.kind is ScopeKind.FUNCTION and one.parent is not None and one.parent.kind is ScopeKind.CLASS
            return one if inside and _itself(one) == name else None
    return None


def class_around(scope: Scope) -> tuple[ast.ClassDef, Scope] | None:
    """The class whose method a scope is in, and the scope that the class stands in."""
    for one in scope.enclosing():
        above = one.parent
        if one.kind is ScopeKind.FUNCTION and above is not None and above.kind is ScopeKind.CLASS:
            owner, outside = above.node, above.parent
            return (owner, outside) if isinstance(owner, ast.ClassDef) and outside is not None else None
    return None


def _class_of(method: Scope) -> ast.ClassDef | None:
    owner = method.parent.node if method.parent is not None else None
    return owner if isinstance(owner, ast.ClassDef) else None


def _itself(method: Scope) -> str | None:
    """The name of the first parameter of a method; None for a static one."""
    node = method.node
    if not isinstance(node, _FUNCTIONS):
        return None
    if any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in node.decorator_list):
        return None
    first = [*node.args.posonlyargs, *node.args.args][:1]
    return first[0].arg if first else None


def members(bindings: Bindings) -> Members:
    """Every attribute that a class of a module gives a value, in its body or in its methods."""
    found: dict[tuple[ast.ClassDef, str], list[Given]] = defaultdict(list)
    for scope in bindings.scopes.values():
        if scope.kind is ScopeKind.CLASS and isinstance(scope.node, ast.ClassDef):
            for name, given in scope.bindings.items():
                found[scope.node, name] += (Given(one.value, one.scope, one.branch) for one in given)
    for reference in bindings.references:
        target = None if reference.attributes else bindings.parents.get(reference.node)
        if not isinstance(target, ast.Attribute) or not isinstance(target.ctx, ast.Store):
            continue
        method = _method_of(reference.name, reference.scope)
        owner = _class_of(method) if method is not None else None
        if method is not None and owner is not None:
            found[owner, target.attr] += (Given(one, method, method.branch) for one in _values(target, bindings))
    return found


def _values(target: ast.Attribute, bindings: Bindings) -> Iterator[ast.expr | None]:
    """What the statement around an attribute gives it: None for what cannot be told, nothing where it only declares."""
    outer: ast.expr = target
    statement = bindings.parents[target]
    while isinstance(statement, ast.Tuple | ast.List | ast.Starred):
        outer, statement = statement, bindings.parents[statement]
    if isinstance(statement, ast.AnnAssign):
        yield from (one for one in (statement.value,) if one is not None)
    elif isinstance(statement, ast.Assign):
        yield next((value for one, value in _pairs(outer, statement.value) if one is target), None)
    else:
        yield None


def _pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.Attribute, ast.expr | None]]:
    if isinstance(target, ast.Attribute):
        yield target, value
    elif isinstance(target, ast.Tuple | ast.List):
        values: Sequence[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            values = value.elts
        for inner, part in zip(target.elts, values, strict=True):
            yield from _pairs(inner, part)
