"""What backs the numeric grades: old calls recorded in their releases and matched by the new code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from normfix.table import shapes
from normfix.table.rule import Grade, Rule

EQUAL = (Grade.IDENTICAL, Grade.IDENTICAL_WITH_ARGUMENTS)
"""The grades that claim the old numbers."""

LARGEST = 1e-5
"""How far apart the float32 numbers of old and new code may be and still count as equal."""

Runs = Mapping[str, tuple[str, ...]]
"""Releases by what ran in them."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The measurements behind the grade of one rule.

    `cases` recorded calls are matched by the new code, `controls` naive renames were seen to differ. `largest` is the
    largest absolute difference among the float32 cases, `half` that among the float16 cases, None where there is none.
    `runs` are the releases in which each pair of paths was recorded and matched, keyed by `pair_of`.
    """

    cases: int
    controls: int
    largest: float
    half: float | None
    releases: tuple[str, ...]
    runs: Runs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """What recorded releases say of a moved module: where its old path ran, and which names were one object at both.

    `other` are the names that both paths had, as different classes or functions.
    """

    ran: tuple[str, ...] = ()
    same: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()


def pair_of(old: str, new: str) -> str:
    """How the runs of a proof name a path and its replacement."""
    return f"{old} -> {new}"


def change_of(path: str, argument: str) -> str:
    """How the runs of a proof name an argument of a path."""
    return f"{path}({argument})"


def read_proof(row: Mapping[str, Any]) -> Proof:
    """One `[proofs.CODE]` of a rule file. Raises ValueError for what cannot be a proof."""
    largest = row.get("largest", 0.0)
    if not largest <= LARGEST:
        raise ValueError(f"a difference of {largest:g} is no proof; equal is up to {LARGEST:g}")
    return Proof(
        cases=row.get("cases", 0),
        controls=row.get("controls", 0),
        largest=largest,
        half=row.get("half"),
        releases=tuple(row.get("releases", ())),
        runs=read_runs(row.get("runs", {})),
    )


def read_runs(row: Mapping[str, Any]) -> Runs:
    """A table of releases. Raises ValueError for a value that is none."""
    for key, releases in row.items():
        if not shapes.fits(releases, "texts"):
            raise ValueError(f"{key} must be texts")
    return {key: tuple(releases) for key, releases in row.items()}


def read_identity(row: Mapping[str, Any]) -> Identity:
    """One row of `[moved]`."""
    return Identity(tuple(row["ran"]), frozenset(row["same"]), frozenset(row["other"]))


def moved_rule(rule: Rule, pair: str, found: Identity | None, *, proved: bool) -> Rule:
    """The rule with the grade of one moved module: `no-numbers` for a path that was recorded to run nowhere.

    `proved` says that a run of the pair is recorded. Raises ValueError that says what is missing for the grade.
    """
    if rule.grade is Grade.DIFFERENT or proved or (found is not None and found.same):
        return rule
    if found is not None and not found.ran and rule.grade is not Grade.NONE:
        return replace(rule, grade=Grade.NO_NUMBERS)
    raise ValueError(
        f"{pair}: no recorded run backs a fix with the grade {rule.grade.value}, and no name was one object"
    )


def proved_rule(rule: Rule, old: str, new: str | None, proof: Proof | None, ran: Runs) -> Rule:
    """The rule with the grade that one of its paths has: `no-numbers` for a path that was recorded to run nowhere.

    `ran` are the recorded releases in which each path worked. Raises ValueError that says what is missing for the grade
    that the rule claims.
    """
    if new is None or rule.grade is Grade.DIFFERENT:
        return rule
    if rule.grade is Grade.NONE:
        raise ValueError(f"{old} has the target {new}, and the grade none says that nothing replaces it")
    if ran.get(old) == ():
        return replace(rule, grade=Grade.NO_NUMBERS)
    if rule.grade is Grade.NO_NUMBERS:
        raise ValueError(f"{old} -> {new}: nothing recorded says that {old} never ran; without a proof it is different")
    runs = proof.runs.get(pair_of(old, new), ()) if proof is not None else ()
    if proof is None or not proof.cases or not runs:
        raise ValueError(f"{old} -> {new}: no recorded run backs the grade {rule.grade.value}")
    missing = _missing(ran.get(old, ()), runs)
    if missing:
        raise ValueError(f"{old} -> {new}: no recorded run of {', '.join(missing)} backs the grade {rule.grade.value}")
    return rule


def refuse_unproved(rule: Rule, changes: Iterable[str], proof: Proof | None, ran: Runs) -> None:
    """Raise ValueError that says what is missing where an argument changes with a grade that nothing shows.

    `changes` are the argument under every path that it has, as `change_of` spells them.
    """
    changes = list(changes)
    if rule.grade is Grade.DIFFERENT:
        return
    if rule.grade is Grade.NONE:
        raise ValueError(f"{changes[0]}: a fix with the grade none says that nothing replaces it")
    recorded = {one: ran[one] for one in changes if one in ran}
    runs = proof.runs if proof is not None and proof.cases else {}
    if rule.grade is Grade.NO_NUMBERS:
        taken = next((one for one in recorded if recorded[one]), None if recorded else changes[0])
        if taken is not None:
            raise ValueError(f"{taken}: nothing recorded says that no release took it; without a proof it is different")
        return
    for one, releases in recorded.items():
        missing = _missing(releases, runs.get(one, ()))
        if missing:
            said = f"no recorded run of {', '.join(missing)} backs a fix with the grade {rule.grade.value}"
            raise ValueError(f"{one}: {said}")
    if not recorded and not any(runs.get(one) for one in changes):
        raise ValueError(f"{changes[0]}: no recorded run backs a fix with the grade {rule.grade.value}")


def _missing(wanted: Iterable[str], runs: Iterable[str]) -> list[str]:
    return [release for release in wanted if release not in set(runs)]
