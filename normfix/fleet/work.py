"""What a worker does: one repository, fetched and given to a process of its own, to what the results are made of."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from normfix import __version__
from normfix.config import store
from normfix.config.errors import UserError
from normfix.config.settings import find_settings
from normfix.fleet.fetching import commit_of, fetched
from normfix.fleet.processes import Deadline, WorkError, output
from normfix.fleet.sources import Kind, Repository
from normfix.fleet.tables import SCHEMAS, as_parquet

DONE, FAILED = "done", "failed"


class Job(Enum):
    """What the process of a repository is asked for."""

    CHECK = "check"
    FIX = "fix"
    CALLS = "calls"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every repository. `options` are those of a Request.

    `memory` decides what is found in large files, `seconds` nothing; a repository with more than `most` files is done
    in parts, which find the same.
    """

    options: Mapping[str, Any]
    seconds: float
    memory: int
    normfix: str
    most: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One of the `count` parts in which a repository is done, at the commit at which it was divided."""

    number: int
    count: int
    commit: str


@dataclass(frozen=True, slots=True)
class Task:
    """One repository or a part of it; `known` is the key of what is known of it already, empty for nothing."""

    repository: Repository
    asked: Asked
    known: str = ""
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a repository or of one part, with the commit and the key of the repository."""

    commit: str
    key: str
    rows: Any

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts in which the repository has to be done; none where it was."""
        count = self.rows.get("parts", 0)
        return tuple(Part(number, count, self.commit) for number in range(count))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a repository: `failure` says why nothing did, and no pieces mean that what is known holds.

    `parts` are those in which it has to be done, `found` what one of them came to.
    """

    name: str
    pieces: Mapping[str, bytes]
    findings: int = 0
    failure: str = ""
    parts: tuple[Part, ...] = ()
    found: Found | None = None


class OtherNormfixError(UserError):
    """A worker would find other things, because its normfix is another one."""


@cache
def own_identity() -> str:
    """The release of normfix with a sum over its modules and rules: where it is equal, the same is found."""
    parts = sorted(
        (Path(path).name, blake2b(Path(path).read_bytes(), digest_size=16).hexdigest())
        for path, _, _ in store.sources()
    )
    return f"{__version__}-{blake2b(repr(parts).encode(), digest_size=8).hexdigest()}"


def checked(task: Task) -> Outcome:
    """Check a repository or a part, unless it is known at its commit. Raises OtherNormfixError."""
    must_be_the_same(task.asked)
    try:
        found = examined(task, Job.CHECK)
    except (WorkError, OSError, UserError) as error:
        return failed(task.repository, str(error))
    return Outcome(task.repository.name, {}) if found is None else _outcome(task, found)


def examined(task: Task, job: Job) -> Found | None:
    """What the process of a repository, or of a part, says of it; None where what is known of it holds.

    Raises WorkError, OSError and UserError.
    """
    repository, asked = task.repository, task.asked
    deadline = Deadline(asked.seconds)
    with tempfile.TemporaryDirectory(prefix="normfix-", ignore_cleanup_errors=True) as scratch:
        commit = _commit(task, deadline)
        if commit and task.known.startswith(f"{commit} ") and task.known == _key(repository, commit, asked):
            return None
        folder, commit = fetched(repository, commit, Path(scratch, "source"), deadline)
        if task.part is not None and commit != task.part.commit:
            raise WorkError("it was changed while it was checked")
        rows = _rows(folder, task, job, Path(scratch), deadline)
        return Found(commit, _key(repository, commit, asked), rows)


def _commit(task: Task, deadline: Deadline) -> str:
    """What a repository is at. The parts of a remote one are all fetched at the commit of the first time."""
    pinned = task.part is not None and task.repository.kind is Kind.GIT
    return task.part.commit if task.part is not None and pinned else commit_of(task.repository, deadline)


def must_be_the_same(asked: Asked) -> None:
    """Raise OtherNormfixError where this normfix is not the one that asks."""
    if own_identity() != asked.normfix:
        raise OtherNormfixError(f"a worker has normfix {own_identity()}, and {asked.normfix} asks for the work")


def _rows(folder: Path, task: Task, job: Job, scratch: Path, deadline: Deadline) -> Any:
    """What the process says that a folder is given to. Raises WorkError."""
    words = {
        "folder": str(folder),
        "job": job.value,
        "most": task.asked.most,
        "part": task.part.number if task.part is not None else None,
        "options": dict(task.asked.options),
        "memory": task.asked.memory,
        "seconds": deadline.left,
    }
    empty = scratch / "empty"
    empty.mkdir()
    command = (sys.executable, "-m", "normfix.fleet.one_repository")
    return json.loads(output(command, deadline, cwd=empty, stdin=json.dumps(words).encode()))


def failed(repository: Repository, reason: str) -> Outcome:
    """A repository of which nothing is known but why."""
    row = {"repository": repository.name, "kind": repository.kind.value, "status": FAILED, "reason": reason}
    return Outcome(repository.name, {"repositories": as_parquet(SCHEMAS["repositories"], [row])}, failure=reason)


def _outcome(task: Task, found: Found) -> Outcome:
    name = task.repository.name
    if found.parts:
        return Outcome(name, {}, parts=found.parts)
    return Outcome(name, {}, found=found) if task.part is not None else whole(task.repository, found)


def whole(repository: Repository, found: Found) -> Outcome:
    """A repository with all of its rows: each table with the columns that are the same in all of them."""
    same = {"repository": repository.name, "commit": found.commit}
    row = {
        "kind": repository.kind.value,
        "status": DONE,
        "reason": "",
        "key": found.key,
        **found.rows["repository"],
    }
    rows = {"findings": found.rows["findings"], "symbols": found.rows["symbols"], "repositories": [row]}
    pieces = {table: as_parquet(schema, [{**same, **one} for one in rows[table]]) for table, schema in SCHEMAS.items()}
    return Outcome(repository.name, pieces, len(rows["findings"]))


def _key(repository: Repository, commit: str, asked: Asked) -> str:
    """All that decides what is found: the commit, normfix with its rules, the options, and settings from outside."""
    outside = ""
    if Path(repository.location).is_dir():
        folder = Path(repository.location)
        file = find_settings(folder).file
        if file is not None and folder not in file.absolute().parents:
            outside = file.read_text(encoding="utf-8")
    decided = (asked.normfix, sorted(asked.options.items()), asked.memory, outside)
    return f"{commit} {blake2b(repr(decided).encode(), digest_size=16).hexdigest()}"
