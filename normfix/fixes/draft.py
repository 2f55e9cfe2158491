"""What planning the fixes of one file has come to so far: where imports will point, and what becomes of their uses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from normfix.checks.sites import Scan, Site, UsedArgument
from normfix.fixes.hazards.stored import lives, stored
from normfix.fixes.imports import MovedName
from normfix.fixes.names import Names, Spelled, references_of
from normfix.fixes.numeric_hazards import numeric_hazard
from normfix.fixes.outcome import Rewrite, Withheld, applicability_of, weakest
from normfix.semantics.scopes import Binding, Reference
from normfix.source.text import Applicability, Fix
from normfix.table.rule import Action


@dataclass
class Plan:
    """The outcome for every site, and the references that its fixes give up."""

    scan: Scan
    outcomes: dict[Site, Fix | Withheld] = field(default_factory=dict)
    dropped: dict[Site, Reference] = field(default_factory=dict)


class Draft:
    """A plan in the making.

    `moved` says of an import site where its name goes, `rewrites` what is written at each use, `covered` which uses are
    mended by an import alone, `rebound` which bindings mean the same below another module, `refused` which imports
    turned out to stay, `held` which names others see, each with the reason, `functions` the layer that each function
    in the place of an old one makes.
    """

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.plan = Plan(scan)
        self.references = references_of(scan)
        self.names = Names(scan)
        self.moved: dict[Site, tuple[Binding, MovedName]] = {}
        self.rewrites: dict[Site, Rewrite] = {}
        self.covered: dict[Site, Binding] = {}
        self._covering: dict[Binding, dict[Site, None]] = defaultdict(dict)
        self.rebound: dict[Binding, Site] = {}
        self.refused: dict[Binding, Withheld] = {}
        self.held: dict[Binding, Withheld] = {}
        self.functions: dict[str, Spelled] = {}
        self._hazards: dict[Site, str | None] = {}

    def cover(self, site: Site, binding: Binding) -> None:
        """Note that a use is mended by an import."""
        self.uncover(site)
        self.covered[site] = binding
        self._covering[binding][site] = None

    def uncover(self, site: Site) -> None:
        """Note that a use stays as it is, whatever becomes of its import."""
        if site in self.covered:
            del self._covering[self.covered.pop(site)][site]

    def settle(self, site: Site, outcome: Rewrite | Withheld) -> None:
        """Note what is written at a use, or why nothing is."""
        if isinstance(outcome, Withheld):
            self.plan.outcomes[site] = outcome
            return
        self.rewrites[site] = outcome
        if outcome.edits:
            trust = weakest(outcome.applicability, self.trust(site))
            notes = (*outcome.notes, *self._said(site))
            self.plan.outcomes[site] = Fix(trust, advice(site), outcome.edits, notes)

    def trust(self, site: Site) -> Applicability:
        """How far a site's fix can be trusted: no farther than the uses that it mends."""
        changes = self._hazard(site) or lives(self.scan, site)
        trust = Applicability.UNSAFE if changes else applicability_of(site.rule)
        for use in self.mended(site):
            trust = weakest(trust, Applicability.UNSAFE if self._hazard(use) else self.rewrites[use].applicability)
        return trust

    def notes(self, site: Site) -> tuple[str, ...]:
        """What to know of an import and of the uses that it mends."""
        hazards = {use: self._hazard(use) for use in self.mended(site)}
        notes = [note for use, hazard in hazards.items() for note in (*self.rewrites[use].notes, hazard) if note]
        return tuple(dict.fromkeys((*notes, *self._said(site))))

    def _hazard(self, site: Site) -> str | None:
        """Why a site's fix may change numbers; for an import, by all uses of its name."""
        if site not in self._hazards:
            references = self.references[self.moved[site][0]] if site in self.moved else ()
            self._hazards[site] = numeric_hazard(self.scan, site, references)
        return self._hazards[site]

    def _said(self, site: Site) -> list[str]:
        """What is said at a site of numbers and of what was stored."""
        return [note for note in (self._hazard(site), stored(self.scan, site)) if note]

    def mended(self, site: Site) -> list[Site]:
        """The uses that change together with an import."""
        return list(self._covering[self.moved[site][0]]) if site in self.moved else []


def _of_argument(used: UsedArgument) -> str:
    """What a fix does with an argument."""
    if used.match.action is Action.DROP:
        return f"Delete `{used.name}`"
    if used.match.action is Action.TO_CALL:
        return f"Give `{used.name}` to the call of the layer"
    renamed = used.match.action is Action.RENAME and used.match.to not in (None, used.name)
    return f"Write `{used.match.to}` for `{used.name}`" if renamed else f"Change `{used.name}`"


def advice(site: Site) -> str:
    """What a fix does, in a few words."""
    if site.argument is not None:
        return _of_argument(site.argument)
    return f"Use `{site.target}`" if site.target else site.rule.advice
