"""Trials in an interpreter, each once, however many repositories have the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from normfix.fleet.calls import check_of, is_legacy
from normfix.fleet.tables import Row
from normfix.report.verify import called
from normfix.runtime.environment import Interpreter
from normfix.runtime.known import with_known
from normfix.runtime.process import Limits
from normfix.runtime.verdict import Outcome, ProofError, Report, Verdict
from normfix.runtime.verify import run_checks
from normfix.table.availability import shipped_availability

OK, FAILS, KNOWN, UNKNOWN = "ok", "fails", "known", "unknown"
STATUSES = (OK, FAILS, KNOWN, UNKNOWN)
_STATUS = {Outcome.OK: OK, Outcome.FAILED: FAILS}
_TOGETHER = 100
"""So many trials have a process of the interpreter together; one that ends it is tried alone."""


def batches(trials: Sequence[str]) -> Iterator[list[str]]:
    """Trials that go into one process together, always the same for the same trials."""
    for _, group in groupby(sorted(trials, key=lambda trial: (is_legacy(trial), trial)), is_legacy):
        every = list(group)
        yield from (every[start : start + _TOGETHER] for start in range(0, len(every), _TOGETHER))


def built(trials: Sequence[str], interpreter: Interpreter, limits: Limits, tries: int = 1) -> list[Row]:
    """A row for each trial, in which `tries` says how often it was begun. Raises ProofError where none can be.

    What the end of a process leaves open is tried again in halves, down to the trial that ends it.
    """
    report = run_checks(interpreter, [check_of(trial) for trial in trials], limits)
    if all(step.outcome is Outcome.NOT_RUN for one in report.verdicts for step in one.steps):
        raise ProofError(report.failure)
    report = with_known(report, shipped_availability())
    left = [one.check.id for one in report.verdicts if _is_open(one, report)] if len(trials) > 1 else []
    rows = [_row(one, report, tries) for one in report.verdicts if one.check.id not in left]
    middle = (len(left) + 1) // 2
    for half in (left[:middle], left[middle:]):
        if half:
            rows += built(half, interpreter, limits, tries + 1)
    return rows


def _is_open(verdict: Verdict, report: Report) -> bool:
    """Whether the process ended before a trial had, by whichever of them."""
    step = verdict.decisive
    return step is not None and (step.outcome is Outcome.NOT_RUN or _ended_by(verdict, report))


def _ended_by(verdict: Verdict, report: Report) -> bool:
    step = verdict.decisive
    failed = step is not None and step.outcome is Outcome.FAILED
    return failed and step is not None and bool(report.failure) and report.failure.endswith(step.words)


def _row(verdict: Verdict, report: Report, tries: int) -> Row:
    step = verdict.decisive
    return {
        "trial": verdict.check.id,
        "symbol": verdict.check.target,
        "call": called(verdict.check),
        "status": KNOWN if verdict.known else _STATUS.get(verdict.outcome, UNKNOWN),
        "step": step.name if step is not None else None,
        "reason": step.words if step is not None else "",
        "cure": verdict.known,
        "tries": tries,
        "again": _ended_by(verdict, report) or not verdict.lasting,
    }
