"""Asks an interpreter what it has, and has it try checks; whatever goes wrong there becomes part of the report."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from normfix.runtime.checks import Check, Pair
from normfix.runtime.environment import Interpreter, Profile
from normfix.runtime.fingerprint import fingerprint, installed
from normfix.runtime.process import UNREADABLE, Limits, Transcript, converse
from normfix.runtime.verdict import STEPS, Comparison, Outcome, Report, Step, Verdict

_HERE = Path(__file__).parent
_PROFILE_SECONDS = 30.0
_TRYING = "trying"
_COMPARED = "compared"
_LOADED = "loaded"
_SWITCHED = {"TF_USE_LEGACY_KERAS": "1"}


def profile(interpreter: Interpreter, limits: Limits | None = None) -> Profile:
    """What is installed in an interpreter; nothing of it is imported."""
    limits = limits or Limits()
    short = Limits(min(limits.seconds, _PROFILE_SECONDS), limits.megabytes)
    transcript = converse(interpreter.path, _HERE / "inventory.py", {}, short)
    if transcript.failure:
        return Profile(interpreter, failure=transcript.failure)
    try:
        (found,) = transcript.answers[-1:]
        return Profile(interpreter, **{**found, "folders": tuple(found.get("folders", ()))})
    except (TypeError, AttributeError):
        return Profile(interpreter, failure=UNREADABLE)


def run_checks(
    interpreter: Interpreter,
    checks: Sequence[Check],
    limits: Limits | None = None,
    pairs: Sequence[Pair] = (),
    variables: Mapping[str, str] | None = None,
) -> Report:
    """Try every check, then compare every pair, in one process of an interpreter. The ids of each must differ.

    `variables` are put into its environment.

    Raises ValueError for two checks with one id. All that can go wrong in the interpreter is in the report instead.
    """
    if len({check.id for check in checks}) != len(checks):
        raise ValueError("two checks have the same id")
    begin, moment = time.monotonic(), time.time_ns()
    limits = limits or Limits()
    found = profile(interpreter, limits)
    if found.failure:
        return Report(found, failure=f"{interpreter.path} {found.failure}")
    if found.tensorflow is None:
        return Report(found, failure=f"there is no TensorFlow in {interpreter.path} ({interpreter.origin})")
    before = installed(str(interpreter.path), found.folders)
    groups = [(one, part) for one in (False, True) if (part := [c for c in checks if _on_legacy(c) is one])]
    reports = [
        _answered(
            found, part, pairs if not index else (), limits, _SWITCHED if legacy else variables or {}, before, moment
        )
        for index, (legacy, part) in enumerate(groups or [(False, [])])
    ]
    merged = reports[0] if len(reports) == 1 else _merged(checks, reports)
    return replace(merged, seconds=time.monotonic() - begin)


def _on_legacy(check: Check) -> bool:
    return check.site is not None and check.site.legacy


def _answered(
    found: Profile,
    checks: Sequence[Check],
    pairs: Sequence[Pair],
    limits: Limits,
    variables: Mapping[str, str],
    before: tuple[Any, ...],
    moment: int,
) -> Report:
    """One process of the interpreter, with some variables set."""
    begin = time.monotonic()
    request = {"checks": [check.request() for check in checks], "pairs": [pair.request() for pair in pairs]}
    transcript = converse(found.interpreter.path, _HERE / "probe.py", request, limits, variables)
    report = _report(found, checks, transcript, time.monotonic() - begin)
    loaded = [name for names, step, *_ in transcript.answers if step == _LOADED for name in names]
    holds = fingerprint(found, loaded, before, moment)
    return replace(report, comparisons=_comparisons(pairs, transcript), fingerprint=holds)


def _merged(checks: Sequence[Check], reports: Sequence[Report]) -> Report:
    """The reports of several processes as one, the checks in their order."""
    verdicts = {one.check.id: one for report in reports for one in report.verdicts}
    known = [report.fingerprint for report in reports]
    return replace(
        reports[0],
        verdicts=tuple(verdicts[check.id] for check in checks if check.id in verdicts),
        failure=next((report.failure for report in reports if report.failure), ""),
        import_seconds=max(report.import_seconds for report in reports),
        comparisons=tuple(one for report in reports for one in report.comparisons),
        fingerprint=known[-1] if all(known) else None,
    )


def _report(found: Profile, checks: Sequence[Check], transcript: Transcript, seconds: float) -> Report:
    steps: dict[str, dict[str, Step]] = {check.id: {} for check in checks}
    failure = f"{found.interpreter.path} {transcript.failure}" if transcript.failure else ""
    import_seconds = 0.0
    for names, name, state, words, took in transcript.answers:
        if name == "tensorflow":
            import_seconds = took
            if state != Outcome.OK.value:
                failure = f"TensorFlow {found.tensorflow} is installed but cannot be imported: {words}"
        for check in names if name not in (_COMPARED, _LOADED) else ():
            # A step still being tried when the answers end is the one that ended them.
            trying = state == _TRYING
            outcome = Outcome.FAILED if trying else Outcome(state)
            steps[check][name] = Step(name, outcome, transcript.failure if trying else words, took)
    verdicts = tuple(Verdict(check, _all_steps(steps[check.id])) for check in checks)
    return Report(found, verdicts, failure, import_seconds, seconds)


def _comparisons(pairs: Sequence[Pair], transcript: Transcript) -> tuple[Comparison, ...]:
    answers = {names[0]: (state, words) for names, name, state, words, _ in transcript.answers if name == _COMPARED}
    found = []
    for pair in pairs:
        state, words = answers.get(pair.id, (Outcome.NOT_RUN.value, transcript.failure))
        if state == Outcome.OK.value:
            found.append(Comparison(pair, Outcome.OK, float(words)))
        else:
            outcome = Outcome.FAILED if state == _TRYING else Outcome(state)
            found.append(Comparison(pair, outcome, words=words or transcript.failure))
    return tuple(found)


def _all_steps(answered: Mapping[str, Step]) -> tuple[Step, ...]:
    """Every step in order; those without an answer follow a failure, or the end of the interpreter."""
    ended = any(step.outcome in (Outcome.FAILED, Outcome.NOT_INSTALLED) for step in answered.values())
    missing = Outcome.SKIPPED if ended else Outcome.NOT_RUN
    return tuple(answered.get(name) or Step(name, missing) for name in STEPS)
