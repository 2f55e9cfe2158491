"""What a worker does for `fix`: the safe fixes of one repository, as the bytes of the files that would change."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field

from normfix import __version__
from normfix.config.errors import UserError
from normfix.fleet.processes import WorkError
from normfix.fleet.work import Job, Task, examined, must_be_the_same

TITLE = "Replace normalization code that no longer runs"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be fixed at a commit: the files as they become, and the same as a patch.

    `rules` are code, summary, what is known of the numbers, and how many findings go. `failure` says why nothing is
    known.
    """

    commit: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    patch: bytes = b""
    rules: tuple[tuple[str, str, str, int], ...] = ()
    remaining: int = 0
    failure: str = ""

    @property
    def fixed(self) -> int:
        """How many findings go."""
        return sum(count for _, _, _, count in self.rules)

    @property
    def message(self) -> str:
        """The message of a commit: what was wrong, and what the replacement does to the numbers."""
        lines = [TITLE, ""]
        for code, summary, numbers, count in self.rules:
            lines += [f"{code} ({count}): {summary}", *([f"  numbers: {numbers}"] if numbers else [])]
        left = f"; {self.remaining} findings remain" if self.remaining else ""
        return "\n".join((*lines, "", f"Safe fixes of normfix {__version__}{left}.", ""))


def proposed(task: Task) -> Proposal:
    """The safe fixes of a repository. Raises OtherNormfixError."""
    must_be_the_same(task.asked)
    try:
        found = examined(task, Job.FIX)
    except (WorkError, OSError, UserError) as error:
        return Proposal(failure=str(error))
    assert found is not None
    files = {path: b64decode(data) for path, data in found.rows["files"].items()}
    rules = tuple((code, summary, numbers, count) for code, summary, numbers, count in found.rows["rules"])
    return Proposal(found.commit, files, b64decode(found.rows["patch"]), rules, found.rows["remaining"])
