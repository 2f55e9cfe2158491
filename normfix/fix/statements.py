"""The import statements of a file, once it is known what becomes of every use."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

from normfix.checks.sites import Site, span_of
from normfix.fix.apply_method import training_by_name
from normfix.fix.draft import Draft, advice
from normfix.fix.imports import move_import, move_module
from normfix.fix.merged_imports import landing_of
from normfix.fix.outcome import Withheld, weakest
from normfix.semantics.scopes import Binding
from normfix.source.text import Applicability, Edit, Fix, outermost


def import_statements(draft: Draft) -> None:
    """Plan one set of edits for all names of a statement that can be trusted equally far."""
    statements: dict[ast.Import | ast.ImportFrom, list[Site]] = defaultdict(list)
    for site in draft.moved:
        assert site.imported is not None
        refused = _unready(draft, site)
        if refused is not None:
            draft.plan.outcomes[site] = draft.refused[draft.moved[site][0]] = refused
        else:
            statements[site.imported.site.node].append(site)
    for trust in (Applicability.SAFE, Applicability.UNSAFE):
        moves = {
            node: [draft.moved[site][1] for site in sites if draft.trust(site) is trust]
            for node, sites in statements.items()
        }
        for node, sites in statements.items():
            together = [site for site in sites if weakest(trust, draft.trust(site)) is trust]
            mine = [site for site in together if draft.trust(site) is trust]
            if mine:
                landing = landing_of(draft.scan, node, moves)
                _statement(draft, node, together, mine, trust, statements.get(landing, ()) if landing else ())


def _statement(
    draft: Draft,
    node: ast.Import | ast.ImportFrom,
    together: list[Site],
    mine: list[Site],
    trust: Applicability,
    landing: Sequence[Site] = (),
) -> None:
    edits: list[Edit] = []
    target: ast.Import | ast.ImportFrom | None = None
    for site in landing:
        # Both statements become one, so the fix of the first is part of this one.
        outcome = draft.plan.outcomes[site]
        edits += outcome.edits if isinstance(outcome, Fix) else ()
        target = site.imported.site.node if site.imported and edits else None
    names = {site.imported.alias: draft.moved[site][1] for site in together if site.imported}
    if isinstance(node, ast.ImportFrom):
        leaving = frozenset(binding.alias for binding, _ in draft.moved.values() if binding.alias)
        into = target if isinstance(target, ast.ImportFrom) else None
        moved = move_import(draft.scan, node, names, leaving, into)
        if moved is None:
            for site in mine:
                draft.plan.outcomes[site] = Withheld("the statement is laid out in a way that normfix leaves alone")
            return
        edits += moved
    else:
        for alias, goal in names.items():
            edits += move_module(draft.scan, node, alias, goal)
    preambles = [site.preamble for site in together if site.preamble]
    edits += (edit for preamble in preambles for edit in preamble.edits)
    notes = tuple(note for preamble in preambles for note in preamble.notes)
    for site in together:
        edits += _with_uses(draft, site)
    for site in mine:
        every = (*draft.notes(site), *notes)
        draft.plan.outcomes[site] = Fix(trust, advice(site), tuple(outermost(edits)), every)


def _unready(draft: Draft, site: Site) -> Withheld | None:
    """Why an import must stay: a use of its name needs new arguments and cannot get them."""
    if site.entry is None or site.entry.same_arguments:
        return None
    for reference in draft.references[draft.moved[site][0]]:
        if not any(one.reference and one.reference.reference is reference for one in draft.rewrites):
            return Withheld(f"line {reference.root.lineno} still uses it in its old form")
    return None


def _with_uses(draft: Draft, site: Site) -> Iterable[Edit]:
    """The edits that the uses of a moved name need: new calls, and the new local name everywhere else."""
    binding, target = draft.moved[site]
    rewritten = {one.reference.reference: one for one in draft.rewrites if one.reference}
    for reference in draft.references[binding]:
        use = rewritten.get(reference)
        if use is not None and draft.rewrites[use].edits:
            if draft.covered.get(use) is binding:
                yield from draft.rewrites[use].edits
        elif target.local != binding.name and reference.quoted is None:
            span = span_of(draft.scan.source, reference.root)
            yield Edit(span.start, span.end, target.local)
        call = draft.scan.bindings.parents.get(reference.node)
        if use is None and isinstance(call, ast.Call) and call.func is reference.node:
            yield from training_by_name(draft.scan, site, call)


def outcome_of(draft: Draft, binding: Binding) -> Fix | Withheld:
    """What becomes of the import that a use is mended by."""
    for site, (moved, _) in draft.moved.items():
        if moved is binding:
            return draft.plan.outcomes[site]
    if binding in draft.rebound:
        return draft.plan.outcomes[draft.rebound[binding]]
    return Withheld("its import stays as it is")
