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
from normfix.semantics.chains import written
from normfix.table.entries import ArgumentMatch
from normfix.table.table import Action, Table

_LITERALS = ("list", "slash", "size")
"""The shapes of values by which a rule goes, whatever the argument is."""

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
    """What a name or an attribute of `self` surely is at a call, on one line; any other expression itself."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return node
    held = maker.resolver.follower.origins(node, call.scope, call.branch)
    found = held.found[0].node if len(held.found) == 1 and not held.unknown else node
    return found if found.lineno == found.end_lineno else node


def _matching_arguments(handed: Handed, match: ArgumentMatch, told: Callable[[ast.expr], ast.expr]) -> Iterator[Found]:
    """The arguments that a rule matches, each with its keyword (for a position: the rule's `to`).

    What goes by a literal is also found under a name, and then only reported: a fix would have to change what the
    name is given.
    """
    follows = match.action is Action.REPORT or match.value in _LITERALS
    if match.position is not None and len(handed.placed) > match.position:
        before = handed.placed[: match.position + 1]
        value = handed.placed[match.position]
        read = told(value) if follows else value
        if not any(isinstance(one, ast.Starred) for one in before) and fits(read, match):
            yield value, match.to or f"argument {match.position + 1}", _through(value, read)
    for argument in handed.named:
        if argument.name in match.names:
            read = told(argument.value) if follows and not argument.through else argument.value
            if fits(read, match):
                yield argument.node, argument.name, argument.through or _through(argument.value, read)


def _through(value: ast.expr, read: ast.expr) -> str:
    """Where an argument is written out, if not at the call."""
    return f"line {read.lineno} gives `{written(value)}` its value: change it there" if read is not value else ""
