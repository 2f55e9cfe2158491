"""What to try: one check for each target of the rule table, or for each call site in the user's code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from normfix.table.probes import Probe
from normfix.table.table import Action, Table

_ORDER: Mapping[str, tuple[str, ...]] = {
    "GroupNormalization": ("groups", "axis"),
    "Normalization": ("axis", "mean", "variance"),
}
"""The order of a layer's first arguments, as far as the input depends on them; every other layer starts with axis."""
_DEFAULT_GROUPS = 32
_INPUTS = frozenset({"inputs", "input", "x", "tensor"})
_GRAPH_HOMES = ("tensorflow.compat.v1.layers.", "tf_slim.")
_MOST_AXES = 32
"""No input has more axes: the layer is left to refuse the number."""

_IMAGES = Probe(shape=(2, 4, 4, 8))
_OF_IMAGES = {"group_norm": ("GroupNormalization", _IMAGES), "instance_norm": ("BatchNormalization", _IMAGES)}
"""Functions that take height and width for granted: the layer whose input suits them, and that input."""
_OF_A_GRAPH = re.compile(r"reuse|scope|name|collections|data_format|batch_weights|param_|virtual_batch_size|_reg")
_AXES = ("axes", "axis", "dim")
"""What functions call the axes of their input."""
_MODES = frozenset({"training", "is_training"})


@dataclass(frozen=True, slots=True)
class LiteralCall:
    """A call in the user's code, with those of its arguments that are literals, as source text.

    `positional` stops before the first argument that is not a literal, and leaves out a function's input. `complete` is
    false where one was left out. `applied` are the literal keywords with which a new layer is called on the spot;
    `left_out` names every keyword of both that is no literal (`*` and `**` for others). `legacy` says that the program
    switches the legacy Keras on.
    """

    path: str
    line: int
    column: int
    target: str
    positional: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()
    complete: bool = True
    applied: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    cell: int | None = None
    legacy: bool = False

    @property
    def place(self) -> str:
        """`path:line:column`, with the cell of a notebook between."""
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.path}:{cell}{self.line}:{self.column}"

    @property
    def not_evaluated(self) -> tuple[str, ...]:
        """The arguments without which the call is tried; its input and its mode are given by the trial itself."""
        return tuple(name for name in self.left_out if name not in _INPUTS | _MODES)


@dataclass(frozen=True, slots=True)
class Check:
    """One target to try; `id` is unique within a run. The other fields are those of a Probe.

    `graph` has a function run in a graph and a session, as its program does.
    """

    id: str
    target: str
    positional: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()
    shape: tuple[int, ...] = (4, 8)
    adapt: bool = False
    wraps: bool = False
    name_only: bool = False
    graph: bool = False
    site: LiteralCall | None = None

    def request(self) -> Mapping[str, Any]:
        """This check as the probe reads it."""
        names = ("id", "target", "positional", "keywords", "shape", "adapt", "wraps", "name_only", "graph")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Pair:
    """An old call and what it became; `id` is unique within a run."""

    id: str
    old: LiteralCall
    new: LiteralCall
    shape: tuple[int, ...]
    wraps: bool

    def request(self) -> Mapping[str, Any]:
        """This pair as the probe reads it."""
        return {
            "id": self.id,
            "old": self._form(self.old),
            "new": self._form(self.new),
            "shape": self.shape,
            "left_out": sorted({*self.old.left_out, *self.new.left_out} - _INPUTS),
        }

    def _form(self, site: LiteralCall) -> Mapping[str, Any]:
        fields = {name: getattr(site, name) for name in ("target", "positional", "keywords", "applied")}
        return {**fields, "wraps": self.wraps}


def pair_of(old: LiteralCall, new: LiteralCall, table: Table) -> Pair | None:
    """The pair to compare; None where an argument other than the input and the mode is no literal."""
    if {*old.left_out, *new.left_out} - _INPUTS - _MODES:
        return None
    check = _site_check(new, table)
    return None if check.name_only or check.adapt else Pair(new.place, old, new, check.shape, check.wraps)


def table_checks(table: Table) -> tuple[Check, ...]:
    """A check for every target of the table and for every layer that it describes."""
    layers = {path for path in table.probes if path.startswith("tensorflow.keras.layers.")}
    described = {path for path in layers if path.rpartition(".")[2] in table.layers}
    return target_checks(table, {*table.targets, *described})


def target_checks(table: Table, targets: Iterable[str]) -> tuple[Check, ...]:
    """A check for each dotted path, in order; a path without a probe is looked up and no more."""
    return tuple(_check(path, path, table.probes.get(path) or Probe(name_only=True)) for path in sorted(set(targets)))


def site_checks(sites: Sequence[LiteralCall], table: Table) -> tuple[Check, ...]:
    """A check for each call site, with the arguments written there and an input that suits them."""
    return tuple(_site_check(site, table) for site in sites)


