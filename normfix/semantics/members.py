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
    for one in scope.enclosing():
        if name in one.bindings:
            inside = one.kind is ScopeKind.FUNCTION and one.parent is not None and one.parent.kind is ScopeKind.CLASS
            if not inside or one.parent is None or _itself(one) != name:
                return None
            owner = one.parent.node
            return owner if isinstance(owner, ast.ClassDef) and len(one.bindings[name]) == 1 else None
    return None


def class_around(scope: Scope) -> tuple[ast.ClassDef, Scope] | None:
    """The class whose method a scope is in, and the scope that the class stands in."""
    for one in scope.enclosing():
        above = one.parent
        if one.kind is ScopeKind.FUNCTION and above is not None and above.kind is ScopeKind.CLASS:
            owner, outside = above.node, above.parent
            return (owner, outside) if isinstance(owner, ast.ClassDef) and outside is not None else None
    return None


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
        parent = scope.parent
        if parent is None or parent.kind is not ScopeKind.CLASS or not isinstance(parent.node, ast.ClassDef):
            continue
        itself = _itself(scope)
        for target, value in _targets(scope.node) if itself else ():
            if isinstance(target.value, ast.Name) and target.value.id == itself:
                found[parent.node, target.attr].append(Given(value, scope, scope.branch))
    return found


def _targets(function: ast.AST) -> Iterator[tuple[ast.Attribute, ast.expr | None]]:
    """The attributes that the statements of a function give a value."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _pairs(target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from _pairs(node.target, node.value)
        elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor | ast.comprehension):
            yield from _pairs(node.target, None)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield from _pairs(node.optional_vars, None)


def _pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.Attribute, ast.expr | None]]:
    if isinstance(target, ast.Attribute):
        yield target, value
    elif isinstance(target, ast.Tuple | ast.List):
        values: Sequence[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            values = value.elts
        for inner, part in zip(target.elts, values, strict=True):
            yield from _pairs(inner, part)
