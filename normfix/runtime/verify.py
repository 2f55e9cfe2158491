"""Asks an interpreter what it has, and has it try checks; whatever goes wrong there becomes part of the report."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from normfix.runtime.checks import Check
from normfix.runtime.environment import Interpreter, Profile
from normfix.runtime.process import Limits, Transcript, converse
from normfix.runtime.verdict import STEPS, Outcome, Report, Step, Verdict

_HERE = Path(__file__).parent
_PROFILE_SECONDS = 30.0
_TRYING = "trying"


def profile(interpreter: Interpreter, limits: Limits | None = None) -> Profile:
    """What is installed in an interpreter; nothing of it is imported."""
    limits = limits or Limits()
    short = Limits(min(limits.seconds, _PROFILE_SECONDS), limits.megabytes)
    transcript = converse(interpreter.path, _HERE / "inventory.py", {}, short)
    if transcript.failure:
        return Profile(interpreter, failure=transcript.failure)
    (found,) = transcript.answers[-1:]
    return Profile(interpreter, **found)


def run_checks(interpreter: Interpreter, checks: Sequence[Check], limits: Limits | None = None) -> Report:
    """Try every check in one process of an interpreter. The checks' ids must differ.

    Raises ValueError for two checks with one id. All that can go wrong in the interpreter is in the report instead.
    """
    if len({check.id for check in checks}) != len(checks):
        raise ValueError("two checks have the same id")
    begin = time.monotonic()
    limits = limits or Limits()
    found = profile(interpreter, limits)
    if found.failure:
        return Report(found, failure=f"{interpreter.path} {found.failure}")
    if found.tensorflow is None:
        return Report(found, failure=f"there is no TensorFlow in {interpreter.path} ({interpreter.origin})")
    request = {"checks": [check.request() for check in checks]}
    transcript = converse(interpreter.path, _HERE / "probe.py", request, limits)
    return _report(found, checks, transcript, time.monotonic() - begin)


def _report(found: Profile, checks: Sequence[Check], transcript: Transcript, seconds: float) -> Report:
    steps: dict[str, dict[str, Step]] = {check.id: {} for check in checks}
    failure = f"{found.interpreter.path} {transcript.failure}" if transcript.failure else ""
    import_seconds = 0.0
    for names, name, state, words, took in transcript.answers:
        if name == "tensorflow":
            import_seconds = took
            if state != Outcome.OK.value:
                failure = f"TensorFlow {found.tensorflow} is installed but cannot be imported: {words}"
        for check in names:
            # A step still being tried when the answers end is the one that ended them.
            trying = state == _TRYING
            outcome = Outcome.FAILED if trying else Outcome(state)
            steps[check][name] = Step(name, outcome, transcript.failure if trying else words, took)
    verdicts = tuple(Verdict(check, _all_steps(steps[check.id])) for check in checks)
    return Report(found, verdicts, failure, import_seconds, seconds)


def _all_steps(answered: Mapping[str, Step]) -> tuple[Step, ...]:
    """Every step in order; those without an answer follow a failure, or the end of the interpreter."""
    ended = any(step.outcome in (Outcome.FAILED, Outcome.NOT_INSTALLED) for step in answered.values())
    missing = Outcome.SKIPPED if ended else Outcome.NOT_RUN
    return tuple(answered.get(name) or Step(name, missing) for name in STEPS)
