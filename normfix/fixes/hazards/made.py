"""The calls that make objects of a class: of the name itself, through `partial`, and of its subclasses in the file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from normfix.checks.sites import Site
from normfix.fixes.code import Code
from normfix.semantics.scopes import Reference

_DEEPEST = 8


def nodes_of(site: Site, references: Iterable[Reference] = ()) -> list[ast.AST]:
    """The expressions that name a site's class; `references` are the uses of an import site's name."""
    own = [site.reference.node] if site.reference is not None else []
    return [*(one.node for one in references), *own]


def calls_of(code: Code, nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """The calls that make an object of a class, in the order of the file's names for it."""
    for node in nodes:
        parent = code.bindings.parents.get(node)
        if isinstance(parent, ast.Call) and (parent.func is node or node in parent.args[:1]):
            yield parent
    for owner in subclasses(code, nodes):
        for reference in code.bindings.references_to(owner.name):
            if _means(code, reference, owner):
                parent = code.bindings.parents.get(reference.node)
                if isinstance(parent, ast.Call) and parent.func is reference.node:
                    yield parent


def subclasses(code: Code, nodes: Iterable[ast.AST]) -> list[ast.ClassDef]:
    """The classes of the file that have a class as a base, or a subclass of it."""
    found: list[ast.ClassDef] = []
    waiting = list(nodes)
    for _ in range(_DEEPEST):
        owners = [code.bindings.parents.get(node) for node in waiting]
        new = [
            owner
            for node, owner in zip(waiting, owners, strict=True)
            if isinstance(owner, ast.ClassDef) and node in owner.bases and owner not in found
        ]
        if not new:
            break
        found += new
        waiting = [
            reference.node
            for owner in new
            for reference in code.bindings.references_to(owner.name)
            if _means(code, reference, owner)
        ]
    return found


def _means(code: Code, reference: Reference, owner: ast.ClassDef) -> bool:
    return any(binding.node is owner for binding in code.resolver.reference(reference).bindings)


def holders(code: Code, call: ast.Call) -> Iterator[ast.expr]:
    """The names and attributes that a new object is stored under."""
    parent = code.bindings.parents.get(call)
    if isinstance(parent, ast.Assign):
        yield from parent.targets
    elif isinstance(parent, ast.AnnAssign | ast.NamedExpr):
        yield parent.target
