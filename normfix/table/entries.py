"""The rows of the table: legacy paths and modules, arguments, layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from normfix.table.argument_map import CallMap
from normfix.table.evidence import EQUAL, Identity
from normfix.table.rule import Action, Grade, Kind, Rule

LAYER_HOMES = ("keras.layers", "tensorflow.keras.layers", "tensorflow.compat.v1.keras.layers", "tf_keras.layers")
"""Where Keras publishes layers; a layer class is "public" in exactly these modules."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One legacy dotted path. `new` is None where nothing replaces it.

    `legacy` replaces it in a program of graph and session that runs on the legacy Keras.
    """

    old: str
    new: str | None
    rule: Rule
    arguments: CallMap = field(default_factory=CallMap)
    legacy: Entry | None = None

    @property
    def same_arguments(self) -> bool:
        """Whether a call of the old path may keep its arguments as they are."""
        if self.rule.kind is Kind.TO_LAYER:
            return False
        arguments = self.arguments
        plain = CallMap(ask=arguments.ask, ranks=arguments.ranks, rankless=arguments.rankless)
        return arguments == replace(plain, unranked=arguments.unranked, verbatim=arguments.verbatim)


@dataclass(frozen=True, slots=True)
class ModuleMove:
    """A legacy module whose names live in `new` today, as far as `new` still has them.

    `whole` modules were never importable under the old path, so any name on the line moves, not only recorded ones.
    `found` is what was recorded of its names; one that was not the same object under both paths is graded `different`.
    """

    old: str
    new: str
    rule: Rule
    whole: bool = False
    found: Identity | None = None

    def rule_for(self, name: str) -> Rule:
        """The rule of one name of the module, with the grade that is recorded for it."""
        if self.rule.grade not in EQUAL or self.found is None or name in self.found.same:
            return self.rule
        told = "was another one" if name in self.found.other else "is not recorded to have been the same"
        note = f"`{name}` of `{self.old}` {told} than that of `{self.new}`: its defaults may differ."
        return replace(self.rule, grade=Grade.DIFFERENT, effects=("outputs",), note=note)


@dataclass(frozen=True, slots=True)
class ArgumentMatch:
    """An argument that today's callable refuses or misreads.

    `callees` are layer class names or full dotted paths of functions. The argument is found by keyword in `names` or
    at `position` (0 is the first). `value` restricts it to literals of one shape (`float`, `int`, `true`, `list` or
    tuple, `slash`: a text with a `/`, `text`), `literals` to these source texts, spelled as `repr` does. The first
    match of the table that fits an argument decides it.
    """

    rule: Rule
    callees: tuple[str, ...]
    names: tuple[str, ...]
    position: int | None
    value: str | None
    literals: tuple[str, ...]
    action: Action
    to: str | None
    replacements: Mapping[str, str]

    @property
    def changes(self) -> tuple[tuple[str, str], ...]:
        """Every path and argument that the match speaks of: a layer has one path for each home of layers."""
        paths = [
            path
            for callee in self.callees
            for path in ([callee] if "." in callee else [f"{home}.{callee}" for home in LAYER_HOMES])
        ]
        return tuple((path, name) for path in paths for name in self.names or (str(self.position),))


@dataclass(frozen=True, slots=True)
class Layer:
    """What a person should know of one normalization layer before using it."""

    name: str
    summary: str
    normalizes: str
    fits: str
    imports: tuple[str, ...]
    since: str
    trap: str
    example: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry met under a concrete path.

    `new` is spelled with the root that the author used: right for attributes. An import line needs `entry.new`, since
    nothing can be imported from `tensorflow.compat.v1.keras` and its like.
    """

    entry: Entry
    path: str
    new: str | None
