"""A class where a layer is meant, a tensor where the layer should have been called, a layer that nobody calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from normfix.checks.finding import Severity, SiteKind
from normfix.checks.layer_objects import LayerObjects
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Assessment, Correction, Site, Symbol
from normfix.prefilter.objects import only_once
from normfix.semantics.bindings import CallSite
from normfix.semantics.chains import last_name
from normfix.semantics.relevance import Relevance
from normfix.semantics.scopes import TRIES, ScopeKind
from normfix.source.parts import PartsText
from normfix.source.text import Edit
from normfix.table.table import Table

CLASS = "NF808"
NOT_CALLED = "NF805"
ANEW = "NF806"
TENSOR = "NF721"
_WITHOUT_WEIGHTS = frozenset({"UnitNormalization", "Normalization"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SEQUENTIAL = "Sequential"
_WRAPPER = "TimeDistributed"
_GIVEN_LAYERS = frozenset({"layer", "layers"})
_ERROR = Assessment(Severity.ERROR)


def class_sites(maker: SiteMaker, table: Table, calls: Sequence[CallSite], relevance: Relevance) -> Iterator[Site]:
    """The sites of one file; `calls` are those that may make a layer."""
    objects = LayerObjects(maker, table)
    said: set[ast.AST] = set()
    for call in maker.bindings.calls:
        for node in _classes_in(objects, maker, call, relevance):
            path = objects.layer_class(node, call.scope, call.branch)
            if path is not None and node not in said:
                said.add(node)
                site = _site(maker, table, CLASS, path, node, call, _ERROR)
                mended = Correction(Edit(site.span.end, site.span.end, "()"))
                yield replace(site, used=mended) if _is_handed_in(maker, node, call) else site
    for call in calls:
        yield from _made(maker, table, objects, call)


def _is_handed_in(maker: SiteMaker, node: ast.expr, call: CallSite) -> bool:
    """Whether a class stands in the call that makes or widens a model, by itself or in a list, so that brackets do."""
    first = _first(call.node)
    if node is first:
        return last_name(call.node.func) in ("add", _WRAPPER)
    return isinstance(first, ast.List | ast.Tuple) and maker.bindings.parents.get(node) is first


def _classes_in(objects: LayerObjects, maker: SiteMaker, call: CallSite, relevance: Relevance) -> Iterator[ast.expr]:
    """The expressions that a call takes as layers, or as tensors."""
    node, follower = call.node, maker.resolver.follower
    first = _first(node)
    if first is None:
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr == "add" and len(node.args) + len(node.keywords) == 1:
        if objects.is_sequential(node.func.value, call.scope, call.branch):
            yield from (one.node for one in follower.origins(first, call.scope, call.branch).found)
    elif _may_be_sequential(node.func, relevance) and objects.is_called(node, call.scope, call.branch, _SEQUENTIAL):
        yield from (one.node for one in follower.elements(first, call.scope, call.branch).found)
    elif (
        relevance.may_be_symbol(first)
        and objects.layer_class(first, call.scope, call.branch)
        and (
            objects.layers(node.func, call.scope, call.branch)
            or objects.is_called(node, call.scope, call.branch, _WRAPPER)
        )
    ):
        yield first


def _first(call: ast.Call) -> ast.expr | None:
    """What a call is given first, or as its layers."""
    if call.args:
        return None if isinstance(call.args[0], ast.Starred) else call.args[0]
    return next((one.value for one in call.keywords if one.arg in _GIVEN_LAYERS), None)


def _may_be_sequential(function: ast.expr, relevance: Relevance) -> bool:
    """Whether a callee may be the model; most are not, and resolving each is what costs."""
    if isinstance(function, ast.Attribute):
        return function.attr == _SEQUENTIAL
    return isinstance(function, ast.Name) and function.id in relevance.interesting


def _made(maker: SiteMaker, table: Table, objects: LayerObjects, call: CallSite) -> Iterator[Site]:
    """What is wrong with a layer where it is made."""
    origins = maker.resolver.follower.origins(call.node, call.scope, call.branch)
    made = objects.made(origins.found[0]) if len(origins.found) == 1 and origins.found[0].node is call.node else None
    if made is None:
        return
    first = call.node.args[0] if call.node.args else None
    if first is not None and objects.is_tensor(first, call.scope, call.branch):
        yield _site(maker, table, TENSOR, made.path, call.node, call, Assessment())
    elif _is_dropped(maker, call):
        yield _site(maker, table, NOT_CALLED, made.path, call.node, call, Assessment())
    elif made.name not in _WITHOUT_WEIGHTS and _is_anew(maker, call):
        yield _site(maker, table, ANEW, made.path, call.node, call, Assessment())


def _is_dropped(maker: SiteMaker, call: CallSite) -> bool:
    """Whether nothing keeps a new layer: it is a statement of its own, or in a local name that nobody reads."""
    parent = maker.bindings.parents.get(call.node)
    if isinstance(parent, ast.Expr):
        around = maker.bindings.ancestors(parent)
        tried = any(isinstance(one, (ast.With, ast.AsyncWith, *TRIES)) for one in around)
        return not tried and not isinstance(maker.source, PartsText)
    if not isinstance(parent, ast.Assign) or call.scope.kind is not ScopeKind.FUNCTION or len(parent.targets) != 1:
        return False
    if maker.source.with_docstrings and maker.source.part_of(call.node.lineno)[0]:
        # An example is a function here, and its reader goes on with the layer.
        return False
    target = parent.targets[0]
    if not isinstance(target, ast.Name) or target.id.startswith("_") or target.id in call.scope.outer_names:
        return False
    return only_once(maker.source.text.encode(), target.id.encode())


def _is_anew(maker: SiteMaker, call: CallSite) -> bool:
    """Whether a layer is made and called in the `call` of a model or layer."""
    function = call.scope.node
    owner = call.scope.parent.node if call.scope.parent is not None else None
    if not isinstance(function, _FUNCTIONS) or function.name != "call" or not isinstance(owner, ast.ClassDef):
        return False
    parent = maker.bindings.parents.get(call.node)
    return bool(owner.bases) and isinstance(parent, ast.Call) and parent.func is call.node


def _site(
    maker: SiteMaker, table: Table, code: str, path: str, node: ast.expr, call: CallSite, assessment: Assessment
) -> Site:
    guarded = maker.call_is_guarded(call)
    return maker.at(Symbol(table.rules[code], path), SiteKind.CALL, node, call, guarded=guarded, assessment=assessment)
