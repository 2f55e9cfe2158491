"""How the arguments of an old callable become those of its replacement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from normfix.table import shapes

Keywords = Mapping[str, str]
"""Keyword arguments: name -> source text."""


@dataclass(frozen=True, slots=True)
class Instead:
    """Another replacement, which holds where `argument` is one of `literals` (source texts as `repr` spells them)."""

    argument: str
    literals: tuple[str, ...]
    to: str
    arguments: CallMap


@dataclass(frozen=True, slots=True)
class CallMap:
    """What becomes of each argument.

    `positional` is the old order. `call` names the arguments that move to the call of the layer (old name -> new name);
    it is empty where the old callable is a class already. `drop` are arguments without effect today. `values` maps the
    source text of an argument's literal, spelled as `repr` does, to the keyword arguments that say the same: a text
    that is not listed has no equal. `spread` turns the entries of a literal dictionary into keyword arguments (argument
    -> key -> name). `outer` is an argument whose value is a function that is applied to the result. `add` and
    `call_add` are keyword arguments that keep an old default: each is added where the call, once mapped, does not set
    it. `ask` are arguments whose default changed between releases, so that a call without them has no certain equal.
    `instead` are replacements for special cases, tried first. `reasons` say of an argument without an equal what to do.
    `unless` are notes for new arguments that the mapped call does not set.
    `ranks` are keyword arguments that keep the old numbers on input of so many dimensions (`None` of an unknown
    number); `unranked` says what is not kept on any other, and `rankless` maps new arguments to the literals with which
    the dimensions do not matter.
    `verbatim` keeps axis lists and slashes in names, for callables that still take them.
    `reduced` maps an argument that lists the axes to reduce to the one that says where the channels are: it goes where
    both leave out the batch alone.
    """

    positional: tuple[str, ...] = ()
    rename: Keywords = field(default_factory=dict)
    call: Keywords = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, Keywords]] = field(default_factory=dict)
    spread: Mapping[str, Keywords] = field(default_factory=dict)
    outer: str | None = None
    add: Keywords = field(default_factory=dict)
    call_add: Keywords = field(default_factory=dict)
    ask: tuple[str, ...] = ()
    instead: tuple[Instead, ...] = ()
    reasons: Keywords = field(default_factory=dict)
    unless: Keywords = field(default_factory=dict)
    ranks: Mapping[str, Keywords] = field(default_factory=dict)
    rankless: Keywords = field(default_factory=dict)
    unranked: str = ""
    verbatim: bool = False
    reduced: Keywords = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        """Every old argument that the map speaks of."""
        groups = (self.positional, self.rename, self.call, self.drop, self.values, self.spread, self.reduced)
        return frozenset(name for group in groups for name in group)


def read_call_map(row: Any) -> CallMap:
    """A map from the data of a rule file. Raises ValueError that says what does not fit."""
    if not isinstance(row, dict):
        raise ValueError("must be table")
    problem = shapes.misfit(row, shapes.CALL)
    if problem:
        raise ValueError(f"arguments: {problem}")
    for name, texts in row.get("values", {}).items():
        if not isinstance(texts, dict) or not all(shapes.fits(keywords, "map") for keywords in texts.values()):
            raise ValueError(f"arguments: values.{name} must say the keywords for each text")
    return CallMap(
        positional=tuple(row.get("positional", ())),
        rename=row.get("rename", {}),
        call=row.get("call", {}),
        drop=tuple(row.get("drop", ())),
        values=row.get("values", {}),
        spread=row.get("spread", {}),
        outer=row.get("outer"),
        add=row.get("add", {}),
        call_add=row.get("call_add", {}),
        ask=tuple(row.get("ask", ())),
        instead=tuple(_instead(one) for one in row.get("instead", ())),
        reasons=row.get("reasons", {}),
        unless=row.get("unless", {}),
        ranks=row.get("ranks", {}),
        rankless=row.get("rankless", {}),
        unranked=row.get("unranked", ""),
        verbatim=row.get("verbatim", False),
        reduced=row.get("reduced", {}),
    )


def _instead(row: Mapping[str, Any]) -> Instead:
    problem = shapes.misfit(row, shapes.INSTEAD)
    if problem:
        raise ValueError(f"arguments: instead: {problem}")
    missing = [key for key in shapes.INSTEAD if key not in row]
    if missing:
        raise ValueError(f"arguments: instead: {missing[0]} is missing")
    return Instead(row["argument"], tuple(row["literals"]), row["to"], read_call_map(row["arguments"]))
