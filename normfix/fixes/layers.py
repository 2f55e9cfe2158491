"""A call in its new form; where a function becomes a layer, only if the layer is made once."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from normfix.checks.sites import Scan, Site, UsedName, span_of
from normfix.checks.special_cases import only_on, special_case
from normfix.fixes.apply_method import called_directly, training_by_name
from normfix.fixes.argscope import scoped
from normfix.fixes.call_context import call_context_of
from normfix.fixes.hazards.precision import Precision, precision
from normfix.fixes.hoist import hoisted
from normfix.fixes.layer_names import other_of_name, unlike_others
from normfix.fixes.made_above import above_function
from normfix.fixes.membership import lost_collections
from normfix.fixes.named_dicts import spelled_out
from normfix.fixes.names import Names, Spelled
from normfix.fixes.outcome import CallText, Rewrite, Withheld, applicability_of, call_in
from normfix.fixes.ranks import ranked
from normfix.semantics.graph_mode import graph_marks
from normfix.semantics.scopes import Reference, ScopeKind
from normfix.source.python import expression_of
from normfix.source.text import Applicability, Edit, Span, apply_edits
from normfix.table.argument_map import CallMap
from normfix.table.table import Kind


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a call becomes, and what is to be said of it: a mapping that loses something, a precision, releases."""

    target: str
    mapping: CallMap
    unkept: str
    note: str
    only_on: Sequence[str]


def _asked_for(scan: Scan, site: Site, used: UsedName, call: ast.Call) -> _Asked | Withheld:
    """What one call becomes: by its symbol, unless it is a special case of it, by its rank and its precision."""
    assert site.symbol.entry is not None
    target, mapping = site.symbol.new, site.symbol.entry.arguments
    special = special_case(call, mapping)
    if special is not None:
        target, mapping = special.to, special.arguments
    mapping, unkept = ranked(scan, used, mapping)
    exact = precision(scan, used, mapping) if site.rule.kind is Kind.TO_LAYER else Precision({})
    if exact.refused:
        return Withheld(exact.refused)
    mapping = replace(mapping, add={**mapping.add, **exact.given}) if exact.given else mapping
    releases = only_on(scan.table.releases, special) if special is not None else []
    return _Asked(str(target), mapping, unkept, exact.note, releases)


def replaced_call(
    scan: Scan, site: Site, used: UsedName, names: Names, inside: Sequence[Edit] = ()
) -> Rewrite | Withheld:
    """The edits that replace one call, or why there are none.

    `inside` are the edits of calls that this one contains, and the imports that they need: they become part of it.
    The reason for a call that cannot become a layer where it stands ends with the line that a person would write.
    """
    # libcst takes longer to import than most checks take, so only a call that is rewritten pays for it.
    from normfix.fixes.calls import rewrite_call, with_keywords  # noqa: PLC0415

    assert used.call is not None
    assert site.symbol.entry is not None
    if refused := graph_reason(scan, site):
        return Withheld(refused)
    within_scopes = scoped(scan, site, used)
    if within_scopes.refused:
        return Withheld(within_scopes.refused)
    span, newline = span_of(scan.source, used.call), scan.source.newline
    named = spelled_out(scan, used, site.symbol.entry.arguments)
    text, beside = _with_inner(scan, span, [*inside, *named])
    text = with_keywords(text, newline, within_scopes.given)
    asked = _asked_for(scan, site, within_scopes.used, call_in(text))
    if isinstance(asked, Withheld):
        return asked
    spelled = names.spell(asked.target, used.reference, used.depth)
    if isinstance(spelled, Withheld):
        return spelled
    is_function, unlike = partial(_is_function, scan, used.reference), partial(unlike_others, scan)
    result = rewrite_call(text, newline, spelled.text, asked.mapping, is_function, unlike)
    if isinstance(result, Withheld):
        return result
    hazards = [f"the default of `{one}` changed between releases: give it" for one in result.unsettled[:1]]
    lost, unread = lost_collections(scan, site, within_scopes.used)
    shared = other_of_name(scan, site, used.call)
    hazards += [one for one in (asked.unkept, within_scopes.hazard, unread, asked.note) if one]
    hazards += asked.only_on
    hazards += [f"`{one.replacement}` is all that the dictionary is seen to have" for one in named]
    trust = Applicability.UNSAFE if hazards else applicability_of(site.rule)
    notes = (*within_scopes.notes, *result.notes, *lost, *hazards, *shared)
    rewrite = Rewrite((Edit(span.start, span.end, result.text), *spelled.imports, *beside), notes, trust)
    if site.rule.kind is not Kind.TO_LAYER:
        direct = (*called_directly(scan, used.call), *training_by_name(scan, site, used.call))
        return replace(rewrite, edits=(*rewrite.edits, *direct))
    return _made_once(scan, site, spelled, result, rewrite)


