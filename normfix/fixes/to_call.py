"""Arguments that a layer's constructor never took, and that belong to its call."""

from __future__ import annotations

import ast
from dataclasses import replace

from normfix.checks.sites import Scan, Site, UsedArgument, span_of
from normfix.fixes.outcome import Rewrite, Withheld
from normfix.semantics.scopes import start_place
from normfix.source.text import Applicability, Edit
from normfix.table.table import Action

_TRAINING = "training"
_MOVED = "no release took `{}` in the constructor: the layer is told now"


def at_the_call(scan: Scan, site: Site, used: UsedArgument) -> Rewrite | Withheld:
    """The argument at the call of the layer, where that stands right behind the constructor."""
    # libcst takes longer to import than most checks take, so only a call that is rewritten pays for it.
    from normfix.fixes.changes import change_argument  # noqa: PLC0415

    call = used.call.node
    outer = scan.bindings.parents.get(call)
    if not isinstance(used.node, ast.keyword):
        return Withheld(site.rule.advice)
    value = used.node.value
    given = span_of(scan.source, value)
    text = scan.source.text[given.start : given.end]
    if not isinstance(outer, ast.Call) or outer.func is not call or not outer.args:
        return Withheld(
            f"line {call.lineno} does not call the layer: take it out there, and give `training={text}` at each call"
        )
    if len(outer.args) > 1 or any(one.arg in (None, _TRAINING) for one in outer.keywords):
        return Withheld(f"line {outer.lineno} may tell the layer already: take it out of the constructor")
    ordered: list[ast.expr | ast.keyword] = sorted((*call.args, *call.keywords), key=start_place)
    span = span_of(scan.source, call)
    gone = replace(used.match, action=Action.DROP)
    made = change_argument(scan.source.text[span.start : span.end], scan.source.newline, ordered.index(used.node), gone)
    if isinstance(made, Withheld):
        return made
    last = max((*outer.args, *(one.value for one in outer.keywords)), key=start_place)
    end = span_of(scan.source, last).end
    edits = (Edit(span.start, span.end, made.text), Edit(end, end, f", {_TRAINING}={text}"))
    return Rewrite(edits, (_MOVED.format(used.name),), Applicability.UNSAFE)
