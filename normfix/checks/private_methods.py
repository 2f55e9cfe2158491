"""Private methods of Keras 2's BatchNormalization: called, or overridden, where Keras 3 has none or another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from normfix.checks.finding import SiteKind
from normfix.checks.layer_objects import LayerObjects
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Location, Site, Symbol
from normfix.prefilter.objects import PRIVATE
from normfix.semantics.members import class_around, owner_of
from normfix.semantics.scopes import Reference, Scope
from normfix.source.text import Span
from normfix.table.table import Table

PRIVATE_METHOD = "NF730"
IN_VAIN = "NF809"
_LAYER = "BatchNormalization"
_MOMENTS = "_moments"
_TAKEN = 2
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def private_method_sites(maker: SiteMaker, table: Table) -> Iterator[Site]:
    """A site for each use of such a method, and for each that is overridden and not called so."""
    if not any(name in maker.source.text for name in PRIVATE):
        return
    objects = LayerObjects(maker, table)
    vain = dict(_overridden(maker, objects))
    for method, path in vain.items():
        start = maker.source.text.index(method.name, maker.source.offset(method.lineno, method.col_offset))
        scope = maker.bindings.scopes[method]
        place = Location(Span(start, start + len(method.name)), scope, scope.branch)
        rule = table.rules[PRIVATE_METHOD if method.name == _MOMENTS else IN_VAIN]
        yield maker.at(Symbol(rule, path), SiteKind.VALUE, place.span, place)
    for name in PRIVATE:
        for reference in maker.bindings.readings_of(name):
            node = reference.node
            if isinstance(node, ast.Attribute) and node.attr == name and not _is_taken(maker, node):
                found = _layer(maker, objects, node, reference)
                if found is not None and vain.keys().isdisjoint(maker.bindings.ancestors(node)):
                    symbol = Symbol(table.rules[PRIVATE_METHOD], f"{found}.{name}")
                    guarded = maker.use_is_guarded(reference)
                    yield maker.at(symbol, SiteKind.ATTRIBUTE, node, reference, guarded=guarded)


def _overridden(maker: SiteMaker, objects: LayerObjects) -> Iterator[tuple[ast.FunctionDef, str]]:
    """The methods that override one which Keras 3 does not call, each with the path of what it overrides."""
    for scope in maker.bindings.scopes.values():
        owner = scope.node
        path = _base(objects, owner, scope.parent) if isinstance(owner, ast.ClassDef) else None
        if path is None or not isinstance(owner, ast.ClassDef):
            continue
        named = (
            node for node in ast.walk(owner) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        )
        used = {node.attr for node in named}
        for method in owner.body:
            if isinstance(method, ast.FunctionDef) and method.name in PRIVATE and method.name not in used:
                taken = len(method.args.args) - 1 == _TAKEN and method.name == _MOMENTS
                if not taken:
                    yield method, f"{path}.{method.name}"


def _base(objects: LayerObjects, owner: ast.ClassDef, outside: Scope | None) -> str | None:
    """The path of BatchNormalization where it is the only base of a class."""
    if len(owner.bases) != 1 or owner.keywords or outside is None:
        return None
    path = objects.layer_class(owner.bases[0], outside, outside.branch)
    return path if path is not None and path.endswith(f".{_LAYER}") else None


def _layer(maker: SiteMaker, objects: LayerObjects, node: ast.Attribute, reference: Reference) -> str | None:
    """The path of the BatchNormalization that a method is read off: `self` or `super()` of a subclass, or an object."""
    value = node.value
    owner = None
    if isinstance(value, ast.Name):
        owner = owner_of(value.id, reference.scope)
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super":
        around = class_around(reference.scope)
        owner = around[0] if around is not None else None
    if owner is None:
        made = objects.layers(value, reference.scope, reference.branch)
        return next((one.path for one in made if one.name == _LAYER), None)
    inherited = isinstance(value, ast.Call) or not _defines(owner, node.attr)
    return _base(objects, owner, maker.bindings.scopes[owner].parent) if inherited else None


def _defines(owner: ast.ClassDef, name: str) -> bool:
    return any(isinstance(one, _FUNCTIONS) and one.name == name for one in owner.body)


def _is_taken(maker: SiteMaker, node: ast.Attribute) -> bool:
    """Whether it is `_moments` as Keras 3 takes it: of the inputs and a mask."""
    call = maker.bindings.parents.get(node)
    if node.attr != _MOMENTS or not isinstance(call, ast.Call) or call.func is not node:
        return node.attr == _MOMENTS
    unknown = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
    return unknown or (len(call.args) <= _TAKEN and all(one.arg in ("inputs", "mask") for one in call.keywords))
