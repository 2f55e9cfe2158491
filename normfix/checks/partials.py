"""Layers that are made by a `partial` of their class, wherever it is kept, also by a `partial` of a `partial`."""

from __future__ import annotations

import ast

from normfix.checks.arguments import KnownCallee, known_callee
from normfix.semantics.bindings import Bindings, CallSite
from normfix.semantics.chains import last_name
from normfix.semantics.definitions import imported_paths
from normfix.semantics.relevance import PARTIAL, partial_names
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Branch, Scope
from normfix.table.table import Table

_DEEPEST = 6


def callee_of_partial(call: CallSite, table: Table, resolver: Resolver) -> KnownCallee | None:
    """The layer that a call makes by a `partial` of it, or makes a further `partial` of."""
    function = call.node.func
    if not isinstance(function, ast.Name | ast.Attribute):
        return None
    if not _is_partial(call, resolver):
        return (
            _partial(function, call.scope, call.branch, table, resolver) if _may_be(function, call, resolver) else None
        )
    found = _partial(call.node.args[0], call.scope, call.branch, table, resolver) if call.node.args else None
    return found._replace(skipped=1) if found is not None else None


def _may_be(function: ast.expr, call: CallSite, resolver: Resolver) -> bool:
    """Whether a callee may be a `partial`: most are functions, and the files that these are in need not be parsed."""
    paths = imported_paths(function, call.scope, call.branch, resolver)
    return not paths or any(map(resolver.elsewhere.leads, paths))


def _partial(
    node: ast.expr, scope: Scope, branch: Branch, table: Table, resolver: Resolver, depth: int = _DEEPEST
) -> KnownCallee | None:
    """The layer that an expression surely is a `partial` of which gives nothing by place."""
    held = resolver.follower.origins(node, scope, branch)
    made = held.found[0] if len(held.found) == 1 and not held.unknown and depth else None
    if made is None or not isinstance(made.node, ast.Call) or len(made.node.args) != 1:
        return None
    site = CallSite(made.node, made.scope, made.branch)
    if not _is_partial(site, made.resolver):
        return None
    found = known_callee(site, table, made.resolver)
    found = found or _partial(made.node.args[0], made.scope, made.branch, table, made.resolver, depth - 1)
    return found._replace(skipped=0) if found is not None else None


def _is_partial(call: CallSite, resolver: Resolver) -> bool:
    names = resolver.remembered(_partials, lambda: _partials(resolver.bindings))
    if last_name(call.node.func) not in names:
        return False
    return PARTIAL in resolver.expression(call.node.func, call.scope, call.branch).paths


def _partials(bindings: Bindings) -> frozenset[str]:
    """The names that `partial` may have in a file."""
    every = (one for scope in bindings.scopes.values() for group in scope.bindings.values() for one in group)
    return partial_names(every) | {"partial"}
