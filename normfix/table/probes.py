"""How a target of the rule table is tried on a real TensorFlow: its arguments, its input, and what comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KERAS_ROOTS = ("keras", "tensorflow.keras", "tensorflow.compat.v1.keras", "tf_keras")
"""What `*` in a target stands for: each Keras that can be installed, and each name it goes by."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One way to try a target. Arguments are source texts of literals.

    `shape` is that of the input; a function gets the input as its first argument. `adapt` calls the layer's `adapt`
    with the input, `wraps` gives it a Dense layer as its first argument, `name_only` asks for no more than the name.
    """

    positional: tuple[str, ...] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)
    shape: tuple[int, ...] = (4, 8)
    adapt: bool = False
    wraps: bool = False
    name_only: bool = False


def read_probes(row: Mapping[str, Any]) -> dict[str, Probe]:
    """The probes in one `[[probe]]` of a rule file, by full dotted path; the row has been checked for shape."""
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    targets = fields.pop("targets", ())
    return {path: Probe(**fields) for target in targets for path in _spelled_out(target)}


def _spelled_out(target: str) -> tuple[str, ...]:
    return tuple(root + target[1:] for root in KERAS_ROOTS) if target.startswith("*.") else (target,)
