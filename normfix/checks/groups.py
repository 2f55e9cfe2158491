"""GroupNormalization on a channel count that its groups do not divide, where both can be read in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from normfix.checks.arguments import calls_of
from normfix.checks.channels import Channels, integer
from normfix.checks.finding import Severity, SiteKind
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Assessment, Site, Symbol
from normfix.semantics.bindings import CallSite
from normfix.table.table import Table

GROUP_COUNT = "NF803"
_LAYER = "GroupNormalization"
_DEFAULT_GROUPS = 32


def group_sites(maker: SiteMaker, table: Table, calls: Sequence[CallSite]) -> Iterator[Site]:
    """A site for each GroupNormalization whose groups cannot divide the channels that it gets."""
    rule = table.rules.get(GROUP_COUNT)
    if rule is None or _LAYER not in maker.source.text:
        return
    for call, path in calls_of(_LAYER, calls, table, maker.resolver):
        groups = _groups(call.node)
        reader = Channels(table, maker.bindings, maker.resolver, call.scope, call.branch)
        channels = reader.into(call) if groups else None
        if not groups or not channels or channels % groups == 0:
            continue
        assessment = Assessment(Severity.ERROR, remark=f": {groups} groups on {channels} channels")
        is_guarded, symbol = maker.call_is_guarded(call), Symbol(rule, path)
        yield maker.at(symbol, SiteKind.CALL, call.node, call, guarded=is_guarded, assessment=assessment)


def _groups(call: ast.Call) -> int | None:
    """The number of groups that a call asks for; None where the code does not say, or the channels are elsewhere."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in named or len(call.args) > 1 or (call.args and isinstance(call.args[0], ast.Starred)):
        return None
    if "axis" in named and integer(named["axis"]) != -1:
        return None
    value = call.args[0] if call.args else named.get("groups")
    groups = _DEFAULT_GROUPS if value is None else integer(value)
    return groups if groups is not None and groups > 0 else None
