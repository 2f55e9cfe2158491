"""The import statements of a file, once it is known what becomes of every use."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

from normfix.checks.sites import Site, span_of
from normfix.fixes.apply_method import training_by_name
from normfix.fixes.binding_order import crosses
from normfix.fixes.draft import Draft, advice
from normfix.fixes.imports import MovedName, move_import, move_module, remove_name
from normfix.fixes.merged_imports import MergedImports
from normfix.fixes.outcome import Withheld, weakest
from normfix.semantics.blocks import Block, block_of
from normfix.source.text import Applicability, Edit, Fix, outermost


def import_statements(draft: Draft) -> None:
    """Plan one set of edits for all names of a statement that can be trusted equally far."""
    _Statements(draft).plan()


class _Statements:
    """The import statements of a draft whose uses are planned."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._uses = {one.reference.reference: one for one in draft.rewrites if one.reference}
        self._leaving = frozenset(binding.alias for binding, _ in draft.moved.values() if binding.alias)
        self._plain: dict[tuple[Block, int, str], Site] = {}
        self._sites: dict[ast.Import | ast.ImportFrom, list[Site]] = defaultdict(list)

    def plan(self) -> None:
        """Plan the statements that are ready, and note what is refused."""
        draft = self._draft
        for site in draft.moved:
            assert site.imported is not None
            refused = self._unready(site)
            if refused is not None:
                draft.plan.outcomes[site] = draft.refused[draft.moved[site][0]] = refused
            else:
                self._sites[site.imported.site.node].append(site)
        for trust in (Applicability.SAFE, Applicability.UNSAFE):
            self._plan_trusted(trust)

    def _plan_trusted(self, trust: Applicability) -> None:
        draft = self._draft
        trusted = {site: draft.trust(site) for sites in self._sites.values() for site in sites}
        merged = MergedImports(
            draft.scan,
            {
                node: [draft.moved[site][1] for site in sites if trusted[site] is trust]
                for node, sites in self._sites.items()
            },
        )
        for node, sites in self._sites.items():
            together = [site for site in sites if weakest(trust, trusted[site]) is trust]
            mine = [site for site in together if trusted[site] is trust]
            if mine:
                first = merged.first(node)
                self._statement(node, together, mine, trust, self._sites.get(first, ()) if first else ())

    def _statement(
        self,
        node: ast.Import | ast.ImportFrom,
        together: list[Site],
        mine: list[Site],
        trust: Applicability,
        merged_into: Sequence[Site] = (),
    ) -> None:
        draft = self._draft
        edits: list[Edit] = []
        target: ast.Import | ast.ImportFrom | None = None
        for site in merged_into:
            # Both statements become one, so the fix of the first is part of this one.
            outcome = draft.plan.outcomes[site]
            edits += outcome.edits if isinstance(outcome, Fix) else ()
            target = site.imported.site.node if site.imported and edits else None
        names = {site.imported.alias: draft.moved[site][1] for site in together if site.imported}
        if isinstance(node, ast.ImportFrom):
            into = target if isinstance(target, ast.ImportFrom) else None
            starts = {span_of(draft.scan.source, alias).start for alias in into.names} if into else set()
            respelled = not starts.isdisjoint(edit.start for edit in edits)
            given = [draft.moved[site][1].clause for site in merged_into]
            moved = move_import(draft.scan, node, names, self._leaving, into, given=given, respelled=respelled)
            if moved is None:
                for site in mine:
                    reason = "the statement is laid out in a way that normfix leaves alone"
                    draft.plan.outcomes[site] = Withheld(reason)
                return
            edits += moved
        else:
            for site in together:
                assert site.imported is not None
                goal = draft.moved[site][1]
                edits += self._as_above(node, site, goal) or move_module(draft.scan, node, site.imported.alias, goal)
        preambles = [site.preamble for site in together if site.preamble]
        edits += (edit for preamble in preambles for edit in preamble.edits)
        notes = tuple(note for preamble in preambles for note in preamble.notes)
        for site in together:
            edits += self._with_uses(site)
        joined = tuple(outermost(edits))
        for site in mine:
            draft.plan.outcomes[site] = Fix(trust, advice(site), joined, (*draft.notes(site), *notes))

    def _as_above(self, node: ast.Import, site: Site, goal: MovedName) -> list[Edit]:
        """The edits of a plain import that becomes what one above it becomes: it goes, with the fix of that one."""
        scan, imported = self._draft.scan, site.imported
        assert imported is not None
        if imported.alias.asname is not None or goal.local != goal.name.partition(".")[0]:
            return []
        part, _ = scan.source.part_of(node.lineno)
        first = self._plain.setdefault((block_of(scan.bindings, node), part, goal.name), site)
        outcome = self._draft.plan.outcomes.get(first)
        if first is site or first.imported is None or not isinstance(outcome, Fix):
            return []
        removal = remove_name(scan, node, imported.alias)
        above = first.imported.site.node
        return [*removal, *outcome.edits] if removal and not crosses(scan, node, above, {goal.local}) else []

    def _unready(self, site: Site) -> Withheld | None:
        """Why an import must stay: a use of its name needs new arguments and cannot get them."""
        if site.symbol.entry is None or site.symbol.entry.same_arguments:
            return None
        for reference in self._draft.references[self._draft.moved[site][0]]:
            if reference not in self._uses:
                return Withheld(f"line {reference.root.lineno} still uses it in its old form")
        return None

    def _with_uses(self, site: Site) -> Iterable[Edit]:
        """The edits that the uses of a moved name need: new calls, and the new local name everywhere else."""
        draft = self._draft
        binding, target = draft.moved[site]
        for reference in draft.references[binding]:
            use = self._uses.get(reference)
            if use is not None and draft.rewrites[use].edits:
                if draft.covered.get(use) is binding:
                    yield from draft.rewrites[use].edits
            elif target.local != binding.name and reference.quoted is None:
                span = span_of(draft.scan.source, reference.root)
                yield Edit(span.start, span.end, target.local)
            call = draft.scan.bindings.parents.get(reference.node)
            if use is None and isinstance(call, ast.Call) and call.func is reference.node:
                yield from training_by_name(draft.scan, site, call)
