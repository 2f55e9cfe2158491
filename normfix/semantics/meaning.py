"""What an expression may mean: dotted paths, and whether it may also be something else."""

from __future__ import annotations

from dataclasses import dataclass

from normfix.semantics.scopes import (
    Binding,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The dotted paths that an expression may mean; `unknown` when it may also be something else.

    `bindings` are the bindings that the root name was read from.
    """

    paths: tuple[str, ...] = ()
    unknown: bool = False
    bindings: tuple[Binding, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether there is exactly one thing that this can be."""
        return len(self.paths) == 1 and not self.unknown

    def attribute(self, name: str) -> Meaning:
        """The meaning of attribute `name` of this."""
        return Meaning(tuple(f"{path}.{name}" for path in self.paths), self.unknown, self.bindings)


UNKNOWN = Meaning(unknown=True)


def merge(meanings: list[Meaning]) -> Meaning:
    """What one of several meanings may be."""
    paths = dict.fromkeys(path for meaning in meanings for path in meaning.paths)
    return Meaning(tuple(paths), any(meaning.unknown for meaning in meanings))
