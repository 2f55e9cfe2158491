"""Names of a moved module that were other classes there than under the path that the module has today."""

from __future__ import annotations

from collections.abc import Iterable

from normfix.checks.sites import Scan, Site, once_per_scan
from normfix.semantics.scopes import Reference
from normfix.table.table import Grade, Kind

EFFECT = "outputs"

_PRIVATE = ("tensorflow.python.keras.", "tensorflow_core.python.keras.")


def other_class(scan: Scan, site: Site, references: Iterable[Reference]) -> str | None:
    """Why moving a module or a name changes numbers: a class was not that of the new place.

    `references` are the uses of an import site's name. Private classes and public ones do not work together, so where
    one private class stays, the others stay with it.
    """
    left = _left(scan) if site.path.startswith(_PRIVATE) else None
    if left is not None and left is not site and left.path != site.path:
        return f"no safe fix moves `{left.path}`, and what is private and what is public do not go together"
    home, _, own = site.path.rpartition(".")
    named = scan.table.module_move(home) if site.rule.grade is Grade.DIFFERENT else None
    if named is not None and site.rule.kind is named.rule.kind and named.rule_for(own) is not named.rule:
        return named.rule_for(own).note
    move = scan.table.module_move(site.path) if site.imported is not None else None
    if move is None or move.found is None:
        return None
    for one in references:
        name = one.attributes[0] if one.attributes else ""
        # What the table speaks of is assessed by its own rule.
        if name in move.found.other and scan.table.match(f"{move.old}.{name}") is None:
            return f"line {one.root.lineno} uses `{name}` of it, which was another class there than in `{move.new}`"
    return None


@once_per_scan
def _left(scan: Scan) -> Site | None:
    """The first private class of a file whose move changes numbers."""
    sites = (one for one in scan.sites if one.rule.kind is Kind.SIBLING and one.rule.grade is Grade.DIFFERENT)
    return next((one for one in sites if one.path.startswith(_PRIVATE)), None)
