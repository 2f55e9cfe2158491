"""Guards that help nobody: a `try` of imports whose handlers only import what is gone as well."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence

from normfix.checks.sites import Scan, Site
from normfix.semantics.guards import Guarded, guarded, sets_flag
from normfix.semantics.scopes import TRIES, Binding

Runs = Callable[[Site], Sequence[bool]]
"""Whether a site runs on each of the releases in question."""


def lost_guards(scan: Scan, runs: Runs) -> frozenset[Site]:
    """The guarded imports at the head of a `try` that fails whole on some release. Mending them mends the `try`."""
    imports = {site.imported.alias: site for site in scan.sites if site.imported is not None and site.guarded}
    found: set[Site] = set()
    for alias, site in imports.items():
        others = [imports[one.alias] for one in _instead(site, alias) if one.alias in imports]
        if others and len(others) == len(list(_instead(site, alias))) and _only_so(scan, site, alias):
            together = zip(*(runs(one) for one in (site, *others)), strict=True)
            if not all(any(one) for one in together):
                found.add(site)
    return frozenset(found | set(_uses(scan, found)))


def flag_reason(site: Site) -> str:
    """Why the head of a lost guard must stay: a flag beside it would change its answer. Empty when there is none."""
    for branching, _ in site.location.branch if site.imported is not None else ():
        node = branching.node
        if isinstance(node, TRIES) and any(sets_flag(one) for one in (node.body, *(h.body for h in node.handlers))):
            return "a flag beside it says which release is installed, and would change its answer"
    return ""


def _uses(scan: Scan, heads: Collection[Site]) -> Iterator[Site]:
    """The uses that were only guarded because their imports were."""
    aliases = {head.imported.alias for head in heads if head.imported is not None}
    for site in scan.sites if aliases else ():
        if site.reference is None or not site.guarded:
            continue
        reference = site.reference.reference
        if aliases.isdisjoint(one.alias for one in scan.resolver.reference(reference).bindings):
            continue
        if not guarded(Guarded(reference.node, reference.branch, reference.scope), scan.resolver):
            yield site


def _instead(site: Site, alias: ast.alias) -> Iterator[Binding]:
    """What the handlers of the `try` around an import bind its name to."""
    tries = {branching for branching, arm in site.location.branch if isinstance(branching.node, TRIES) and not arm}
    for binding in site.location.scope.bindings.get(_name(alias), ()):
        if any(branching in tries and arm for branching, arm in binding.branch):
            yield binding


def _only_so(scan: Scan, site: Site, alias: ast.alias) -> bool:
    """Whether nothing but its `try` guards an import."""
    rest = tuple((one, arm) for one, arm in site.location.branch if arm or not isinstance(one.node, TRIES))
    assert site.imported is not None
    return not guarded(Guarded(site.imported.site.node, rest, site.location.scope, _name(alias)), scan.resolver)


def _name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]