def _with_inner(scan: Scan, span: Span, inside: Sequence[Edit]) -> tuple[str, list[Edit]]:
    """The text of a call after the edits within it, and the other edits."""
    within = [edit for edit in inside if span.start <= edit.start and edit.end <= span.end]
    moved = [Edit(edit.start - span.start, edit.end - span.start, edit.replacement) for edit in within]
    text = apply_edits(scan.source.text[span.start : span.end], moved)
    return text, [edit for edit in inside if edit not in within]


def _is_function(scan: Scan, reference: Reference, text: str) -> bool:
    """Whether an expression beside a reference is certain to be a function: a lambda, a `def`, something of a library.

    A parameter may be None, and so may what a call returns.
    """
    node = expression_of(text)
    if isinstance(node, ast.Lambda):
        return True
    called = isinstance(node, ast.Call)
    chain = node.func if isinstance(node, ast.Call) else node
    root = chain
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    meaning = scan.resolver.name(root.id, reference.scope, reference.branch, reference.place)
    library = meaning.certain and all(_known(scan, path, called=called) for path in meaning.paths)
    defined = bool(meaning.bindings) and all(_defines(one.node) for one in meaning.bindings)
    return library or (defined and chain is root and not called)


def _defines(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda))


def _known(scan: Scan, path: str, *, called: bool) -> bool:
    return not called or scan.project.external(path) or path.partition(".")[0] == "functools"


def graph_reason(scan: Scan, site: Site) -> str:
    """Why a function must not become a Keras layer because of the program that it is in; empty when it may."""
    if site.rule.kind is not Kind.TO_LAYER:
        return ""
    if scan.legacy:
        return site.rule.advice
    marks = graph_marks(scan.resolver, scan.table.graph)
    if marks is not None:
        return (
            f"line {marks[1]} (`{marks[0]}`) makes this a graph program, where a Keras layer's moving averages stay at "
            "0 and 1"
        )
    return _program_around(scan, site)


def _program_around(scan: Scan, site: Site) -> str:
    """The graph program that a file which builds no graph belongs to, or may belong to."""
    file, programs = scan.project.resolved(scan.source.path), scan.project.programs(scan.source.path)
    outside = programs.builder(file)
    if outside is not None:
        other = programs.other_kind(file)
        both = f"; `{other.name}`, which is none, imports it too" if other is not None else ""
        return f"`{outside.name}` runs it in a graph program, where its moving averages would stay at 0 and 1{both}"
    orphaned = programs.orphan_of(file) if site.location.scope.kind is not ScopeKind.MODULE else None
    if orphaned is None:
        return ""
    return f"nobody is seen to import this file, and `{orphaned.name}` builds a graph that it may be part of"


def _made_once(scan: Scan, site: Site, spelled: Spelled, result: CallText, rewrite: Rewrite) -> Rewrite | Withheld:
    assert site.reference is not None
    assert site.reference.call is not None
    context = call_context_of(scan, site.reference.call)
    if context.refused is None:
        if context.hazard is None:
            return rewrite
        return replace(rewrite, applicability=Applicability.UNSAFE, notes=(*rewrite.notes, context.hazard))
    if context.method is not None:
        return hoisted(scan, site, context, spelled, result, rewrite)
    return above_function(scan, site, context, spelled, result, rewrite)
