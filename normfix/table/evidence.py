"""What backs the numeric grade of a rule: old calls recorded in their releases and matched by the new code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Proof:
    """The measurements behind one grade.

    `cases` recorded calls are matched by the new code, `controls` naive renames were seen to differ. `largest` is the
    largest absolute difference among the float32 cases, `half` that among the float16 cases, None where there is none.
    """

    cases: int
    controls: int
    largest: float
    half: float | None
    releases: tuple[str, ...]


def read_proof(row: Mapping[str, Any]) -> Proof:
    """One `[proofs.CODE]` of a rule file; the row has been checked for shape."""
    return Proof(
        cases=row.get("cases", 0),
        controls=row.get("controls", 0),
        largest=row.get("largest", 0.0),
        half=row.get("half"),
        releases=tuple(row.get("releases", ())),
    )
