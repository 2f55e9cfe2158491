"""Arguments that today's callables refuse or misread, found wherever they arrive."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from normfix.checks.arguments import fits
from normfix.checks.handed import Handed, Roads
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Site, UsedArgument
from normfix.semantics.bindings import CallSite
from normfix.table.entries import ArgumentMatch
from normfix.table.table import Action, Table

Found = tuple[ast.expr | ast.keyword, str, str]
"""The node of an argument, its keyword, and by which road it came, if not directly."""


def argument_sites(maker: SiteMaker, table: Table, calls: Sequence[CallSite]) -> Iterator[Site]:
    """A site for each argument of a known callee that some rule matches."""
    by_callee: dict[str, list[ArgumentMatch]] = defaultdict(list)
    for match in table.arguments:
        for callee in match.callees:
            by_callee[callee].append(match)
    roads = Roads(table, maker.resolver)
    for call in calls:
        handed = roads.handed(call)
        if handed is None:
            continue
        taken: set[tuple[ast.AST, str]] = set()
        for match in by_callee.get(handed.callee.name, ()):
            for node, name, through in _matching_arguments(handed, match, partial(_told, maker, call)):
                # The matches of one argument exclude each other; the first in the table's order counts.
                if (node, name) in taken:
                    continue
                taken.add((node, name))
                used = UsedArgument(call, match, node, name, through)
                yield maker.argument(used, handed.callee.path, certain=handed.callee.meaning.certain)


def _told(maker: SiteMaker, call: CallSite, node: ast.expr) -> ast.expr:
    """What a name or an attribute of `self` surely is at a call; any other expression itself."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return node
    held = maker.resolver.follower.origins(node, call.scope, call.branch)
    return held.found[0].node if len(held.found) == 1 and not held.unknown else node


def _matching_arguments(handed: Handed, match: ArgumentMatch, told: Callable[[ast.expr], ast.expr]) -> Iterator[Found]:
    """The arguments that a rule matches, each with its keyword (for a position: the rule's `to`).

    What is only reported is also found under a name; a fix would have to change what the name is given.
    """
    if match.position is not None and len(handed.placed) > match.position:
        before = handed.placed[: match.position + 1]
        value = handed.placed[match.position]
        read = told(value) if match.action is Action.REPORT else value
        if not any(isinstance(one, ast.Starred) for one in before) and fits(read, match):
            yield value, match.to or f"argument {match.position + 1}", ""
    for argument in handed.named:
        if argument.name in match.names and fits(argument.value, match):
            yield argument.node, argument.name, argument.through
