"""`normfix baseline`: what is found today is written down, brought up to date, and shown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from normfix.api.job import Job, job_for
from normfix.report import place, shown
from normfix.report.paint import Paint, printable, wants_colour
from normfix.run.baseline import (
    DEFAULT_FILE,
    Baseline,
    Counts,
    accepts,
    baseline_of,
    read_baseline,
    total,
    write_baseline,
)
from normfix.run.request import Request, baseline_file, files_for, settings_for
from normfix.run.results import FileResult


def write(request: Request) -> int:
    """Write a baseline of all that is found. Returns the exit status. Raises UserError."""
    job = job_for(request, settings_for(request))
    file = _file(job)
    results = job.files(files_for(request, job.settings))
    made = baseline_of(results, file)
    write_baseline(made, file)
    _say(file, made.counts)
    if job.settings.baseline is None:
        named = shown(str(file))
        words = f'`normfix check --baseline {named}` uses it; baseline = "{named}" in [tool.normfix] does so always.'
        print(words, file=sys.stderr)
    return _left_out(results)


def update(request: Request) -> int:
    """Take what is gone out of a baseline. Returns the exit status. Raises UserError."""
    job = job_for(request, settings_for(request))
    file = _file(job)
    files = files_for(request, job.settings)
    before = read_baseline(file)
    results = job.files(files)
    held = job.against(before, results, files)
    write_baseline(Baseline(before.folder, held.kept), file)
    _say(file, held.kept)
    print(f"{total(held.gone)} taken out.", file=sys.stderr)
    new = sum(accepts(one) for result in held.results for one in result.findings)
    if new:
        print(f"{new} found that are not in it: `normfix baseline write` would add them.", file=sys.stderr)
    return _left_out(results)


def show(request: Request) -> int:
    """Print a baseline, file by file. Returns the exit status. Raises UserError."""
    settings = settings_for(request)
    file = baseline_file(request, settings) or settings.root / DEFAULT_FILE
    counts = read_baseline(file).counts
    paint = Paint(wants_colour(request.color, sys.stdout))
    for name, kinds in sorted(counts.items()):
        print(paint.strong(printable(name)))
        for kind, count in sorted(kinds.items()):
            print(f"  {count:>4}  {printable(str(kind))}")
    _say(file, counts)
    return 0


def _file(job: Job) -> Path:
    """Where the baseline is, or is to be."""
    return baseline_file(job.request, job.settings) or job.settings.root / DEFAULT_FILE


def _say(file: Path, counts: Counts) -> None:
    by_code: Counter[str] = Counter()
    for kinds in counts.values():
        for kind, count in kinds.items():
            by_code[kind.code] += count
    number = sum(any(kinds.values()) for kinds in counts.values())
    files = f"{number} file{'' if number == 1 else 's'}"
    codes = ", ".join(f"{code} ({count})" for code, count in sorted(by_code.items()) if count)
    print(f"{shown(str(file))}: {total(counts)} in {files}{': ' if codes else ''}{codes}", file=sys.stderr)


def _left_out(results: Iterable[FileResult]) -> int:
    """Name the files that cannot be in a baseline, for they could not be looked at; 2 where there is one, else 0."""
    undone = [one for result in results for one in result.findings if not accepts(one)]
    for one in undone:
        print(printable(f"error: {place(one)}: {one.code} {one.message}"), file=sys.stderr)
    return 2 if undone else 0
