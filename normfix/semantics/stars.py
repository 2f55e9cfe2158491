"""What star imports bring under a name: one that nothing else binds, or one that a function reads before that."""

from __future__ import annotations

from normfix.semantics.elsewhere import Elsewhere, Exports
from normfix.semantics.meaning import UNKNOWN, Meaning, merge
from normfix.semantics.scopes import Place, Reference, Scope, StarImport


class Stars:
    """The star imports of one module, asked name by name."""

    def __init__(self, exports: Exports, elsewhere: Elsewhere) -> None:
        self._exports = exports
        self._elsewhere = elsewhere

    def alone(self, name: str, scope: Scope) -> Meaning:
        """What a name means that nothing binds but a star import."""
        stars = [star for current in scope.enclosing() for star in current.stars]
        found = [told for star in stars if (told := self._brought(star, name)).paths]
        return merge(found) if found else UNKNOWN

    def beside(self, bound: Meaning, name: str, owner: Scope, made: Place | None) -> Meaning:
        """What a name means, by its bindings and by what a star had before, to a function that is made at a place."""
        stars = _above(name, owner, made)
        if not stars:
            return bound
        told = merge([bound, *(self._brought(star, name) for star in stars)])
        return Meaning(told.paths, told.unknown, bound.bindings)

    def _brought(self, star: StarImport, name: str) -> Meaning:
        known = self._exports(star.module, name)
        return Meaning((f"{star.module}.{name}",)) if known else self._elsewhere.starred(star.module, name)


def may_be_brought(reference: Reference) -> bool:
    """Whether a function may read a name that the file binds from a star import, since it may run before that."""
    for current in reference.scope.enclosing():
        owner = current.outer_names.get(reference.name, current)
        if reference.name in owner.bindings:
            return bool(_above(reference.name, owner, reference.scope.made_in(owner)))
    return False


def _above(name: str, owner: Scope, made: Place | None) -> list[StarImport]:
    """The star imports above the first binding of a name, where who reads it is made above that too."""
    first = owner.bindings[name][0].place
    return [one for one in owner.stars if one.place < first] if made is not None and made < first else []
