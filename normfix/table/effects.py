"""What a replacement may do to the numbers, and how far a fix with that effect can be trusted: one measure for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Trust(Enum):
    """Whether a fix with an effect may be safe: never; where its old form runs no more; always."""

    UNSAFE = "unsafe"
    DEAD = "dead"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a replacement does to the numbers; `says` are the words for people."""

    name: str
    trust: Trust
    says: str


def read_effect(row: Mapping[str, Any]) -> Effect:
    """The effect in an `[[effect]]`. Raises ValueError that says what is missing or unknown."""
    missing = [key for key in ("name", "trust", "says") if not row.get(key)]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    return Effect(row["name"], Trust(row["trust"]), row["says"])
