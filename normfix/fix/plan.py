"""Plans a fix for each site of a file: where imports will point first, then the uses, then the import statements."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile

from normfix.fix.doubts import doubt
from normfix.fix.emptied import Leftovers, binding_of, is_gone
from normfix.fix.imports import MovedName, move_import, move_module
from normfix.fix.landing import landing_of
from normfix.fix.layers import aimed_at, graph_reason, replaced_call
from normfix.fix.names import Names, Renamed, Spelled, local_name, references_of
from normfix.fix.outcome import Rewrite, Withheld, applicability_of, weakest
from normfix.fix.ranks import ranked
from normfix.fix.values import in_container, plain_class, value_reason
from normfix.scan.finding import SiteKind
from normfix.scan.scopes import Binding, Reference
from normfix.scan.sites import Preamble, Scan, Site, UsedArgument, UsedName, span_of
from normfix.table import Action, Kind
from normfix.text import Applicability, Edit, Fix, Span, outermost

_MENDED_BY_IMPORT = (Kind.MOVED, Kind.RENAMED, Kind.MISSPELLED, Kind.SIBLING)


@dataclass
class Plan:
    """The outcome for every site, and the references that its fixes give up."""

    scan: Scan
    outcomes: dict[Site, Fix | Withheld] = field(default_factory=dict)
    dropped: dict[Site, Reference] = field(default_factory=dict)


def plan_fixes(scan: Scan, sites: Sequence[Site]) -> Plan:
    """A fix, or the reason why there is none, for each of `sites`."""
    return _Planner(scan, sites).run()


class _Planner:
    def __init__(self, scan: Scan, sites: Sequence[Site]) -> None:
        self.scan = scan
        self.sites = sites
        self.plan = Plan(scan)
        self.references = references_of(scan)
        self.names = Names(scan)
        self.moved: dict[Site, tuple[Binding, MovedName]] = {}
        self.rewrites: dict[Site, Rewrite] = {}
        self.covered: dict[Site, Binding] = {}
        self.rebound: dict[Binding, Site] = {}

    def run(self) -> Plan:
        for site in self.sites:
            if site.preamble is not None and site.preamble.binds:
                self._rebind(site, site.preamble)
            elif site.imported is not None:
                self._aim(site)
        # Backwards, so that a call inside another one is rewritten before the outer one takes its text.
        for site in reversed(self.sites):
            if is_gone(site) or site.preamble is not None:
                continue
            if site.reference is not None:
                self._settle(site, self._use(site, site.reference))
            elif site.argument is not None:
                self._settle(site, self._argument(site, site.argument))
            elif site.imported is None:
                self.plan.outcomes[site] = Withheld(site.rule.advice or "it stands in a string")
        self._import_statements()
        leftovers = Leftovers(self.scan, self.references, self.rewrites, self.plan.dropped, self._trust)
        for site in self.sites:
            if site not in self.plan.outcomes and (site.imported is not None or is_gone(site)):
                self.plan.outcomes[site] = leftovers.emptied(site)
        for site, binding in self.covered.items():
            self.plan.outcomes[site] = self._outcome_of(binding)
        return self.plan

    def _settle(self, site: Site, outcome: Rewrite | Withheld) -> None:
        if isinstance(outcome, Withheld):
            self.plan.outcomes[site] = outcome
            return
        self.rewrites[site] = outcome
        if outcome.edits:
            doubted = doubt(self.scan, site)
            trust = weakest(outcome.applicability, self._trust(site))
            self.plan.outcomes[site] = Fix(trust, _advice(site), outcome.edits, (*outcome.notes, *_said(doubted)))

    def _trust(self, site: Site) -> Applicability:
        """How far a site's fix can be trusted: no farther than the uses that it mends."""
        binding = self.moved[site][0] if site in self.moved else None
        references = self.references[binding] if binding else ()
        trust = Applicability.UNSAFE if doubt(self.scan, site, references) else applicability_of(site.rule)
        for use in self._mended(site):
            trust = weakest(trust, self.rewrites[use].applicability)
        return trust

    def _notes(self, site: Site) -> tuple[str, ...]:
        notes = [note for use in self._mended(site) for note in self.rewrites[use].notes]
        notes += _said(doubt(self.scan, site, self.references[self.moved[site][0]]))
        return tuple(dict.fromkeys(notes))

    def _mended(self, site: Site) -> list[Site]:
        """The uses that change together with an import."""
        binding = self.moved[site][0] if site in self.moved else None
        return [use for use, covering in self.covered.items() if covering is binding]

    # -- where imports will point

    def _aim(self, site: Site) -> None:
        """Decide where one imported name goes, before any use is looked at."""
        assert site.imported is not None
        alias, node = site.imported.alias, site.imported.site.node
        if site.guarded:
            self.plan.outcomes[site] = Withheld("the code around it chooses between releases")
        elif site.lacking:
            self.plan.outcomes[site] = Withheld(site.lacking)
        elif site.preamble is not None:
            self._aim_preamble(site, alias, site.preamble)
        elif alias.name == "*":
            self.plan.outcomes[site] = Withheld("a star import does not say which names it is for")
        elif site.target is not None and (site.rule.kind in _MENDED_BY_IMPORT or site.rule.kind is Kind.TO_LAYER):
            binding = binding_of(site, alias)
            if binding is None:
                return
            if isinstance(node, ast.Import):
                moved = MovedName("", site.target, alias.asname or site.target.partition(".")[0])
                path = site.target if alias.asname else moved.local
            else:
                path = aimed_at(self.scan, site, self.references[binding])
                module, _, name = path.rpartition(".")
                local = local_name(self.scan, binding, path, self.references[binding])
                moved = MovedName(module, name, local, alias.asname == local)
            self.moved[site] = (binding, moved)
            self.names.planned[binding] = Renamed(path, moved.local)
        elif site.rule.kind is not Kind.SIBLING and site.target is None:
            self.plan.outcomes[site] = Withheld(site.rule.advice)

    def _aim_preamble(self, site: Site, alias: ast.alias, preamble: Preamble) -> None:
        """The import of TensorFlow in a graph program: another module under the same name, and what goes with it."""
        binding = binding_of(site, alias)
        if preamble.refused:
            self.plan.outcomes[site] = Withheld(preamble.refused)
        elif site.target is None or binding is None:
            self.plan.outcomes[site] = Fix(Applicability.SAFE, _advice(site), preamble.edits, preamble.notes)
        else:
            self.moved[site] = (binding, MovedName("", site.target, binding.name))
            self.names.planned[binding] = Renamed(site.target, binding.name)

    def _rebind(self, site: Site, preamble: Preamble) -> None:
        """A statement whose names mean the same below another module."""
        self.plan.outcomes[site] = Fix(Applicability.SAFE, _advice(site), preamble.edits, preamble.notes)
        for binding, path in preamble.binds:
            self.names.planned[binding] = Renamed(path, binding.name)
            self.rebound[binding] = site

    # -- uses

    def _use(self, site: Site, used: UsedName) -> Rewrite | Withheld:
        if site.guarded:
            return Withheld("the code around it chooses between releases")
        if site.lacking:
            return Withheld(site.lacking)
        if not site.certain:
            return Withheld("the name may mean several things here")
        if site.new is None or site.entry is None:
            return Withheld(site.rule.advice)
        bindings = self.scan.resolver.reference(used.reference).bindings
        if not bindings and not isinstance(used.reference.root, ast.Call):
            return Withheld("it comes from a star import")
        if used.reference.quoted is not None or any(isinstance(one.value, ast.Call) for one in bindings):
            return Withheld("it is reached through a string or a call")
        span = span_of(self.scan.source, used.node)
        if "#" in self.scan.source.text[span.start : span.end] and isinstance(used.reference.root, ast.Name):
            return Withheld("there are comments within the name")
        spelled = self.names.spell(site.new, used.reference, used.depth)
        if isinstance(spelled, Withheld):
            return spelled
        if site.entry.same_arguments and ranked(self.scan, used, site.entry.arguments) == (site.entry.arguments, ""):
            return self._respelled(site, used, spelled)
        return self._new_call(site, used, spelled)

    def _respelled(self, site: Site, used: UsedName, spelled: Spelled) -> Rewrite:
        span = span_of(self.scan.source, used.node)
        if spelled.keeps is None:
            self.plan.dropped[site] = used.reference
        elif spelled.keeps in self.names.planned:
            self.covered[site] = spelled.keeps
            old = self.scan.source.text[span.start : span.end]
            if self.names.name_of(spelled.keeps) + old[len(spelled.keeps.name) :] == spelled.text:
                return Rewrite(())
        return Rewrite((Edit(span.start, span.end, spelled.text), *spelled.imports))

    def _new_call(self, site: Site, used: UsedName, spelled: Spelled) -> Rewrite | Withheld:
        assert site.entry is not None
        if used.call is None:
            if site.kind is SiteKind.BASE and site.rule.kind is not Kind.TO_LAYER:
                return self._new_base(site, used, spelled)
            return self._new_value(site, used, spelled)
        rewrite = replaced_call(self.scan, site, used, self.names, self._inside(span_of(self.scan.source, used.call)))
        if isinstance(rewrite, Rewrite):
            # A special case has another name than `spelled`, but its import moves with it all the same.
            own = [one for one in self.scan.resolver.reference(used.reference).bindings if one in self.names.planned]
            keeps = spelled.keeps or (own[0] if own and not used.depth else None)
            if keeps is None:
                self.plan.dropped[site] = used.reference
            elif keeps in self.names.planned:
                self.covered[site] = keeps
        return rewrite

    def _new_value(self, site: Site, used: UsedName, spelled: Spelled) -> Rewrite | Withheld:
        """A callable that is handed on: a class among others under its new name, a function only in words."""
        if site.kind is SiteKind.ANNOTATION and site.rule.kind is not Kind.TO_LAYER:
            return self._respelled(site, used, spelled)
        if in_container(self.scan, used.node) and plain_class(site):
            return self._renamed_class(site, used, spelled)
        return Withheld(graph_reason(self.scan, site) or value_reason(self.scan, site, used, self.names))

    def _new_base(self, site: Site, used: UsedName, spelled: Spelled) -> Rewrite | Withheld:
        """A base class whose arguments differ: its name only, and only where the class hands on none of its own."""
        owner = self.scan.bindings.parents[used.node]
        defined = [one.name for one in ast.walk(owner) if isinstance(one, ast.FunctionDef)]
        if "__init__" in defined:
            return Withheld("its arguments change, and `__init__` may hand some on")
        assert site.entry is not None
        if site.entry.arguments.add:
            added = ", ".join(f"{name}={value}" for name, value in site.entry.arguments.add.items())
            return Withheld(f"each call of the class needs `{added}`, and a base class cannot say that")
        return self._renamed_class(site, used, spelled)

    def _renamed_class(self, site: Site, used: UsedName, spelled: Spelled) -> Rewrite:
        """The name alone, for a class that others make with arguments that are not seen here."""
        rewrite = self._respelled(site, used, spelled)
        return replace(rewrite, notes=("those who make one give its arguments",), applicability=Applicability.UNSAFE)

    def _inside(self, span: Span) -> list[Edit]:
        """The edits of trusted rewrites that touch a call, and the imports that they need."""
        found: list[Edit] = []
        # Sites are in the order of the source, so those in the call stand together.
        first = bisect_left(self.scan.sites, span.start, key=lambda site: site.span.start)
        for site in takewhile(lambda site: site.span.start < span.end, islice(self.scan.sites, first, None)):
            rewrite = self.rewrites.get(site)
            if rewrite is None:
                continue
            within = any(span.start < edit.start and edit.end < span.end for edit in rewrite.edits)
            if within and weakest(rewrite.applicability, self._trust(site)) is Applicability.SAFE:
                found += rewrite.edits
        return outermost(found)

    def _argument(self, site: Site, used: UsedArgument) -> Rewrite | Withheld:
        # libcst takes longer to import than most checks take, so only a call that is rewritten pays for it.
        from normfix.fix.changes import change_argument  # noqa: PLC0415

        if site.guarded:
            return Withheld("the code around it chooses between releases")
        if used.match.action is Action.REPORT:
            return Withheld(site.rule.advice)
        if not site.certain:
            return Withheld("the name may mean several things here")
        if isinstance(used.node, ast.keyword) and used.node.arg is None:
            return Withheld(f"`{used.name}` is given through `**`")
        call = used.call.node
        ordered: list[ast.expr | ast.keyword] = sorted((*call.args, *call.keywords), key=_place)
        span = span_of(self.scan.source, call)
        text = self.scan.source.text[span.start : span.end]
        result = change_argument(text, self.scan.source.newline, ordered.index(used.node), used.match)
        if isinstance(result, Withheld):
            return result
        return Rewrite((Edit(span.start, span.end, result.text),), result.notes)

    # -- import statements

    def _import_statements(self) -> None:
        """One set of edits for all names of a statement that can be trusted equally far."""
        statements: dict[ast.Import | ast.ImportFrom, list[Site]] = defaultdict(list)
        for site in self.moved:
            assert site.imported is not None
            refused = self._unready(site)
            if refused is not None:
                self.plan.outcomes[site] = refused
            else:
                statements[site.imported.site.node].append(site)
        for trust in (Applicability.SAFE, Applicability.UNSAFE):
            moves = {
                node: [self.moved[site][1] for site in sites if self._trust(site) is trust]
                for node, sites in statements.items()
            }
            for node, sites in statements.items():
                together = [site for site in sites if weakest(trust, self._trust(site)) is trust]
                mine = [site for site in together if self._trust(site) is trust]
                if mine:
                    landing = landing_of(self.scan, node, moves)
                    self._statement(node, together, mine, trust, statements.get(landing, ()) if landing else ())

    def _statement(
        self,
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
            outcome = self.plan.outcomes[site]
            edits += outcome.edits if isinstance(outcome, Fix) else ()
            target = site.imported.site.node if site.imported and edits else None
        names = {site.imported.alias: self.moved[site][1] for site in together if site.imported}
        if isinstance(node, ast.ImportFrom):
            leaving = frozenset(binding.alias for binding, _ in self.moved.values() if binding.alias)
            into = target if isinstance(target, ast.ImportFrom) else None
            moved = move_import(self.scan, node, names, leaving, into)
            if moved is None:
                for site in mine:
                    self.plan.outcomes[site] = Withheld("the statement is laid out in a way that normfix leaves alone")
                return
            edits += moved
        else:
            for alias, goal in names.items():
                edits += move_module(self.scan, node, alias, goal)
        preambles = [site.preamble for site in together if site.preamble]
        edits += (edit for preamble in preambles for edit in preamble.edits)
        notes = tuple(note for preamble in preambles for note in preamble.notes)
        for site in together:
            edits += self._with_uses(site)
        for site in mine:
            every = (*self._notes(site), *notes)
            self.plan.outcomes[site] = Fix(trust, _advice(site), tuple(outermost(edits)), every)

    def _unready(self, site: Site) -> Withheld | None:
        """Why an import must stay: a use of its name needs new arguments and cannot get them."""
        if site.entry is None or site.entry.same_arguments:
            return None
        for reference in self.references[self.moved[site][0]]:
            if not any(one.reference and one.reference.reference is reference for one in self.rewrites):
                return Withheld(f"line {reference.root.lineno} still uses it in its old form")
        return None

    def _with_uses(self, site: Site) -> Iterable[Edit]:
        """The edits that the uses of a moved name need: new calls, and the new local name everywhere else."""
        binding, target = self.moved[site]
        rewritten = {one.reference.reference: one for one in self.rewrites if one.reference}
        for reference in self.references[binding]:
            use = rewritten.get(reference)
            if use is not None and self.rewrites[use].edits:
                if self.covered.get(use) is binding:
                    yield from self.rewrites[use].edits
            elif target.local != binding.name and reference.quoted is None:
                span = span_of(self.scan.source, reference.root)
                yield Edit(span.start, span.end, target.local)

    def _outcome_of(self, binding: Binding) -> Fix | Withheld:
        """What becomes of the import that a use is mended by."""
        for site, (moved, _) in self.moved.items():
            if moved is binding:
                return self.plan.outcomes[site]
        if binding in self.rebound:
            return self.plan.outcomes[self.rebound[binding]]
        return Withheld("its import stays as it is")


def _said(note: str | None) -> list[str]:
    return [note] if note else []


def _place(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _advice(site: Site) -> str:
    if site.argument is not None:
        return f"Change `{site.argument.name}`"
    return f"Use `{site.target}`" if site.target else site.rule.advice
