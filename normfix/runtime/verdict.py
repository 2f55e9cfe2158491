"""What came of a run: the answer to each step of each check, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from normfix.runtime.checks import Check, Pair
from normfix.runtime.environment import Profile

STEPS = ("imported", "built", "training", "inference", "gradient", "function", "saved")
"""The steps in order: a name is found, a layer built in a model, run in both modes, differentiated, run under
tf.function, saved and reloaded."""


class Outcome(Enum):
    """How one step ended. `skipped`: an earlier one failed. `not run`: the interpreter ended before it."""

    OK = "ok"
    FAILED = "failed"
    NOT_APPLICABLE = "n/a"
    SKIPPED = "skipped"
    NOT_INSTALLED = "not installed"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one check; `words` are the exact words of the exception where it failed."""

    name: str
    outcome: Outcome
    words: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that one check gave."""

    check: Check
    steps: tuple[Step, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst that happened; OK only where nothing failed and nothing is missing."""
        outcomes = {step.outcome for step in self.steps}
        worst = (Outcome.FAILED, Outcome.NOT_INSTALLED, Outcome.NOT_RUN)
        return next((outcome for outcome in worst if outcome in outcomes), Outcome.OK)

    @property
    def decisive(self) -> Step | None:
        """The step that made the outcome other than OK."""
        return next((step for step in self.steps if step.outcome is self.outcome is not Outcome.OK), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing an old call with its new form.

    `difference` is the largest one, None where they were not compared; `words` then say why.
    """

    pair: Pair
    outcome: Outcome
    difference: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. `failure` is one line that says why it has no, or not all, answers; empty where it has."""

    profile: Profile
    verdicts: tuple[Verdict, ...] = ()
    failure: str = ""
    import_seconds: float = 0.0
    seconds: float = 0.0
    comparisons: tuple[Comparison, ...] = ()

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The checks that did not pass, without those whose package is not installed."""
        return tuple(one for one in self.verdicts if one.outcome in (Outcome.FAILED, Outcome.NOT_RUN))


def withheld(report: Report) -> Mapping[str, str]:
    """Which checks give no proof (by id), and why, for a fixer that writes only what was proved."""
    reasons = {}
    for verdict in report.verdicts:
        step = verdict.decisive
        if step is not None:
            first_line = (step.words or report.failure).partition("\n")[0]
            reasons[verdict.check.id] = f"{TROUBLE[step.name]}: {first_line}"
    return reasons


TROUBLE: Mapping[str, str] = {
    "imported": "cannot be imported",
    "built": "cannot be built",
    "training": "does not run in training",
    "inference": "does not run in inference",
    "gradient": "cannot be differentiated",
    "function": "does not run under tf.function",
    "saved": "does not survive saving",
}
"""What to say of a target that failed at a step."""
