"""Today's names in code that is meant for older releases: imports, uses and arguments that some release lacks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from normfix.checks.arguments import known_callee
from normfix.checks.finding import Severity, SiteKind
from normfix.checks.nominate import imported_path
from normfix.checks.site_maker import Placed, chain_node, maker_of
from normfix.checks.sites import Assessment, Located, Scan, Site, Symbol
from normfix.semantics.bindings import CallSite, ImportSite
from normfix.semantics.guards import Guarded, guarded, only_for_types
from normfix.semantics.scopes import Branch, Reference, Scope

TOO_OLD = "NF217"

Reason = Callable[[str], str]
"""Why a dotted path cannot be used; empty when it can."""


def too_new_sites(found: Scan, reason: Reason) -> Iterator[Site]:
    """A site for each of today's names that `reason` objects to, outside of code that chooses between releases."""
    if TOO_OLD not in found.table.rules:
        return
    for site in found.bindings.imports:
        yield from _imported(found, site, reason)
    for reference in found.bindings.references:
        if reference.attributes:
            yield from _used(found, reference, reason)
    for call in found.bindings.calls:
        if call.node.keywords:
            yield from _arguments(found, call, reason)


def _imported(found: Scan, site: ImportSite, reason: Reason) -> Iterator[Site]:
    for alias in site.node.names:
        path = imported_path(site, alias)
        why = _objection(found, path, reason)
        name = alias.asname or alias.name.partition(".")[0]
        if why and not _may_fail(found, site.node, site.branch, site.scope, name):
            yield _site(found, alias, SiteKind.IMPORT, path, why, site)


def _used(found: Scan, reference: Reference, reason: Reason) -> Iterator[Site]:
    if reference.attributes[-1].encode() not in found.table.releases.too_new_words:
        return
    depth = len(reference.attributes)
    for start in found.resolver.reference(reference).paths:
        path = ".".join((start, *reference.attributes))
        why = _objection(found, path, reason)
        if why and not _may_fail(found, reference.node, reference.branch, reference.scope):
            node = reference.quoted or chain_node(reference, depth)
            yield _site(found, node, SiteKind.ATTRIBUTE, path, why, reference)
            return


def _arguments(found: Scan, call: CallSite, reason: Reason) -> Iterator[Site]:
    words = found.table.releases.too_new_words
    named = [keyword for keyword in call.node.keywords if keyword.arg and keyword.arg.encode() in words]
    known = known_callee(call, found.table, found.resolver) if named else None
    for keyword in named if known is not None else ():
        assert known is not None
        if any(known.name in one.callees and keyword.arg in one.names for one in found.table.arguments):
            # A rule of its own says on which releases it is refused.
            continue
        path = f"{known[1]}.{keyword.arg}"
        why = _objection(found, path, reason)
        if why and not _may_fail(found, call.node, call.branch, call.scope):
            yield _site(found, keyword, SiteKind.CALL, path, why, call)


def _may_fail(found: Scan, node: ast.AST, branch: Branch, scope: Scope, name: str | None = None) -> bool:
    """Whether code goes on without what a node asks for, or never executes it."""
    return only_for_types(branch) or guarded(Guarded(node, branch, scope, name), found.resolver)


def _objection(found: Scan, path: str, reason: Reason) -> str:
    why = next((why for spelling, _, _ in found.table.spellings(path) if (why := reason(spelling))), "")
    return "" if why and found.project.owns(found.source.path, path) else why


def _site(found: Scan, node: Located, kind: SiteKind, path: str, why: str, placed: Placed) -> Site:
    symbol, assessment = Symbol(found.table.rules[TOO_OLD], path), Assessment(Severity.ERROR, why)
    return maker_of(found).at(symbol, kind, node, placed, assessment=assessment)
