"""A call in its new form; where a function becomes a layer, only if the layer is made once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from normfix.fix.names import Names, Spelled
from normfix.fix.outcome import CallText, Rewrite, Withheld, applicability_of, weakest
from normfix.fix.standing import Standing, local_names, parameters, standing_of
from normfix.scan.graphmode import graph_marks
from normfix.scan.scopes import Reference
from normfix.scan.sites import Scan, Site, UsedName, span_of
from normfix.table import Kind
from normfix.text import Applicability, Edit, apply_edits


def replaced_call(
    scan: Scan, site: Site, used: UsedName, names: Names, inside: Sequence[Edit] = ()
) -> Rewrite | Withheld:
    """The edits that replace one call, or why there are none.

    `inside` are the edits of calls that this one contains, and the imports that they need: they become part of it.
    The reason for a call that cannot become a layer where it stands ends with the line that a person would write.
    """
    # libcst takes longer to import than most checks take, so only a call that is rewritten pays for it.
    from normfix.fix.calls import rewrite_call, special_case  # noqa: PLC0415

    assert used.call is not None
    assert site.entry is not None
    if refused := graph_reason(scan, site):
        return Withheld(refused)
    span = span_of(scan.source, used.call)
    within = [edit for edit in inside if span.start <= edit.start and edit.end <= span.end]
    beside = [edit for edit in inside if edit not in within]
    moved = [Edit(edit.start - span.start, edit.end - span.start, edit.replacement) for edit in within]
    text = apply_edits(scan.source.text[span.start : span.end], moved)
    newline = scan.source.newline
    target, mapping = site.new, site.entry.arguments
    special = special_case(text, newline, mapping)
    if special is not None:
        target, mapping = special.to, special.arguments
    spelled = names.spell(str(target), used.reference, used.depth)
    if isinstance(spelled, Withheld):
        return spelled
    result = rewrite_call(text, newline, spelled.text, mapping)
    if isinstance(result, Withheld):
        return result
    trust = applicability_of(site.rule)
    notes = result.notes
    if result.unsettled:
        trust = Applicability.UNSAFE
        notes = (*notes, f"the default of `{result.unsettled[0]}` changed between releases: give it")
    rewrite = Rewrite((Edit(span.start, span.end, result.text), *spelled.imports, *beside), notes, trust)
    if site.rule.kind is not Kind.TO_LAYER:
        return rewrite
    return _made_once(scan, used, spelled, result, rewrite)


def graph_reason(scan: Scan, site: Site) -> str:
    """Why a function must not become a Keras layer because of the program that it is in; empty when it may."""
    if site.rule.kind is not Kind.TO_LAYER:
        return ""
    if scan.legacy:
        return site.rule.advice
    marks = graph_marks(scan.bindings, scan.resolver, scan.table.graph)
    if marks is not None:
        return (
            f"line {marks[1]} (`{marks[0]}`) makes this a graph program, where a Keras layer's moving averages stay at "
            "0 and 1; `--strategy legacy` keeps them working"
        )
    outside = scan.project.graph_file(scan.source.path)
    if outside is None:
        return ""
    return f"{outside.name} runs it in a graph program; `--strategy legacy` keeps moving averages working"


def aimed_at(scan: Scan, site: Site, references: Iterable[Reference]) -> str:
    """Where the import of a callable points once its calls are new: elsewhere, if all of them are one special case."""
    assert site.target is not None
    if site.entry is None or not site.entry.arguments.instead:
        return site.target
    from normfix.fix.calls import special_case  # noqa: PLC0415

    found: set[str] = set()
    for reference in references:
        call = scan.bindings.parents.get(reference.node)
        if not isinstance(call, ast.Call) or call.func is not reference.node:
            return site.target
        span = span_of(scan.source, call)
        text = scan.source.text[span.start : span.end]
        special = special_case(text, scan.source.newline, site.entry.arguments)
        found.add(special.to if special else site.target)
    return found.pop() if len(found) == 1 else site.target


def _made_once(scan: Scan, used: UsedName, spelled: Spelled, result: CallText, rewrite: Rewrite) -> Rewrite | Withheld:
    assert used.call is not None
    standing = standing_of(scan, used.call)
    if standing.refused is None:
        if standing.doubt is None:
            return rewrite
        return replace(rewrite, applicability=Applicability.UNSAFE, notes=(*rewrite.notes, standing.doubt))
    if standing.method is not None:
        return _hoisted(scan, used.call, standing, spelled, result, rewrite)
    return Withheld(f"{standing.refused}; make `{result.layer}` once, outside, and call it with `{result.applied}`")


def _hoisted(
    scan: Scan, call: ast.Call, standing: Standing, spelled: Spelled, result: CallText, rewrite: Rewrite
) -> Rewrite | Withheld:
    """The layer made in `__init__` and called where the function was."""
    assert standing.method is not None
    assert standing.owner is not None
    name = _free_attribute(standing.owner, spelled.text)
    by_hand = f"{standing.refused}: `self.{name} = {result.layer}` there, `self.{name}{result.applied}` here"
    init = next(
        (one for one in standing.owner.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None
    )
    local = {part.id for part in ast.walk(ast.parse(result.layer)) if isinstance(part, ast.Name)}
    if init is None or local & local_names(scan, standing.method):
        return Withheld(by_hand)
    if "training" not in parameters(standing.method) and "BatchNormalization" in result.layer:
        return Withheld(f"{by_hand}; `{standing.method.name}` has no `training` argument to hand on, and needs one")
    last = init.body[-1]
    where = span_of(scan.source, last)
    indent = " " * last.col_offset
    made = Edit(where.end, where.end, f"{scan.source.newline}{indent}self.{name} = {result.layer}")
    span = span_of(scan.source, call)
    used = Edit(span.start, span.end, f"self.{name}{result.applied}")
    notes = (*rewrite.notes, f"the layer is made in `__init__` of `{standing.owner.name}`")
    trust = weakest(Applicability.UNSAFE, rewrite.applicability)
    return Rewrite((made, used, *spelled.imports), notes, trust)


def _free_attribute(owner: ast.ClassDef, layer: str) -> str:
    """An attribute name for a layer that the class does not use yet."""
    words = layer.rpartition(".")[2]
    base = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in words).strip("_")
    attributes = (node for node in ast.walk(owner) if isinstance(node, ast.Attribute))
    taken = {node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id == "self"}
    names = (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
