"""Plans a fix for each site of a file: where imports will point first, then the uses, then the import statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from normfix.checks.sites import Scan, Site
from normfix.fixes.aliases import settle_aliases
from normfix.fixes.draft import Draft, Plan
from normfix.fixes.import_targets import aim, rebind
from normfix.fixes.outcome import Rewrite, Withheld
from normfix.fixes.statements import import_statements
from normfix.fixes.unused_imports import Leftovers, is_gone
from normfix.fixes.uses import argument, use
from normfix.source.text import Applicability, Fix


def plan_fixes(scan: Scan, sites: Sequence[Site]) -> Plan:
    """A fix, or the reason why there is none, for each of `sites`."""
    told: dict[Site, Withheld] = {}
    while True:
        draft = _drafted(scan, sites, told)
        if not draft.refused:
            return _finished(draft, sites)
        # Other uses may have been spelled with what those imports were to bring: they are planned anew without them.
        told |= {site: one for site, one in draft.plan.outcomes.items() if isinstance(one, Withheld)}
        told |= {site: draft.refused[one] for site, one in draft.covered.items() if one in draft.refused}


def _drafted(scan: Scan, sites: Sequence[Site], told: Mapping[Site, Withheld]) -> Draft:
    """A plan in which the sites that are `told` stay as they are."""
    draft = Draft(scan)
    draft.plan.outcomes |= told
    for site in sites:
        if site in told:
            continue
        if site.preamble is not None and (site.preamble.binds or site.imported is None):
            rebind(draft, site, site.preamble)
        elif site.imported is not None:
            aim(draft, site)
    _plan_uses(draft, [site for site in sites if site not in told])
    settle_aliases(draft, sites)
    import_statements(draft)
    return draft


def _finished(draft: Draft, sites: Sequence[Site]) -> Plan:
    outcomes = draft.plan.outcomes
    leftovers = Leftovers(draft.scan, draft.references, draft.rewrites, draft.plan.dropped, draft.trust)
    for site in sites:
        if site not in outcomes and (site.imported is not None or is_gone(site)):
            outcomes[site] = leftovers.emptied(site)
    imports = draft.rebound | {binding: site for site, (binding, _) in draft.moved.items()}
    for site, binding in draft.covered.items():
        mended_by, own = imports.get(binding), outcomes.get(site)
        moved = outcomes[mended_by] if mended_by is not None else Withheld("its import stays as it is")
        if binding in draft.rebound and isinstance(own, Fix) and isinstance(moved, Fix):
            outcomes[site] = replace(own, edits=(*own.edits, *moved.edits))
        else:
            outcomes[site] = moved
    return draft.plan


def _plan_uses(draft: Draft, sites: Sequence[Site]) -> None:
    # Backwards, so that a call inside another one is rewritten before the outer one takes its text.
    for site in reversed(sites):
        if is_gone(site) or site.preamble is not None:
            continue
        if site.reference is not None:
            draft.settle(site, use(draft, site, site.reference))
        elif site.argument is not None:
            draft.settle(site, argument(draft, site, site.argument))
        elif site.comment is not None:
            draft.plan.outcomes[site] = Fix(Applicability.SAFE, site.rule.advice, (site.comment.removal,))
        elif site.correction is not None and not site.guarded:
            draft.settle(site, Rewrite((site.correction.edit,)))
        elif site.imported is None:
            draft.plan.outcomes[site] = Withheld(site.rule.advice or "it stands in a string")
