"""Names that a file gives to a legacy callable (`norm = slim.batch_norm`): all of their calls change, or none."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from normfix.checks.sites import Scan, Site, span_of
from normfix.fixes.draft import Draft
from normfix.fixes.held_names import held
from normfix.fixes.outcome import Withheld, weakest
from normfix.fixes.unused_imports import removal_of
from normfix.semantics.scopes import Binding, ScopeKind
from normfix.source.text import Applicability, Edit, Fix, Span, outermost

_REMOVE = "Remove the line, which has no use left"


def settle_aliases(draft: Draft, sites: Sequence[Site]) -> None:
    """Join the rewrites of the calls under a name with the removal of the line that gives it.

    Where that line has to stay, the calls stay as well: it would fail before any of them is reached.
    """
    outcomes = draft.plan.outcomes
    for binding, uses in _groups(draft.scan, sites).items():
        giver = next((one for one in sites if one.reference and one.reference.node is binding.value), None)
        if giver is not None and isinstance(outcomes.get(giver), Fix):
            continue
        edits = _together(draft, binding, giver, uses)
        if giver is None or not edits:
            _withhold(draft, binding, uses)
            continue
        fixes = [one for use in uses if isinstance(one := outcomes[use], Fix)]
        trust = Applicability.SAFE
        for fix in fixes:
            trust = weakest(trust, fix.applicability)
        for use, fix in zip(uses, fixes, strict=True):
            outcomes[use] = Fix(trust, fix.message, tuple(edits), fix.notes)
        notes = dict.fromkeys(note for fix in fixes for note in fix.notes)
        outcomes[giver] = Fix(trust, _REMOVE, tuple(edits), tuple(notes))
        assert giver.reference is not None
        root = giver.reference.reference
        if not any(re.search(rf"\b{root.name}\b", edit.replacement) for edit in edits):
            draft.plan.dropped[giver] = root


def _groups(scan: Scan, sites: Sequence[Site]) -> Mapping[Binding, list[Site]]:
    """The uses of legacy callables by the assignment that their name comes from."""
    found: dict[Binding, list[Site]] = defaultdict(list)
    for site in sites:
        if site.reference is None or site.reference.depth or site.guarded:
            continue
        for binding in scan.resolver.reference(site.reference.reference).bindings:
            if binding.path is None and isinstance(binding.value, ast.Name | ast.Attribute):
                found[binding].append(site)
    return found


def _together(draft: Draft, binding: Binding, giver: Site | None, uses: Sequence[Site]) -> list[Edit]:
    """The edits of all uses of a name and of the line that gives it; none where one of them has to stay."""
    if giver is None or giver.reference is None or not giver.reference.depth or not _is_private(draft.scan, binding):
        return []
    new = [edit for use in uses if use in draft.rewrites for edit in draft.rewrites[use].edits]
    called = {use.reference.reference for use in uses if use.reference and use in draft.rewrites}
    if len(called) < len(uses) or not all(one in called for one in draft.references[binding]):
        return []
    removal = removal_of(draft.scan, binding)
    edits = outermost([*removal, *new])
    # A call within another one is part of its new text only where it is safe.
    safe = all(draft.rewrites[use].applicability is Applicability.SAFE for use in uses)
    return edits if removal and (safe or set(new) <= set(edits)) else []


def _is_private(scan: Scan, binding: Binding) -> bool:
    """Whether a name is given once, whatever happens, and nobody else reads it."""
    scope = binding.scope
    if binding.branch or scope.kind is ScopeKind.CLASS or len(scope.bindings[binding.name]) > 1:
        return False
    if any(f"{quote}{binding.name}{quote}" in scan.source.text for quote in "\"'"):
        return False
    return held(scan, binding) is None


def _withhold(draft: Draft, binding: Binding, uses: Sequence[Site]) -> None:
    reason = f"line {binding.place[0]} gives it the name `{binding.name}`, and that line and all its uses go together"
    inside = [use.span for use in uses if use in draft.rewrites]
    for site in [one for one in draft.rewrites if one in uses or _contains(draft.scan, one, inside)]:
        del draft.rewrites[site]
        draft.plan.outcomes[site] = Withheld(reason)
        draft.plan.dropped.pop(site, None)
        draft.uncover(site)


def _contains(scan: Scan, site: Site, spans: Iterable[Span]) -> bool:
    """Whether the call of a site has one of some places within it."""
    call = site.reference.call if site.reference is not None else None
    if call is None:
        return False
    span = span_of(scan.source, call)
    return any(span.start <= one.start and one.end <= span.end for one in spans)
