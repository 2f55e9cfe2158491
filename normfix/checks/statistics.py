"""Normalization with one number for mean or variance on several channels, which Keras 3.0 to 3.7 cannot reshape."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from normfix.checks.arguments import calls_of
from normfix.checks.channels import Channels, integer
from normfix.checks.finding import SiteKind
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Assessment, Site, Symbol
from normfix.semantics.bindings import CallSite
from normfix.semantics.guards import Guarded, guarded
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import start_place
from normfix.table.table import Table

ONE_NUMBER = "NF804"
_LAYER = "Normalization"
_ERRORS = frozenset({"InvalidArgumentError", "OpError", "Exception", "BaseException"})
_STATISTICS = ("mean", "variance")


def statistics_sites(maker: SiteMaker, table: Table, calls: Sequence[CallSite]) -> Iterator[Site]:
    """A site for each Normalization that has one number where its input has several channels."""
    rule = table.rules.get(ONE_NUMBER)
    if rule is None or _LAYER not in maker.source.text:
        return
    for call, path in calls_of(_LAYER, calls, table, maker.resolver):
        single = _single(call, maker.resolver)
        reader = Channels(table, maker.bindings, maker.resolver, call.scope, call.branch)
        channels = reader.into(call) if single else None
        if not channels or channels == 1:
            continue
        assessment = Assessment(remark=f": {single}= is one number, and the input has {channels} channels")
        is_guarded = guarded(Guarded(call.node, call.branch, call.scope, errors=_ERRORS), maker.resolver)
        symbol = Symbol(rule, path)
        yield maker.at(symbol, SiteKind.CALL, call.node, call, guarded=is_guarded, assessment=assessment)


def _single(call: CallSite, resolver: Resolver) -> str:
    """Which of mean and variance is one number, of a call that gives both for the last axis; empty where none is."""
    named = {keyword.arg: keyword.value for keyword in call.node.keywords}
    axis = call.node.args[0] if call.node.args else named.get("axis")
    if None in named or len(call.node.args) > 1 or not named.keys() >= set(_STATISTICS):
        return ""
    if axis is not None and integer(axis) != -1:
        return ""
    return next((name for name in _STATISTICS if _is_one_number(named[name], call, resolver)), "")


def _is_one_number(node: ast.expr, call: CallSite, resolver: Resolver) -> bool:
    """Whether a value is a number, or a list of one, in the code or under a name that is given nothing else."""
    if isinstance(node, ast.Name):
        bindings = resolver.name(node.id, call.scope, call.branch, start_place(node)).bindings
        value = bindings[0].value if len(bindings) == 1 else None
        return value is not None and not isinstance(value, ast.Name) and _is_one_number(value, call, resolver)
    if isinstance(node, ast.List | ast.Tuple):
        return len(node.elts) == 1 and _is_one_number(node.elts[0], call, resolver)
    if isinstance(node, ast.UnaryOp):
        return _is_one_number(node.operand, call, resolver)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)
