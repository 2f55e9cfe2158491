"""A proposal to a branch with one commit. Neither the checkout nor its index is touched, and no hook runs."""

from __future__ import annotations

import tempfile
from pathlib import Path

from normfix.fleet.fetching import git
from normfix.fleet.processes import Deadline, WorkError
from normfix.fleet.proposals import Proposal


def has_branch(folder: Path, branch: str, proposal: Proposal, deadline: Deadline) -> bool:
    """Whether a repository has the branch already, on top of the same commit. Raises WorkError where on another."""
    known = git(("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}"), deadline, folder).strip()
    if known and git(("rev-parse", f"{known}^"), deadline, folder).strip() != proposal.commit:
        raise WorkError(f"its branch {branch} is on another commit; remove it first")
    return bool(known)


def make_branch(folder: Path, branch: str, proposal: Proposal, deadline: Deadline) -> None:
    """Make a branch on top of the commit that the proposal is about. Raises WorkError."""
    with tempfile.TemporaryDirectory(prefix="normfix-") as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        git(("read-tree", proposal.commit), deadline, folder, env=index)
        for path, data in proposal.files.items():
            mode = _mode(folder, path, proposal.commit, deadline)
            blob = git(("hash-object", "-w", f"--path={path}", "--stdin"), deadline, folder, data).strip()
            git(("update-index", "--cacheinfo", f"{mode},{blob},{path}"), deadline, folder, env=index)
        tree = git(("write-tree",), deadline, folder, env=index).strip()
    words = ("commit-tree", tree, "-p", proposal.commit, "-F", "-")
    commit = git(words, deadline, folder, proposal.message.encode()).strip()
    git(("update-ref", f"refs/heads/{branch}", commit, ""), deadline, folder)


def _mode(folder: Path, path: str, commit: str, deadline: Deadline) -> str:
    row = git(("--literal-pathspecs", "ls-tree", commit, "--", path), deadline, folder)
    mode = row.partition(" ")[0]
    if not mode.startswith("100"):
        raise WorkError(f"{path} is no file of its commit")
    return mode
