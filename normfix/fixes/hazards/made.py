"""The calls that make objects of a class: of the name itself, through `partial`, and of its subclasses in the file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from normfix.checks.sites import Scan, Site
from normfix.fixes.code import Code, FileCode, code_of
from normfix.fixes.reach import reached
from normfix.semantics.chains import last_name
from normfix.semantics.scopes import Reference

_DEEPEST = 8
_MODELS = frozenset({"Model", "Sequential", "clone_model"})


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


def makers(scan: Scan, nodes: Iterable[ast.AST], names: Iterable[str]) -> list[tuple[FileCode, ast.Call]]:
    """The calls, here and in other files, that make an object of a class, or call what makes one.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    own = code_of(scan)
    made = [(own, call) for call in calls_of(scan, nodes)]
    return [*made, *((one.code, one.call) for one in reached(scan, nodes, names) if one.call is not None)]


def objects_of(code: Code, call: ast.Call) -> Iterator[ast.AST]:
    """The expressions that are what a call makes: itself, and the reads of what it is stored under."""
    yield call
    for target in holders(code, call):
        if isinstance(target, ast.Name):
            yield from (one.node for one in code.bindings.references_to(target.id))
        elif isinstance(target, ast.Attribute):
            yield from (one.node for one in code.bindings.readings_of(target.attr))


def called_objects(code: Code, made: ast.Call) -> Iterator[ast.Call]:
    """The calls of what a call makes."""
    for one in objects_of(code, made):
        outer = code.bindings.parents.get(one)
        if isinstance(outer, ast.Call) and outer.func is one:
            yield outer


def is_model(code: Code, node: ast.expr) -> bool:
    """Whether an expression may be a model, whose layers may be any."""
    reference = code.bindings.reference_at(node) if isinstance(node, ast.Name) else None
    bound = code.resolver.reference(reference).bindings if reference is not None else ()
    values = [node, *(one.value for one in bound)]
    return any(isinstance(one, ast.Call) and last_name(one.func) in _MODELS for one in values)
