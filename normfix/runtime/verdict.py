"""What came of a run: the answer to each step of each check, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from normfix.config.errors import UserError
from normfix.runtime.checks import Check, Pair
from normfix.runtime.environment import Profile
from normfix.runtime.fingerprint import Fingerprint

STEPS = ("imported", "built", "training", "inference", "gradient", "function", "saved")
"""The steps in order: a name is found, a layer built in a model, run in both modes, differentiated, run under
tf.function, saved and reloaded."""

_PASSING = frozenset(
    {
        *("BlockingIOError", "InternalError", "MemoryError", "OSError", "PermissionError", "ResourceExhaustedError"),
        *("TimeoutError", "URLError", "UnavailableError"),
    }
)
"""Exceptions that speak of the machine at that moment."""


class ProofError(UserError):
    """An interpreter that can prove nothing."""


class Outcome(Enum):
    """How one step ended. `skipped`: an earlier one failed. `not run`: the interpreter ended before it.

    A whole call is `not evaluated` where it ran, but without arguments that are no literals.
    """

    OK = "ok"
    FAILED = "failed"
    NOT_APPLICABLE = "n/a"
    SKIPPED = "skipped"
    NOT_INSTALLED = "not installed"
    NOT_RUN = "not run"
    NOT_EVALUATED = "not evaluated"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one check; `words` are the exact words of the exception where it failed."""

    name: str
    outcome: Outcome
    words: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that one check gave. `known` is the cure of a failure that was recorded before, else empty."""

    check: Check
    steps: tuple[Step, ...]
    known: str = ""

    @property
    def outcome(self) -> Outcome:
        """The worst that happened; OK only where nothing failed, nothing is missing and nothing was left out."""
        outcomes = {step.outcome for step in self.steps}
        worst = (Outcome.FAILED, Outcome.NOT_INSTALLED, Outcome.NOT_RUN)
        fine = Outcome.NOT_EVALUATED if self.check.site and self.check.site.not_evaluated else Outcome.OK
        return next((outcome for outcome in worst if outcome in outcomes), fine)

    @property
    def decisive(self) -> Step | None:
        """The step that made the outcome other than OK."""
        return next((step for step in self.steps if step.outcome is self.outcome is not Outcome.OK), None)

    @property
    def lasting(self) -> bool:
        """Whether all its answers speak of what is installed."""
        return not any(
            step.outcome is Outcome.NOT_RUN or step.words.partition(":")[0] in _PASSING for step in self.steps
        )


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
    """A whole run. `failure` is one line that says why it has no, or not all, answers; empty where it has.

    `fingerprint` is what it rests on, None where that is not known.
    """

    profile: Profile
    verdicts: tuple[Verdict, ...] = ()
    failure: str = ""
    import_seconds: float = 0.0
    seconds: float = 0.0
    comparisons: tuple[Comparison, ...] = ()
    fingerprint: Fingerprint | None = None

    @property
    def proves_nothing(self) -> bool:
        """Whether the interpreter has no TensorFlow that works, so that nothing can be said of any target."""
        answered = any(step.outcome is Outcome.OK for verdict in self.verdicts for step in verdict.steps)
        return bool(self.failure) and not answered

    @property
    def lasting(self) -> bool:
        """Whether the run came to its end, and all its answers speak of what is installed."""
        return not self.failure and all(verdict.lasting for verdict in self.verdicts)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The checks that did not pass, without those whose package is not installed or whose failure is known."""
        bad = (Outcome.FAILED, Outcome.NOT_RUN)
        return tuple(one for one in self.verdicts if one.outcome in bad and not one.known)


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
