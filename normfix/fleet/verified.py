"""The calls that were tried on releases, counted: by status, and by the way in which a layer is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from normfix.fleet.builds import FAILS, KNOWN, OK, STATUSES, UNKNOWN
from normfix.fleet.tables import Row
from normfix.runtime.verdict import TROUBLE

STATUS_WORDS = {
    OK: "Builds and runs",
    FAILS: "Fails",
    KNOWN: "Fails, as recorded",
    UNKNOWN: "Not known",
}


_COUNTED = {OK: "build and run", FAILS: "fail", KNOWN: "fail as recorded", UNKNOWN: "are not known"}


@dataclass(slots=True)
class Way:
    """Calls that come to the same, with what came of them where that is not success."""

    call: str
    status: str
    reason: str
    calls: int = 0
    repositories: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Release:
    """All calls that were tried on one TensorFlow."""

    name: str
    statuses: Counter[str] = field(default_factory=Counter)
    trials: set[str] = field(default_factory=set)
    repositories: set[str] = field(default_factory=set)
    unread: int = 0
    ways: tuple[Way, ...] = ()

    @property
    def said(self) -> str:
        """The whole in one sentence."""
        counts = ", ".join(f"{self.statuses[one]} {_COUNTED[one]}" for one in STATUSES if self.statuses[one])
        calls, ways = self.statuses.total(), len(self.trials)
        unread = f"; {self.unread} files or repositories could not be read" if self.unread else ""
        return f"{calls} calls in {len(self.repositories)} repositories, in {ways} ways: {counts or 'none'}{unread}"

    def as_dict(self) -> Mapping[str, Any]:
        """The same for machines."""
        return {
            "release": self.name,
            "repositories": len(self.repositories),
            "ways": len(self.trials),
            "unread": self.unread,
            **{status: self.statuses[status] for status in STATUSES},
            "not_ok": [
                {
                    "call": one.call,
                    "status": one.status,
                    "reason": one.reason,
                    "calls": one.calls,
                    "repositories": len(one.repositories),
                }
                for one in self.ways
            ],
        }


def releases(rows: Iterable[Row]) -> tuple[Release, ...]:
    """The calls of each release, oldest first."""
    found: dict[str, Release] = {}
    ways: dict[str, dict[tuple[str, str, str], Way]] = {}
    for row in rows:
        name = f"TensorFlow {row['tensorflow']}" + (f" with Keras {row['keras']}" if row["keras"] else "")
        release = found.setdefault(name, Release(name))
        if row["trial"] is None:
            release.unread += 1
            continue
        release.statuses[row["status"]] += 1
        release.trials.add(row["trial"])
        release.repositories.add(row["repository"])
        if row["status"] != OK:
            key = (row["call"], row["status"], _reason(row))
            way = ways.setdefault(name, {}).setdefault(key, Way(*key))
            way.calls += 1
            way.repositories.add(row["repository"])
    for name, release in found.items():
        release.ways = tuple(sorted(ways.get(name, {}).values(), key=_by_weight))
    return tuple(sorted(found.values(), key=lambda one: [int(number) for number in re.findall(r"\d+", one.name)]))


def _by_weight(way: Way) -> tuple[int, int, str]:
    return (STATUSES.index(way.status), -way.calls, way.call)


def _reason(row: Row) -> str:
    """Why, in one line: where it failed, in the first words of the exception, and what cures it."""
    words = str(row["reason"]).partition("\n")[0]
    if row["status"] == UNKNOWN:
        return words
    cure = f" ({row['cure']})" if row["cure"] else ""
    return f"{TROUBLE[row['step']]}: {words}{cure}"
