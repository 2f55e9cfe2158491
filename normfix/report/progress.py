"""How far the code is on its way: what is fixed, what a command would fix, and what is left to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from normfix.checks.finding import Finding, Severity
from normfix.report import Result, applicability, in_order
from normfix.source.text import Applicability


class Stage(Enum):
    """What a finding waits for; the value is its name for machines."""

    FIXED = "fixed"
    SAFE = "safe"
    UNSAFE = "unsafe"
    BY_HAND = "hand"
    NOTE = "note"

    @property
    def title(self) -> str:
        """Its name for people."""
        return _TITLES[self]


_TITLES = {
    Stage.FIXED: "Fixed",
    Stage.SAFE: "Safe fix",
    Stage.UNSAFE: "Unsafe fix",
    Stage.BY_HAND: "By hand",
    Stage.NOTE: "Nothing to do",
}


_ONLY_WHERE_ANY = frozenset({Stage.FIXED, Stage.NOTE})


@dataclass(frozen=True, slots=True)
class Progress:
    """How many findings are at each stage, in order; no count of fixed ones or of notes where there are none."""

    counts: tuple[tuple[Stage, int], ...]

    @property
    def total(self) -> int:
        """All findings, those that were fixed among them."""
        return sum(count for _, count in self.counts)


def stage(finding: Finding) -> Stage:
    """What a remaining finding waits for."""
    trust = applicability(finding)
    if trust is Applicability.SAFE:
        return Stage.SAFE
    if trust is Applicability.UNSAFE:
        return Stage.UNSAFE
    return Stage.NOTE if finding.severity is Severity.INFO else Stage.BY_HAND


def progress(results: Sequence[Result]) -> Progress:
    """The stages of all findings of a run."""
    found = Counter(stage(finding) for finding in in_order(results))
    fixed = sum(len(result.fixed) for result in results)
    counts = ((one, fixed if one is Stage.FIXED else found[one]) for one in Stage)
    return Progress(tuple((one, count) for one, count in counts if count or one not in _ONLY_WHERE_ANY))
