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
    if left is not None and left != site.path:
        return f"no safe fix moves `{left}`, and what is private and what is public do not go together"
    home, _, own = site.path.rpartition(".")
    named = scan.table.module_move(home) if site.rule.grade is Grade.DIFFERENT else None
    if named is not None and site.rule.kind is named.rule.kind and named.rule_for(own) is not named.rule:
        return named.rule_for(own).note
    return _used_otherwise(scan, site, references)


@once_per_scan
def _left(scan: Scan) -> str | None:
    """The first private name of a file that works today and that no safe fix moves: what a star brings, before all."""
    stars = (f"{star.module}.*" for scope in scan.bindings.scopes.values() for star in scope.stars)
    star = next((one for one in stars if one.startswith(_PRIVATE)), None)
    return star or next((one.path for one in scan.sites if one.path.startswith(_PRIVATE) and _stays(scan, one)), None)


def _stays(scan: Scan, site: Site) -> bool:
    """Whether no fix of a private name is safe, for it is another class or nothing at the new place."""
    if site.rule.kind is not Kind.SIBLING:
        return False
    if site.rule.grade is Grade.DIFFERENT or site.target is None:
        return True
    if site.imported is None:
        return False
    uses = scan.bindings.references_to(site.imported.alias.asname or site.imported.alias.name)
    return _used_otherwise(scan, site, uses) is not None


def _used_otherwise(scan: Scan, site: Site, references: Iterable[Reference]) -> str | None:
    """Where a use of a moved module takes a class of it that was another one there."""
    move = scan.table.module_move(site.path) if site.imported is not None else None
    if move is None or move.found is None:
        return None
    for one in references:
        name = one.attributes[0] if one.attributes else ""
        # What the table speaks of is assessed by its own rule.
        if name in move.found.other and scan.table.match(f"{move.old}.{name}") is None:
            return f"line {one.root.lineno} uses `{name}` of it, which was another class there than in `{move.new}`"
    return None
