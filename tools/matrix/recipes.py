"""What the release matrix asks of a release: every path of the table, and how to call what it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from normfix.table.probes import Probe
from normfix.table.table import LAYER_HOMES, Table

_FOUR_AXES = (2, 4, 4, 8)
_STATISTICS = ("0.0", "1.0", "0.0", "1.0")
_OLD: Mapping[str, Probe] = {
    "GroupNormalization": Probe(keywords={"groups": "4"}, shape=_FOUR_AXES),
    "InstanceNormalization": Probe(shape=_FOUR_AXES),
    "FilterResponseNormalization": Probe(shape=_FOUR_AXES),
    "TLU": Probe(shape=_FOUR_AXES),
    "LRN2D": Probe(shape=_FOUR_AXES),
    "SpectralNormalization": Probe(wraps=True),
    "WeightNormalization": Probe(wraps=True),
    "Normalization": Probe(adapt=True),
    "backend.batch_normalization": Probe(_STATISTICS),
    "normalize_batch_in_training": Probe(("1.0", "0.0", "[0]")),
    "nn.fused_batch_norm": Probe(("[1.0, 1.0, 1.0, 1.0]", "[0.0, 0.0, 0.0, 0.0]"), shape=(2, 3, 3, 4)),
    "instance_norm": Probe(shape=_FOUR_AXES),
    "group_norm": Probe(("4",), shape=_FOUR_AXES),
    "unit_norm": Probe(("1",)),
}
"""How to call what the table has no probe for, by the end of the path; everything else takes its input alone."""


def recorded_paths(table: Table) -> tuple[str, ...]:
    """Every old path and module, every replacement, every layer in each of its homes, and every probed function."""
    layers = (f"{home}.{name}" for home in LAYER_HOMES for name in table.layers)
    return tuple(sorted({*table.entries, *table.modules, *table.targets, *table.probes, *layers}))


def requests(table: Table) -> tuple[Mapping[str, Any], ...]:
    """A check for each recorded path, as reach.py reads it."""
    return tuple({"path": path, "call": _recipe(path, table)} for path in recorded_paths(table))


def _recipe(path: str, table: Table) -> Mapping[str, Any] | None:
    if path in table.modules and path not in table.entries:
        return None
    probe = table.probes.get(path) or _by_ending(path) or Probe()
    return {
        "positional": probe.positional,
        "keywords": tuple(probe.keywords.items()),
        "shape": probe.shape,
        "adapt": probe.adapt,
        "wraps": probe.wraps,
    }


def _by_ending(path: str) -> Probe | None:
    """The recipe for the longest ending of a path that has one."""
    return next((_OLD[ending] for ending in sorted(_OLD, key=len, reverse=True) if path.endswith("." + ending)), None)
