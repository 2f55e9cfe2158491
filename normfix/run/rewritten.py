"""What the fixes of one file made of its normalization calls: each new call, the old one, and the fixes behind it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normfix.checks.sites import Scan, Site, span_of
from normfix.fixes.apply import Fixed, Pass
from normfix.fixes.mapping import moved, touches, undone
from normfix.fixes.names import references_of
from normfix.run.call_sites import sites_in
from normfix.runtime.checks import LiteralCall
from normfix.source.text import SourceText, Span

Key = tuple[str, str, str, str, str]
"""A fix as it is known again in every pass and in every run: file, rule, path, argument, and the code it is about."""

Family = tuple[str, str]
"""Fixes that are made together or not at all: a file, and the Keras that its names leave for another one."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A call in the fixed text that is not what it was. `fixes` made it; it is `safe` where all of them are."""

    new: LiteralCall
    old: LiteralCall | None
    fixes: tuple[Key, ...]
    safe: bool


def key_of(site: Site, source: SourceText) -> Key:
    """How a site's fix is known again; equal code has an equal fix."""
    node: ast.AST | None = None
    if site.reference is not None:
        node = site.reference.call
    elif site.argument is not None:
        node = site.argument.call.node
    span = span_of(source, node) if isinstance(node, ast.Call) else site.span
    name = site.argument.name if site.argument else ""
    return source.path, site.rule.code, site.path, name, source.text[span.start : span.end]


def family_of(site: Site, source: SourceText) -> Family | None:
    """The family of a site's fix; None where it stays within one Keras."""
    old, new = _keras_of(site.path), _keras_of(site.target or "")
    return (source.path, old) if old and new and old != new else None


def _keras_of(path: str) -> str:
    """The Keras that a dotted path is below; empty when it is below none."""
    before, keras, _ = f".{path}.".partition(".keras.")
    return before + keras if keras else ""


def rewritten_calls(fixed: Fixed) -> Iterator[Rewritten]:
    """Every call of the fixed text that some fix has changed, or has given another meaning."""
    if fixed.last is None or not fixed.passes:
        return
    old = list(sites_in(fixed.passes[0].scan))
    for span, new in sites_in(fixed.last):
        fixes: list[Key] = []
        safe = True
        place = span
        for one in reversed(fixed.passes):
            place = moved(place, undone(one.scan.source.text, one.edits))
            behind = list(_behind(one, place))
            fixes += (key_of(site, one.scan.source) for site in behind)
            safe = safe and one.safe.issuperset(behind)
        if fixes:
            before = next((site for where, site in old if touches(where, [place])), None)
            yield Rewritten(new, before, tuple(dict.fromkeys(fixes)), safe)


def _behind(one: Pass, place: Span) -> Iterator[Site]:
    """The fixes of a pass that stand in a call, or import a name that it uses."""
    for site in one.chosen:
        if touches(site.span, [place]) or (site.imported and touches(place, _uses(one.scan, site))):
            yield site


def _uses(scan: Scan, site: Site) -> Sequence[Span]:
    assert site.imported is not None
    alias = site.imported.alias
    name = alias.asname or alias.name.partition(".")[0]
    bindings = [
        one
        for one in site.location.scope.outer_names.get(name, site.location.scope).bindings.get(name, ())
        if one.alias is alias
    ]
    references = references_of(scan)
    reached = (reference for binding in bindings for reference in references[binding])
    return [span_of(scan.source, one.root) for one in reached if one.quoted is None]
