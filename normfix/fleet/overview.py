"""The results of a folder, counted: by repository, rule, symbol, owner and release, and from run to run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from normfix.config.errors import UserError
from normfix.fleet.breaking import NEVER
from normfix.fleet.call_tables import every_call
from normfix.fleet.tables import Row, Store
from normfix.fleet.verified import Release, releases
from normfix.fleet.work import FAILED
from normfix.report.progress import Progress, Stage

STAGES = (Stage.SAFE, Stage.UNSAFE, Stage.BY_HAND, Stage.NOTE)
NOBODY = "(no owner)"
RUNS_STILL = "(none: it runs on the newest)"


class NoResultsError(UserError):
    """A folder in which no run has left anything."""


@dataclass(slots=True)
class Group:
    """The findings that have something in common, by what they wait for, and the repositories that they are in."""

    name: str
    note: str = ""
    counts: Counter[Stage] = field(default_factory=Counter)
    repositories: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        """All of them."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of grouping: its name for machines, the title of its table, and what its groups are."""

    name: str
    title: str
    one: str


KINDS = (
    Kind("repository", "By repository", "Repository"),
    Kind("owner", "By owner", "Owner"),
    Kind("release", "By the TensorFlow that breaks it", "TensorFlow"),
    Kind("rule", "By rule", "Rule"),
    Kind("symbol", "By symbol", "Symbol"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """What all repositories had come to at the end of one run."""

    label: str
    repositories: int
    failed: int
    counts: Counter[Stage]


@dataclass(frozen=True, slots=True)
class Overview:
    """All that a report says. `failures` are repositories with reasons, `undone` the files that could not be read.

    `verified` are the releases on which calls were tried.
    """

    repositories: int
    files: int
    undone: int
    failures: tuple[tuple[str, str], ...]
    counts: Counter[Stage]
    groups: Mapping[str, tuple[Group, ...]]
    runs: tuple[Run, ...]
    verified: tuple[Release, ...]

    @property
    def progress(self) -> Progress:
        """The findings by what they wait for; no notes where there are none."""
        return Progress(tuple((one, self.counts[one]) for one in STAGES if one is not Stage.NOTE or self.counts[one]))


def overview(folder: Path, summaries: Mapping[str, str]) -> Overview:
    """Count what is in a folder. `summaries` say what each rule is about. Raises NoResultsError."""
    store = Store(folder)
    known = list(store.rows("repositories"))
    verified = releases(every_call(folder))
    if not known and not verified:
        raise NoResultsError(
            f"{folder}: no results are in it; make them with: normfix fleet run SOURCES --out {folder}"
        )
    groups: dict[str, dict[str, Group]] = {kind.name: {} for kind in KINDS}
    counts: Counter[Stage] = Counter()
    for row in store.rows("findings"):
        counts[Stage(row["effort"])] += 1
        for kind, name in _groups_of(row):
            group = groups[kind].setdefault(name, Group(name, summaries.get(name, "") if kind == "rule" else ""))
            group.counts[Stage(row["effort"])] += 1
            group.repositories.add(row["repository"])
    return Overview(
        repositories=len(known),
        files=sum(row["files"] or 0 for row in known),
        undone=sum(row["undone"] or 0 for row in known),
        failures=tuple((row["repository"], row["reason"]) for row in known if row["status"] == FAILED),
        counts=counts,
        groups={kind: _sorted(kind, found.values()) for kind, found in groups.items()},
        runs=_runs(store.rows("runs")),
        verified=verified,
    )


def _groups_of(row: Row) -> Iterable[tuple[str, str]]:
    yield "repository", row["repository"]
    yield from (("owner", name) for name in dict.fromkeys(row["owners"]) or (NOBODY,))
    yield "release", row["breaks_in"] or RUNS_STILL
    yield "rule", row["code"]
    if row["symbol"]:
        yield "symbol", row["symbol"]


def _sorted(kind: str, groups: Iterable[Group]) -> tuple[Group, ...]:
    if kind == "release":
        return tuple(sorted(groups, key=lambda one: _release(one.name)))
    return tuple(sorted(groups, key=lambda one: (-one.total, one.name)))


def _release(name: str) -> tuple[int, ...]:
    """What has never run first, then the releases, then what still runs."""
    if name == NEVER:
        return (-1,)
    return tuple(map(int, re.findall(r"\d+", name))) or (1 << 20,)


def _runs(rows: Iterable[Row]) -> tuple[Run, ...]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["run"], []).append(row)
    return tuple(
        Run(
            label=one[0]["label"],
            repositories=len(one),
            failed=sum(row["status"] == FAILED for row in one),
            counts=Counter({stage: sum(row[stage.value] or 0 for row in one) for stage in STAGES}),
        )
        for _, one in sorted(found.items())
    )
