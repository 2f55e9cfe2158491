"""Layers that a function may not make itself: made once, above it, where all that they are made of is known."""

from __future__ import annotations

import ast
from dataclasses import replace

from normfix.checks.sites import Scan, Site, span_of
from normfix.fixes.binding_order import is_free
from normfix.fixes.blocks import insert_below
from normfix.fixes.call_context import CallContext, local_names
from normfix.fixes.hoist import applied_text
from normfix.fixes.names import Spelled
from normfix.fixes.outcome import CallText, Rewrite, Withheld, in_one_line, weakest, words_of
from normfix.fixes.statement_above import above_statement
from normfix.semantics.scopes import start_place
from normfix.source.python import expression_of
from normfix.source.text import Applicability, Edit
from normfix.table.table import Kind

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_HAZARD = "the layer is made once, above `{}`, for all calls of it: right only if they are of one model"


def above_function(
    scan: Scan, site: Site, context: CallContext, spelled: Spelled, result: CallText, rewrite: Rewrite
) -> Rewrite | Withheld:
    """The layer made above the function that tf.function traces, or why not, with the lines to write."""
    assert site.reference is not None
    assert site.reference.call is not None
    call = site.reference.call
    around = next((one for one in scan.bindings.ancestors(call) if isinstance(one, _Function)), None)
    read = {one.id for one in ast.walk(expression_of(result.layer)) if isinstance(one, ast.Name)}
    inner = sorted(read & local_names(scan, around)) if around is not None else []
    applied = applied_text(result, "layer")
    if around is not None and inner:
        known = f"its layer needs `{_needing(result.layer, inner[0])}`, which only `{around.name}` knows"
        return Withheld(f"{context.refused}; {known}: make one for each outside, and write `{applied}` here")
    by_hand = f"make `layer = {in_one_line(result.layer)}` once, outside, and write `{applied}` here"
    if around is None or not context.traced or not isinstance(scan.bindings.parents.get(around), ast.Module):
        return Withheld(f"{context.refused}; {by_hand}")
    late = next((name for name in sorted(read) if not _is_bound_above(scan, name, around)), None)
    name = _name(scan, site, spelled.text)
    if late is not None or not is_free(scan, name, ""):
        return Withheld(f"{context.refused}; {by_hand}")
    made = _line_above(scan, around, f"{name} = {result.layer}")
    span = span_of(scan.source, call)
    text = f"{name}{result.applied}"
    used = Edit(span.start, span.end, f"{result.outer}({text})" if result.outer else text)
    notes = (*rewrite.notes, _HAZARD.format(around.name))
    edits = (*made, used, *spelled.imports)
    trust = weakest(Applicability.UNSAFE, rewrite.applicability)
    return replace(rewrite, edits=edits, notes=notes, applicability=trust)


def _needing(layer: str, name: str) -> str:
    """The argument of a layer that reads a name, as it is written; the name where it is no argument by keyword."""
    call = expression_of(layer)
    given = call.keywords if isinstance(call, ast.Call) else []
    reading = (one for one in given if any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(one)))
    return next((words_of(layer, one) for one in reading), name)


def _line_above(scan: Scan, function: _Function, line: str) -> list[Edit]:
    """The line below the last one above a function; above the function where a definition or an import ends there."""
    block = scan.tree.body
    before = block[block.index(function) - 1] if block.index(function) else None
    if before is None or isinstance(before, _Function | ast.ClassDef | ast.Import | ast.ImportFrom):
        return above_statement(scan, function, f"{line}{scan.source.newline}")
    return [insert_below(scan.source, before, line)]


def _is_bound_above(scan: Scan, name: str, function: _Function) -> bool:
    """Whether a name that the layer is made of has its meaning above a function; names that nothing binds are new."""
    bound = scan.bindings.module.bindings.get(name, ())
    return all(one.place < start_place(function) and not one.branch for one in bound)


def _name(scan: Scan, site: Site, layer: str) -> str:
    """A name for the layer, another one for each call of the file that may get one."""
    words = layer.rpartition(".")[2]
    base = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in words).strip("_")
    earlier = sum(
        one.target == site.target and one.rule.kind is Kind.TO_LAYER and one.reference is not None
        for one in scan.sites
        if one.span.start < site.span.start
    )
    return base if not earlier else f"{base}_{earlier + 1}"
