"""`normfix verify`: asks the user's interpreter, or repeats what it said while nothing has changed since.

What a run needs is imported when there is one: a remembered answer is to be as quick as the check of a file.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from normfix.config.terminal import columns
from normfix.run.request import STDIN, FileRequest, UsageError, files_for, named_in, settings_for, table_for
from normfix.runtime.environment import Interpreter, find_interpreter
from normfix.runtime.verify_cache import VerifyCache, cached_run
from normfix.source.contents import contents

if TYPE_CHECKING:
    from normfix.config.settings import Settings
    from normfix.runtime.checks import Check
    from normfix.runtime.verdict import Report

_DISPLAY_VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM")


@dataclass(frozen=True, slots=True)
class VerifyRequest(FileRequest):
    """The options of `verify`."""

    python: str | None = None
    timeout: float | None = None
    output_format: str = "full"
    no_cache: bool = False


def verify(request: VerifyRequest) -> int:
    """`verify`: print what came of the checks. Returns the exit status. Raises UserError and TableError."""
    if STDIN in request.paths:
        raise UsageError("`verify` reads files, not standard input")
    settings = settings_for(request)
    problems: list[str] = []
    checks = _site_checks(request, settings, problems) if request.paths else None
    sys.stderr.writelines(problems)
    if problems and not checks:
        return 2
    status = _verified(request, settings, checks)
    return 2 if problems else status


def _verified(request: VerifyRequest, settings: Settings, checks: tuple[Check, ...] | None) -> int:
    if checks == () and request.output_format == "full":
        print("No normalization calls found.", file=sys.stderr)
        return 0
    interpreter = find_interpreter(Path(request.python) if request.python else None, settings.root)
    cache = None
    if not request.no_cache:
        # The table's own checks follow from normfix's files; a project's rules have to be looked at.
        cache = VerifyCache(interpreter, request.timeout, checks, None if checks is not None else _own_rules(settings))
        status = _repeated(request, cache)
        if status is not None:
            return status
    whole = checks is None
    return _asked(request, interpreter, _table_checks(settings) if checks is None else checks, cache, whole)


def _repeated(request: VerifyRequest, cache: VerifyCache) -> int | None:
    """Print what an earlier run found; None where it does not hold any more."""
    known = cache.recall()
    if known is None:
        return None
    key = _page_key(request)
    page = known.pages.get(key)
    if page is None:
        report = known.report()
        if report is None:
            return None
        page = _drawn(report, request)
        cache.keep(replace(known, pages={**known.pages, key: page}))
    print(f"Nothing has changed since {known.date}; --no-cache runs it again.", file=sys.stderr)
    sys.stdout.write(page)
    return known.status


def _asked(
    request: VerifyRequest, interpreter: Interpreter, checks: Sequence[Check], cache: VerifyCache | None, whole: bool
) -> int:
    """Run the checks, print what came of them, and remember it if it will hold. `whole`: they are the table's own."""
    from normfix.runtime.known import with_known
    from normfix.runtime.process import Limits
    from normfix.runtime.verdict import ProofError
    from normfix.runtime.verify import run_checks

    report = run_checks(interpreter, checks, Limits(seconds=request.timeout) if request.timeout else Limits())
    if whole and report.failed:
        # The recording is large, so it is read only where there is something to know.
        from normfix.table.availability import shipped_availability

        report = with_known(report, shipped_availability())
    if request.output_format == "full" and not report.verdicts:
        raise ProofError(report.failure)
    page = _drawn(report, request)
    sys.stdout.write(page)
    status = 2 if report.proves_nothing else int(bool(report.failed))
    known = cached_run(report, status, {_page_key(request): page})
    if cache is not None and known is not None:
        cache.keep(known)
    return status


def _drawn(report: Report, request: VerifyRequest) -> str:
    from normfix.report.paint import wants_colour
    from normfix.report.verify import render, render_json

    if request.output_format == "json":
        return render_json(report)
    colour = wants_colour(request.color, sys.stdout)
    return render(report, terminal=sys.stdout.isatty(), colour=colour, width=_width())


def _page_key(request: VerifyRequest) -> tuple[object, ...]:
    """All that a page depends on beside the report."""
    if request.output_format == "json":
        return ("json",)
    return (
        request.output_format,
        request.color,
        sys.stdout.isatty(),
        _width(),
        *map(os.environ.get, _DISPLAY_VARIABLES),
    )


def _width() -> int:
    """The columns of the terminal; 0 where there is none."""
    return columns(sys.stdout) or 0


def _site_checks(request: VerifyRequest, settings: Settings, problems: list[str]) -> tuple[Check, ...]:
    from normfix.report import place
    from normfix.report.paint import printable
    from normfix.run.call_sites import checks_for

    checks, found = checks_for(files_for(request, settings), settings, named_in(request))
    problems += [printable(f"error: {place(one)}: {one.code} {one.message}") + "\n" for one in found]
    return checks


def _table_checks(settings: Settings) -> tuple[Check, ...]:
    from normfix.runtime.checks import table_checks

    return table_checks(table_for(settings))


def _own_rules(settings: Settings) -> list[bytes] | None:
    """The project's own rule files; None where one cannot be read, which the table says better."""
    try:
        return [contents(settings.root / name) for name in settings.extend_rules]
    except OSError:
        return None
