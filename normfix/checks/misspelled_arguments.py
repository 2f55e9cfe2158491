"""Keywords that no release of Keras takes, at the constructors of the normalization layers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from normfix.checks.finding import Severity
from normfix.checks.handed import Roads
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Assessment, Site, UsedArgument
from normfix.semantics.bindings import CallSite
from normfix.table.entries import ArgumentMatch
from normfix.table.misspellings import meant_keyword
from normfix.table.table import Action, Rule, Table

UNKNOWN_ARGUMENT = "NF719"


def unknown_arguments(maker: SiteMaker, table: Table, calls: Sequence[CallSite]) -> Iterator[Site]:
    """A site for each keyword of a layer that is neither recorded nor the business of another rule."""
    rule = table.rules.get(UNKNOWN_ARGUMENT)
    roads = Roads(table, maker.resolver)
    for call in calls if rule is not None and table.keywords else ():
        if not call.node.keywords:
            continue
        found = roads.handed(call)
        if found is None or found.callee.name not in table.keywords_of:
            continue
        callee, path, meaning, _ = found.callee
        if callee != path.rpartition(".")[2] or table.match(path) is not None or not meaning.certain:
            continue
        for one in found.named:
            if one.name not in table.keywords_of[callee]:
                assert rule is not None
                match = _match(rule, callee, one.name, table)
                meant = match.to if match.to not in _given(call.node) else None
                assessment = Assessment(Severity.ERROR, remark=f"; did you mean `{meant}`?" if meant else "")
                used = UsedArgument(call, match, one.node, one.name, one.through)
                yield maker.argument(used, path, assessment=assessment)


def _match(rule: Rule, callee: str, name: str, table: Table) -> ArgumentMatch:
    """What the rule says of this keyword; `to` is the one that it may be a misspelling of, for the person to decide."""
    return ArgumentMatch(
        rule=rule,
        callees=(callee,),
        names=(name,),
        position=None,
        value=None,
        literals=(),
        action=Action.REPORT,
        to=meant_keyword(name, table.accepted(callee)),
        replacements={},
    )


def _given(call: ast.Call) -> frozenset[str]:
    return frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
