"""The safe fixes of every repository: a branch where git is, else a patch, and nothing at all unless told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from normfix.fleet.branches import has_branch, make_branch
from normfix.fleet.cluster import connected, outcome_of, spread
from normfix.fleet.fetching import clone, git
from normfix.fleet.processes import Deadline, WorkError
from normfix.fleet.proposals import Proposal, proposed
from normfix.fleet.run import Cluster
from normfix.fleet.sources import Kind, Repository, repositories
from normfix.fleet.tables import file_name, put
from normfix.fleet.work import Asked, Task


@dataclass(frozen=True, slots=True)
class Writing:
    """Where fixes go: nowhere, or to a branch of this name and to the folder of patches and clones."""

    out: Path
    branch: str
    write: bool


@dataclass(slots=True)
class Fixes:
    """What a run came to: findings that are or would be fixed, those that remain, and repositories that failed."""

    fixed: int = 0
    remaining: int = 0
    failures: int = 0


def fix(
    sources: Sequence[str],
    asked: Asked,
    cluster: Cluster,
    writing: Writing,
    say: Callable[[str], None],
    warn: Callable[[str], None],
) -> Fixes:
    """Propose the fixes of every repository, and write them where told. Raises UserError and OSError.

    `say` is told of each repository with fixes, `warn` of each that failed.
    """
    tasks = [Task(one, asked) for one in repositories(sources)]
    done = Fixes()
    with connected(cluster.scheduler, cluster.workers) as client:
        for task, result in spread(client, proposed, tasks, lambda proposal: bool(proposal.failure)):
            proposal, name = outcome_of(result, _failed), task.repository.name
            try:
                if proposal.failure:
                    raise WorkError(proposal.failure)
                if proposal.files:
                    place = _written(task.repository, proposal, writing, Deadline(asked.seconds))
                    say(f"{name}: {proposal.fixed} findings in {len(proposal.files)} files {place}")
            except WorkError as error:
                done.failures += 1
                warn(f"{name}: {error}")
            else:
                done.fixed += proposal.fixed
                done.remaining += proposal.remaining
    return done


def _failed(reason: str) -> Proposal:
    return Proposal(failure=reason)


def _written(repository: Repository, proposal: Proposal, writing: Writing, deadline: Deadline) -> str:
    """Write a proposal where it belongs, and say where; in a dry run, where it would go. Raises WorkError."""
    folder = _home(repository, writing)
    if folder is None:
        file = writing.out / "patches" / f"{file_name(repository.name)}.patch"
        if writing.write:
            file.parent.mkdir(parents=True, exist_ok=True)
            put(file, proposal.patch)
        return f"fixed in {file}" if writing.write else "would be fixed by a patch"
    if "+" in proposal.commit or ":" in proposal.commit:
        raise WorkError("it has changes that are in no commit; commit or stash them first")
    if not writing.write:
        return f"would be fixed on branch {writing.branch}"
    if repository.kind is Kind.GIT:
        clone(repository.location, proposal.commit, folder, deadline)
        git(("config", "remote.origin.url", repository.location), deadline, folder)
    if has_branch(folder, writing.branch, proposal, deadline):
        return f"were fixed before on branch {writing.branch} of {folder}"
    make_branch(folder, writing.branch, proposal, deadline)
    return f"fixed on branch {writing.branch} of {folder}"


def _home(repository: Repository, writing: Writing) -> Path | None:
    """The git repository that a branch goes to; None where there is none."""
    if repository.kind is Kind.GIT:
        return writing.out / "clones" / file_name(repository.name)
    folder = Path(repository.location)
    return folder if (folder / ".git").exists() else None
