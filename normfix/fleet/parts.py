"""The parts of repositories that were divided, put together: what they found is what one run over all files finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from normfix.fleet.work import Found, Outcome, Task, failed, whole

_COUNTS = ("findings", "safe", "unsafe", "hand", "note", "undone")


def parts_of(task: Task, outcome: Outcome) -> Sequence[Task]:
    """The tasks in the place of one whose repository has to be divided; none for another."""
    return [replace(task, part=part) for part in outcome.parts]


@dataclass(frozen=True, slots=True)
class Gathering:
    """What has come of parts so far, by repository and number."""

    outcomes: dict[str, dict[int, Outcome]] = field(default_factory=dict)

    def add(self, task: Task, outcome: Outcome) -> Outcome | None:
        """The outcome of a whole repository once that of its last part is there. One part that failed fails it."""
        if task.part is None:
            return outcome
        parts = self.outcomes.setdefault(outcome.name, {})
        parts[task.part.number] = outcome
        if len(parts) < task.part.count:
            return None
        every = [one for _, one in sorted(self.outcomes.pop(outcome.name).items())]
        reason = next((one.failure for one in every if one.failure), "")
        if reason:
            return failed(task.repository, reason)
        return whole(task.repository, _together([one.found for one in every if one.found is not None]))


def _together(parts: Sequence[Found]) -> Found:
    """The rows of all parts, in the order of one run."""
    placed = [pair for part in parts for pair in zip(part.rows["places"], part.rows["findings"], strict=True)]
    placed.sort(key=lambda pair: (pair[0], pair[1]["path"]))
    every = [part.rows["repository"] for part in parts]
    row = {
        **every[0],
        "target": next((one["target"] for one in every if one["target"]), ""),
        **{name: sum(one[name] for one in every) for name in _COUNTS},
    }
    rows = {"findings": [one for _, one in placed], "symbols": _symbols(parts), "repository": row}
    return replace(parts[0], rows=rows)


def _symbols(parts: Sequence[Found]) -> list[dict[str, Any]]:
    """The rows of each symbol, with its findings in all parts."""
    known: dict[tuple[str, str, str], dict[str, Any]] = {}
    for part in parts:
        for row in part.rows["symbols"]:
            key = (row["symbol"], row["axis"], row["release"])
            before = known[key]["findings"] if key in known else 0
            known[key] = {**row, "findings": before + row["findings"]}
    return sorted(known.values(), key=lambda row: str(row["symbol"]))
