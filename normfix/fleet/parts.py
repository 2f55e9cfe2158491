"""The parts of repositories that were divided, put together: what they found is what one run over all files finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from normfix.fleet.work import Found, Outcome, Part, Task, failed, whole

_COUNTS = ("findings", "safe", "unsafe", "hand", "note", "undone")


class _Divided(Protocol):
    @property
    def parts(self) -> Sequence[Part]: ...


_Out = TypeVar("_Out")


def parts_of(task: Task, outcome: _Divided) -> Sequence[Task]:
    """The tasks in the place of one whose repository has to be divided; none for another."""
    return [replace(task, part=part) for part in outcome.parts]


@dataclass(frozen=True, slots=True)
class Gathering(Generic[_Out]):
    """What has come of parts so far, by repository and number; `together` makes one of those of all parts."""

    together: Callable[[Task, Sequence[_Out]], _Out]
    outcomes: dict[str, dict[int, _Out]] = field(default_factory=dict)

    def add(self, task: Task, outcome: _Out) -> _Out | None:
        """The outcome of a whole repository; None for a part that is not the last one to come."""
        if task.part is None:
            return outcome
        name = task.repository.name
        parts = self.outcomes.setdefault(name, {})
        parts[task.part.number] = outcome
        if len(parts) < task.part.count:
            return None
        return self.together(task, [one for _, one in sorted(self.outcomes.pop(name).items())])


def checked_whole(task: Task, parts: Sequence[Outcome]) -> Outcome:
    """A repository of which all parts were checked. One that failed fails it."""
    reason = next((one.failure for one in parts if one.failure), "")
    if reason:
        return failed(task.repository, reason)
    return whole(task.repository, _together([one.found for one in parts if one.found is not None]))


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
