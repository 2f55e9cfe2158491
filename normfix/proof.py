"""`verify`, and what `fix --verify` withholds: the room where the command line meets the user's interpreter."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from normfix.callsites import call_sites
from normfix.errors import UserError
from normfix.report import Result
from normfix.report.paint import wants_colour
from normfix.report.verify import render, render_json
from normfix.request import STDIN, FileRequest, UsageError, files_for, settings_for, table_for
from normfix.runtime.checks import Check, site_checks, table_checks, target_checks
from normfix.runtime.environment import find_interpreter
from normfix.runtime.process import Limits
from normfix.runtime.verdict import Outcome, Report, withheld
from normfix.runtime.verify import run_checks
from normfix.table import Table


class ProofError(UserError):
    """An interpreter that can prove nothing."""


@dataclass(frozen=True, slots=True)
class VerifyRequest(FileRequest):
    """The options of `verify`."""

    python: str | None
    timeout: float | None
    output_format: str


def verify(request: VerifyRequest) -> int:
    """`verify`: print what came of the checks. Returns the exit status. Raises UserError and TableError."""
    if STDIN in request.paths:
        raise UsageError("`verify` reads files, not standard input")
    settings = settings_for(request)
    table = table_for(settings)
    if request.paths:
        checks = site_checks(tuple(call_sites(files_for(request, settings), table)), table)
        if not checks and request.output_format == "full":
            print("No normalization calls found.", file=sys.stderr)
            return 0
    else:
        checks = table_checks(table)
    limits = Limits(seconds=request.timeout) if request.timeout else Limits()
    report = _run(checks, request.python, settings.root, limits)
    if request.output_format == "json":
        sys.stdout.write(render_json(report))
    elif not report.verdicts:
        raise ProofError(report.failure)
    else:
        width = shutil.get_terminal_size().columns
        colour = wants_colour(request.color, sys.stdout)
        sys.stdout.write(render(report, terminal=sys.stdout.isatty(), colour=colour, width=width))
    return _status(report)


def withholder(results: Iterable[Result], table: Table, python: str | None) -> Callable[[str], str | None]:
    """A function that says why a replacement must not be written, None where it was proved.

    Every replacement that the findings ask for is tried once. Raises ProofError when nothing could be tried.
    """
    targets = {one.replacement for result in results for one in result.findings if one.fix and one.replacement}
    report = _run(target_checks(table, targets), python, Path.cwd(), Limits()) if targets else None
    if report is not None and _proves_nothing(report):
        raise ProofError(report.failure)
    reasons = withheld(report) if report else {}

    def reason(target: str) -> str | None:
        return reasons.get(target) if target in targets else f"{target} was not tried"

    return reason


def _run(checks: Sequence[Check], python: str | None, project: Path, limits: Limits) -> Report:
    return run_checks(find_interpreter(Path(python) if python else None, project), checks, limits)


def _proves_nothing(report: Report) -> bool:
    """Whether the interpreter has no TensorFlow that works, so that nothing can be said of any target."""
    answered = any(step.outcome is Outcome.OK for verdict in report.verdicts for step in verdict.steps)
    return bool(report.failure) and not answered


def _status(report: Report) -> int:
    if _proves_nothing(report):
        return 2
    return int(bool(report.failed))
