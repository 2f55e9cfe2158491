"""Keywords that no release of Keras takes, at the constructors of the normalization layers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from normfix.checks.arguments import known_callee
from normfix.checks.finding import Severity
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Judgement, Site
from normfix.semantics.bindings import CallSite
from normfix.table.entries import ArgumentMatch
from normfix.table.misspellings import meant_keyword
from normfix.table.table import Action, Rule, Table

UNKNOWN_ARGUMENT = "NF719"


def unknown_arguments(maker: SiteMaker, table: Table, calls: Sequence[CallSite]) -> Iterator[Site]:
    """A site for each keyword of a layer that is neither recorded nor the business of another rule."""
    rule = table.rules.get(UNKNOWN_ARGUMENT)
    for call in calls if rule is not None and table.keywords else ():
        if not any(keyword.arg for keyword in call.node.keywords):
            continue
        found = known_callee(call, table, maker.resolver)
        if found is None or found[0] not in table.keywords_of or found[0] != found[1].rpartition(".")[2]:
            continue
        callee, path, meaning, _ = found
        if table.match(path) is not None or not meaning.certain:
            continue
        for keyword in call.node.keywords:
            if keyword.arg and keyword.arg not in table.keywords_of[callee]:
                assert rule is not None
                match = _match(rule, callee, keyword.arg, table)
                meant = match.to if match.to not in _given(call.node) else None
                judgement = Judgement(Severity.ERROR, remark=f"; did you mean `{meant}`?" if meant else "")
                yield maker.argument(match, path, (call, keyword, keyword.arg), judgement=judgement)


def _match(rule: Rule, callee: str, name: str, table: Table) -> ArgumentMatch:
    """What the rule says of this keyword; `to` is the one that it may be a slip of, for the person to decide."""
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
