"""Names that a file gives to a legacy callable (`norm = slim.batch_norm`): all of their calls change, or none."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableMapping, Sequence

from normfix.fix.emptied import removal_of
from normfix.fix.names import References
from normfix.fix.outcome import Rewrite, Withheld, weakest
from normfix.scan.scopes import Binding, Reference, ScopeKind
from normfix.scan.sites import Scan, Site, span_of
from normfix.text import Applicability, Edit, Fix, Span, outermost

_REMOVE = "Remove the line, which has no use left"

Outcomes = MutableMapping[Site, Fix | Withheld]


def settle_aliases(
    scan: Scan,
    sites: Sequence[Site],
    references: References,
    rewrites: MutableMapping[Site, Rewrite],
    outcomes: Outcomes,
    dropped: MutableMapping[Site, Reference],
) -> None:
    """Join the rewrites of the calls under a name with the removal of the line that gives it.

    Where that line has to stay, the calls stay as well: it would fail before any of them is reached.
    """
    for binding, uses in _groups(scan, sites).items():
        giver = next((one for one in sites if one.reference and one.reference.node is binding.value), None)
        if giver is not None and isinstance(outcomes.get(giver), Fix):
            continue
        edits = _together(scan, binding, references[binding], uses, rewrites) if giver is not None else []
        if giver is None or not edits:
            _withhold(scan, binding, uses, rewrites, outcomes, dropped)
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
        dropped[giver] = giver.reference.reference


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


def _together(
    scan: Scan,
    binding: Binding,
    references: Iterable[Reference],
    uses: Sequence[Site],
    rewrites: Mapping[Site, Rewrite],
) -> list[Edit]:
    """The edits of all uses of a name and of the line that gives it; none where one of them has to stay."""
    called = {use.reference.reference for use in uses if use.reference and use in rewrites and rewrites[use].edits}
    if not all(one in called for one in references) or len(called) < len(uses) or not _is_private(scan, binding):
        return []
    removal = removal_of(scan, binding)
    edits = outermost([*removal, *(edit for use in uses for edit in rewrites[use].edits)])
    nested = len({edit for use in uses for edit in rewrites[use].edits} - set(edits))
    safe = all(rewrites[use].applicability is Applicability.SAFE for use in uses)
    # A call within another one is part of its new text only where it is safe.
    return edits if removal and (safe or not nested) else []


def _is_private(scan: Scan, binding: Binding) -> bool:
    """Whether a name is given once, whatever happens, and nobody else reads it."""
    scope = binding.scope
    if binding.branch or scope.kind is ScopeKind.CLASS or len(scope.bindings[binding.name]) > 1:
        return False
    if any(f"{quote}{binding.name}{quote}" in scan.source.text for quote in "\"'"):
        return False
    return scope.kind is not ScopeKind.MODULE or not scan.project.taken_elsewhere(scan.source.path, binding.name)


def _withhold(
    scan: Scan,
    binding: Binding,
    uses: Sequence[Site],
    rewrites: MutableMapping[Site, Rewrite],
    outcomes: Outcomes,
    dropped: MutableMapping[Site, Reference],
) -> None:
    reason = f"line {binding.place[0]} gives it the name `{binding.name}` and has to change by hand, all uses with it"
    inside = [use.span for use in uses if use in rewrites]
    for site in [one for one in rewrites if one in uses or _contains(scan, one, inside)]:
        del rewrites[site]
        outcomes[site] = Withheld(reason)
        dropped.pop(site, None)


def _contains(scan: Scan, site: Site, spans: Iterable[Span]) -> bool:
    """Whether the call of a site has one of some places within it."""
    call = site.reference.call if site.reference is not None else None
    if call is None:
        return False
    span = span_of(scan.source, call)
    return any(span.start <= one.start and one.end <= span.end for one in spans)
