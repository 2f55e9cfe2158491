"""A run: every repository of the sources to its files in the folder of the results, as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from normfix.fleet.cluster import connected, outcome_of, spread
from normfix.fleet.parts import Gathering, checked_whole, parts_of
from normfix.fleet.sources import repositories
from normfix.fleet.tables import Store
from normfix.fleet.work import DONE, Asked, Outcome, Task, checked, failed


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the work is done: at the scheduler of an address, else on this machine, by so many processes."""

    scheduler: str | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run came to: repositories that were looked at, that were known already, and that failed with reasons."""

    looked_at: int = 0
    known: int = 0
    failures: tuple[tuple[str, str], ...] = ()
    findings: int = 0


def run(
    sources: Sequence[str], out: Path, asked: Asked, cluster: Cluster, label: str, say: Callable[[str], None]
) -> Tally:
    """Check every repository that is not known at its commit. Raises UserError and OSError.

    `say` is told of each repository that failed, when it did.
    """
    named = repositories(sources)
    store = Store(out)
    store.prepare()
    known = {row["repository"]: row for row in store.rows("repositories") if row["status"] == DONE}
    tasks = [Task(one, asked, known[one.name]["key"] if one.name in known else "") for one in named]
    tally, gathering = Tally(), Gathering(checked_whole)
    with connected(cluster.scheduler, cluster.workers) as client:
        for task, result in spread(client, checked, tasks, lambda outcome: bool(outcome.failure), parts_of):
            outcome = gathering.add(task, outcome_of(result, partial(failed, task.repository)))
            if outcome is None:
                continue
            if outcome.pieces:
                store.keep(outcome.name, outcome.pieces)
            tally = _counted(tally, outcome, known.get(outcome.name, {}).get("findings", 0))
            if outcome.failure:
                say(f"{outcome.name}: {outcome.failure}")
    store.keep_run(label)
    return tally


def _counted(tally: Tally, outcome: Outcome, known_findings: int) -> Tally:
    if outcome.failure:
        return replace(tally, failures=(*tally.failures, (outcome.name, outcome.failure)))
    if not outcome.pieces:
        return replace(tally, known=tally.known + 1, findings=tally.findings + known_findings)
    return replace(tally, looked_at=tally.looked_at + 1, findings=tally.findings + outcome.findings)