def _check(name: str, target: str, probe: Probe) -> Check:
    return Check(
        id=name,
        target=target,
        positional=probe.positional,
        keywords=tuple(probe.keywords.items()),
        shape=probe.shape,
        adapt=probe.adapt,
        wraps=probe.wraps,
        name_only=probe.name_only,
    )


def _site_check(site: LiteralCall, table: Table) -> Check:
    probe = _probe(site.target, table)
    layer = site.target.rpartition(".")[2][:1].isupper()
    if site.legacy and not layer and site.target.startswith(_GRAPH_HOMES):
        return _graph_check(site)
    if probe is None and not layer:
        return Check(site.place, site.target, name_only=True, site=site)
    probe = probe or Probe()
    if not layer:
        keywords = _function_keywords(site, probe, table)
        axes = next((value for name in _AXES if (value := _value(keywords.get(name, ""))) is not None), -1)
        shape = _suited_shape(site.target.rpartition(".")[2], {"axis": axes}, probe)
        return Check(site.place, site.target, probe.positional, tuple(keywords.items()), shape, site=site)
    given = _arguments(site, table)
    return Check(
        id=site.place,
        target=site.target,
        positional=site.positional,
        keywords=site.keywords,
        shape=_suited_shape(site.target.rpartition(".")[2], given, probe),
        adapt=probe.adapt and not {"mean", "variance"} & set(given),
        wraps=probe.wraps,
        site=site,
    )


def _function_keywords(site: LiteralCall, probe: Probe, table: Table) -> dict[str, str]:
    """What a function needs beside its input: as it is written, else as the probe has it."""
    order = table.positional.get(site.target, ("",))[1:]
    given = {**dict(zip(order, site.positional, strict=False)), **dict(site.keywords)}
    # An old name of an argument is the argument: `dim=` says `axis=`.
    renamed = {
        match.to
        for match in table.arguments
        if match.action is Action.RENAME and site.target in match.callees and not given.keys().isdisjoint(match.names)
    }
    return {**{name: text for name, text in probe.keywords.items() if name not in renamed}, **given}


def _graph_check(site: LiteralCall) -> Check:
    """A check of a function that makes its weights in a graph, without the arguments that speak of others there."""
    keywords = tuple((name, text) for name, text in site.keywords if not _OF_A_GRAPH.search(name))
    name = site.target.rpartition(".")[2]
    layer, probe = _OF_IMAGES.get(name, ("BatchNormalization", Probe(shape=(4, 8))))
    shape = _suited_shape(layer, {name: _value(text) for name, text in keywords}, probe)
    return Check(site.place, site.target, (), keywords, shape, graph=True, site=site)


def _probe(path: str, table: Table) -> Probe | None:
    """The probe of a path, or of what the path means today if it takes the same arguments."""
    name = table.layer_name(path)
    return table.probes.get(path) or (table.probes.get(f"tensorflow.keras.layers.{name}") if name else None)


def _arguments(site: LiteralCall, table: Table) -> dict[str, Any]:
    """The site's literal arguments by name, as values; a text that is no literal is left to the probe to refuse."""
    name = table.layer_name(site.target) or site.target.rpartition(".")[2]
    texts = [*zip(_ORDER.get(name, ("axis",)), site.positional, strict=False), *site.keywords]
    return {key: value for key, text in texts if (value := _value(text)) is not None}


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def _suited_shape(name: str, given: Mapping[str, Any], probe: Probe) -> tuple[int, ...]:
    """An input that a layer with these arguments can take: enough axes, channels that its groups divide."""
    declared = given.get("input_shape")
    if isinstance(declared, tuple | list) and all(isinstance(size, int) for size in declared):
        return (4, *declared)
    if isinstance(given.get("input_dim"), int):
        return (4, given["input_dim"])
    shape = list(probe.shape)
    axes = given.get("axis", -1)
    axes = [axis for axis in (axes if isinstance(axes, list | tuple) else [axes]) if isinstance(axis, int)]
    axes = [axis for axis in axes if abs(axis) < _MOST_AXES]
    rank = max([4 if given.get("fused") else len(shape), *(axis + 1 if axis >= 0 else 1 - axis for axis in axes)])
    shape = [*shape[:1], *[4] * (rank - len(shape)), *shape[1:]]
    for statistic in ("mean", "variance"):
        if axes and isinstance(given.get(statistic), list | tuple):
            shape[axes[0]] = len(given[statistic])
    if name == "GroupNormalization" and axes:
        groups = given.get("groups", _DEFAULT_GROUPS)
        shape[axes[0]] = 2 * groups if isinstance(groups, int) and groups > 0 else 8
    batch = given.get("virtual_batch_size")
    return (2 * batch if isinstance(batch, int) and batch > 0 else shape[0], *shape[1:])
