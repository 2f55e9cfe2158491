"""The layers that repositories use, built on one release: calls are collected by the workers, trials made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from normfix.config.errors import UserError
from normfix.config.releases import Requirement, version
from normfix.config.target import Target
from normfix.fleet.builds import OK, UNKNOWN, batches, built
from normfix.fleet.call_tables import CallStore
from normfix.fleet.cluster import connected, outcome_of, spread
from normfix.fleet.parts import Gathering, parts_of
from normfix.fleet.processes import WorkError
from normfix.fleet.run import Cluster
from normfix.fleet.sources import Repository, repositories
from normfix.fleet.tables import Row
from normfix.fleet.work import Asked, Found, Job, Part, Task, examined, must_be_the_same
from normfix.runtime.environment import Profile
from normfix.runtime.known import is_switched
from normfix.runtime.process import Limits
from normfix.runtime.verdict import ProofError

_NAMES = ("tensorflow", "keras", "tf_keras", "tensorflow_addons", "tf_slim", "python", "legacy_keras")


@dataclass(frozen=True, slots=True)
class Collected:
    """What a worker says of a repository; neither rows nor a failure where what is known of it holds."""

    found: Found | None = None
    failure: str = ""

    @property
    def parts(self) -> Sequence[Part]:
        """The parts in which the repository has to be done."""
        return self.found.parts if self.found is not None else ()


@dataclass(slots=True)
class Verified:
    """What a run came to: calls by status, repositories, trials in all and those that were made now."""

    statuses: Counter[str] = field(default_factory=Counter)
    repositories: int = 0
    known: int = 0
    failures: int = 0
    trials: int = 0
    built: int = 0


def must_have(profile: Profile, target: Target) -> None:
    """Raise ProofError where an interpreter does not have the releases of a target."""
    where = f"{profile.interpreter.path} ({profile.interpreter.origin})"
    if profile.failure:
        raise ProofError(f"{profile.interpreter.path} {profile.failure}")
    asks = f"--target asks for {target.text}; name an interpreter that has it with --python"
    if profile.tensorflow is None:
        raise ProofError(f"there is no TensorFlow in {where}, and {asks}")
    has = [f"TensorFlow {profile.tensorflow}", *([f"Keras {profile.keras}"] if target.keras else [])]
    if target.legacy and not is_switched(profile):
        raise ProofError(f"TF_USE_LEGACY_KERAS is not set, and --target asks for {target.text}")
    if not (_admitted(target.tensorflow, profile.tensorflow) and _admitted(target.keras, profile.keras)):
        raise ProofError(f"{where} has {' and '.join(has)}, and {asks}")


def _admitted(needs: Sequence[Requirement], installed: str | None) -> bool:
    """Whether an installed release is in one of some ranges, or there are none."""
    if not needs or installed is None:
        return not needs
    try:
        minor = version(installed)[:2]
    except ValueError:
        # A package that states no version.
        return False
    return any(one.admits(minor) for one in needs)


def collected(task: Task) -> Collected:
    """The calls of a repository, unless they are known at its commit. Raises OtherNormfixError."""
    must_be_the_same(task.asked)
    try:
        return Collected(examined(task, Job.CALLS))
    except (WorkError, OSError, UserError) as error:
        return Collected(failure=str(error))


def verify(
    sources: Sequence[str],
    out: Path,
    asked: Asked,
    cluster: Cluster,
    profile: Profile,
    warn: Callable[[str], None],
) -> Verified:
    """Build what the repositories call. Raises UserError and OSError. `warn` is told of each that failed."""
    named = repositories(sources)
    store = CallStore(out, str(profile.tensorflow))
    store.prepare()
    done, gathering = Verified(repositories=len(named)), Gathering(_together)
    with connected(cluster.scheduler, cluster.workers) as client:
        tasks = [Task(one, asked, store.key(one.name)) for one in named]
        for task, result in spread(client, collected, tasks, lambda one: bool(one.failure), parts_of):
            said = gathering.add(task, outcome_of(result, _failed))
            if said is not None:
                _keep(store, task.repository, said, done, warn)
    made = _made(store, named, profile, asked, done)
    for one in named:
        before = store.calls(one.name)
        rows = [_judged(row, made, profile) for row in before]
        if rows != before:
            store.keep_calls(one.name, store.key(one.name), rows)
        done.statuses.update(row["status"] for row in rows if row["trial"] is not None)
    return done


def _keep(
    store: CallStore, repository: Repository, said: Collected, done: Verified, warn: Callable[[str], None]
) -> None:
    """Write the calls of a repository as they come, or why there are none."""
    same = {"repository": repository.name, "status": UNKNOWN}
    if said.failure:
        done.failures += 1
        warn(f"{repository.name}: {said.failure}")
        store.keep_calls(repository.name, "", [{**same, "reason": said.failure}])
    elif said.found is None:
        done.known += 1
    else:
        rows = [{**same, "commit": said.found.commit, **row} for row in said.found.rows["calls"]]
        store.keep_calls(repository.name, said.found.key, rows)


def _made(
    store: CallStore, named: Sequence[Repository], profile: Profile, asked: Asked, done: Verified
) -> Mapping[str, Row]:
    """What came of the trials of all repositories; those that are known are not made again."""
    environment = {"normfix": asked.normfix, **{name: getattr(profile, name) or "" for name in _NAMES}}
    known = store.builds(environment)
    trials = {row["trial"] for one in named for row in store.calls(one.name) if row["trial"] is not None}
    done.trials = len(trials)
    limits = Limits(asked.seconds)
    for batch in batches(list(trials | known.keys())):
        left = [trial for trial in batch if trial not in known]
        if left:
            rows = built(left, profile.interpreter, limits)
            done.built += len(rows)
            known |= {row["trial"]: {**row, **environment} for row in rows}
            store.keep_builds(known.values())
    return known


def _judged(row: Row, made: Mapping[str, Row], profile: Profile) -> dict[str, Any]:
    """A call with what came of its trial."""
    release = {"tensorflow": profile.tensorflow, "keras": profile.keras}
    if row["trial"] is None:
        return {**row, **release}
    trial = made[row["trial"]]
    said = {name: trial[name] for name in ("status", "step", "reason", "cure")}
    if said["status"] == OK and row["not_evaluated"]:
        words = f"it runs without what is no literal: {', '.join(row['not_evaluated'])}"
        said |= {"status": UNKNOWN, "reason": words}
    return {**row, **release, **said}


def _together(_: Task, parts: Sequence[Collected]) -> Collected:
    """A repository of which all parts were read: they divide its files in their order."""
    failed = next((one for one in parts if one.failure), None)
    every = [one.found for one in parts if one.found is not None]
    if failed is not None:
        return failed
    calls = [row for one in every for row in one.rows["calls"]]
    return Collected(replace(every[0], rows={"calls": calls}))


def _failed(reason: str) -> Collected:
    return Collected(failure=reason)
