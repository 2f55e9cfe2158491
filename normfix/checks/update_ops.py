"""UPDATE_OPS in a program whose normalizations are layers of Keras, which never add anything to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from normfix.checks.finding import SiteKind
from normfix.checks.layer_objects import LayerObjects
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Site, Symbol
from normfix.prefilter.objects import UPDATE_OPS
from normfix.semantics.bindings import CallSite
from normfix.semantics.origins import Origin
from normfix.table.table import Table

OF_KERAS = "NF810"
_UPDATES = ("updates", "get_updates_for", "add_update", "add_to_collection", "add_to_collections")


def update_ops_sites(maker: SiteMaker, table: Table, calls: Sequence[CallSite]) -> Iterator[Site]:
    """A site where a program reads UPDATE_OPS and the only normalizations that it makes are layers of Keras."""
    reads = maker.bindings.readings_of(UPDATE_OPS)
    if not reads or any(maker.bindings.readings_of(name) for name in _UPDATES):
        return
    objects = LayerObjects(maker, table)
    made = [objects.made(Origin(one.node, one.scope, one.branch, maker.resolver)) for one in calls]
    names = {one.name for one in made if one is not None}
    if "BatchNormalization" not in names or _has_others(maker, table):
        return
    for reference in reads:
        meaning = maker.resolver.reference(reference)
        if meaning.certain and meaning.paths[0].startswith("tensorflow") and reference.attributes[-1] == UPDATE_OPS:
            symbol = Symbol(table.rules[OF_KERAS], ".".join((meaning.paths[0], *reference.attributes)))
            guarded = maker.use_is_guarded(reference)
            yield maker.at(symbol, SiteKind.ATTRIBUTE, reference.node, reference, guarded=guarded)


def _has_others(maker: SiteMaker, table: Table) -> bool:
    """Whether a function that fills the collection may be called too: one of old, or of another file."""
    for call in maker.bindings.calls:
        meaning = maker.resolver.expression(call.node.func, call.scope, call.branch)
        for path in meaning.paths:
            if table.match(path) is not None or "slim" in path or maker.resolver.elsewhere.speaks(path):
                return True
    return False
