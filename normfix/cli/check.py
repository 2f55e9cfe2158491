"""`check` and `fix`: a job to results, results to output and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from normfix.api.job import Job, Reported, job_for, unsafe_fixes
from normfix.cli.fast_path import Prepared
from normfix.config.settings import KERAS
from normfix.config.terminal import columns, takes_links
from normfix.report import Totals, shown, totals
from normfix.report.diff import as_bytes, left_out
from normfix.report.ending import ending
from normfix.report.paint import Paint, folded, wants_colour
from normfix.report.strategy import split, waiting
from normfix.report.summary import beside_baseline
from normfix.report.view import View, body, closing
from normfix.run.archives import unpacked
from normfix.run.options import Options
from normfix.run.request import (
    STDIN,
    Request,
    UsageError,
    excludes_for,
    files_for,
    project_files,
    project_root,
    settings_for,
)
from normfix.run.results import FileResult

_Scan = Callable[[Options], list[FileResult]]


def check_files(request: Request, prepared: Prepared) -> int:
    """Scan, write what was fixed, report. Returns the exit status. Raises UserError and TableError."""
    if request.piped and len(request.paths) > 1:
        raise UsageError("`-` stands alone: no other path beside it")
    _hold_together(request)
    job = job_for(request, prepared.settings)
    if request.piped:
        if request.verify_imports:
            raise UsageError("--verify-imports imports files, and standard input is none")
        if request.interactive:
            raise UsageError("--interactive reads answers from standard input, not code")
        return _check_stdin(job)
    if not prepared.files and not request.quiet:
        print("warning: no Python files found", file=sys.stderr)
    options = replace(job.options, cache=prepared.cache, prefiltered=prepared.prefiltered)
    declined, refused = None, dict[str, str]()
    if request.interactive:
        results, declined = _ask(job, options, prepared.files)
    else:
        results, refused = _scan(job, options, lambda chosen: job.files(prepared.files, chosen))
    if prepared.archive is not None:
        results = prepared.archive.at_home(results)
    reported, problems = _written(job, results, refused, prepared.files)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    said, found = _report(job, reported, declined)
    if prepared.package is not None and found.remaining:
        said = (said[0], said[1] + folded(f"{prepared.package.advice}\n", columns(sys.stderr)))
    _publish(said, request)
    status = 2 if problems else job.status(found)
    if prepared.cache is not None:
        prepared.cache.keep_said(prepared.view, (*said, status))
    return status


def check_archive(request: Request) -> int:
    """The same for a wheel or a source archive, which is unpacked for as long as that takes."""
    with unpacked(request) as archive:
        settings = settings_for(request)
        files = files_for(replace(request, paths=(archive.folder,)), settings)
        return check_files(request, Prepared(settings=settings, files=files, archive=archive))


def _written(
    job: Job, results: list[FileResult], refused: Mapping[str, str], files: Sequence[str]
) -> tuple[Reported, list[str]]:
    """Write what is to be written. What is reported then, and a line for each file that could not be written."""
    problems: list[str] = []
    if job.request.fix and not job.request.diff:
        results, problems = job.written(results, refused)
    reported = job.reported(results, files)
    if job.request.add_noqa and not job.request.diff:
        silenced, problems = job.written(reported.results)
        reported = replace(reported, results=silenced)
    return reported, problems


def _hold_together(request: Request) -> None:
    """Raise UsageError for options of `--add-noqa` that do not go together."""
    if request.add_noqa and request.fix:
        raise UsageError("--add-noqa and --fix exclude each other")
    if request.reason is not None and not request.add_noqa:
        raise UsageError("--reason goes with --add-noqa")
    if request.reason is not None and not request.reason.isprintable():
        raise UsageError("--reason is one line of text")


def _edits(request: Request) -> bool:
    return request.fix or request.add_noqa


def _ask(job: Job, options: Options, files: Sequence[str]) -> tuple[list[FileResult], int]:
    """The results with the fixes that the person chose, and how many were declined. Raises UsageError where nobody
    can be asked.
    """
    from normfix.cli.interactive import Questions  # noqa: PLC0415 - only a dialogue needs it

    if job.request.diff:
        raise UsageError("--interactive and --diff exclude each other")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("--interactive asks on a terminal, and there is none")
    questions = Questions(job.table, Paint(wants_colour(job.request.color, sys.stderr)))
    chosen = replace(options, picker=questions.picker)
    results, _ = _scan(job, chosen, lambda asked: job.files(files, asked))
    return results, sum(questions.declined_in.values())


def _check_stdin(job: Job) -> int:
    request = job.request
    data = sys.stdin.buffer.read()
    path = request.stdin_filename or STDIN
    left_out = excludes_for(request, job.settings)
    skip = request.force_exclude and left_out.match_any_parent(os.path.abspath(path))  # noqa: PTH100 - drops `..`
    results, _ = ([], {}) if skip else _scan(job, job.options, lambda chosen: job.code(data, path, chosen))
    reported = job.reported(results, [path])
    if _edits(request) and not request.diff:
        sys.stdout.flush()
        sys.stdout.buffer.write(_fixed_bytes(reported.results, data))
    said, found = _report(job, reported)
    _publish(said, request)
    return job.status(found)


def _scan(job: Job, options: Options, scan: _Scan) -> tuple[list[FileResult], dict[str, str]]:
    """The results that have something to say, and the files that cannot be written, each with the reason.

    With --verify or --verify-imports, fixes are tried first.
    """
    request = job.request
    if request.verify:
        from normfix.run.fix_verification import proved  # noqa: PLC0415 - the runtime is not needed otherwise

        options, said = proved(scan, options, job.table, request.python)
        if not request.quiet:
            sys.stderr.writelines(f"{line}\n" for line in said)
    if request.verify_imports:
        from normfix.run.import_verification import imported  # noqa: PLC0415 - the same

        files, root = project_files(request, job.settings), project_root(request, job.settings)
        options, said = imported(scan, options, files, root, request.python)
        if not request.quiet:
            sys.stderr.writelines(f"{line}\n" for line in said)
    return job.writable(scan, options)


def _fixed_bytes(results: Iterable[FileResult], data: bytes) -> bytes:
    return next((content for result in results if (content := result.content) is not None), data)


def _report(job: Job, reported: Reported, declined: int | None = None) -> tuple[tuple[str, str], Totals]:
    """The report and the words behind it, as text, and what they sum up."""
    request, settings, table, target = job.request, job.settings, job.table, job.options.target
    results = reported.results
    found = totals(results)
    view = View(
        format=request.output_format or settings.output_format,
        colour=request.output_file is None and wants_colour(request.color, _stream(request)),
        unsafe_fixes=unsafe_fixes(request, settings),
        fix=request.fix,
        diff=request.diff,
        statistics=request.statistics,
        declined=declined,
        silence=request.add_noqa,
        width=None if request.output_file is not None else columns(_stream(request)),
        links=request.output_file is None and takes_links(_stream(request)),
    )
    width = columns(sys.stderr)
    words = [folded(closing(found, view), width)]
    if request.fix and not (request.diff or request.piped):
        asked = view.unsafe_fixes or request.interactive
        words.append(ending(results, table, request.paths, unsafe_fixes=asked, width=width))
    if reported.baseline is not None:
        words.append(folded(beside_baseline(shown(str(reported.baseline)), reported.known, reported.gone), width))
    if request.diff:
        words.append(folded(left_out(results), width))
    if view.format == "full" and target.found is not None and target.found.known:
        words.append(folded(f"Target: {target.found.text} (from {target.found.origin}).\n", width))
    if (request.strategy or settings.strategy) != KERAS:
        words.append(folded(split(results, [one for one in results if one.legacy]), width))
    else:
        words.append(folded(waiting([one for one in results if one.waiting]), width))
    return (body(results, table, view), "" if request.quiet else "".join(words)), found


def _stream(request: Request) -> TextIO:
    """Where the report goes: code on standard output has it to itself."""
    return sys.stderr if request.piped and _edits(request) and not request.diff else sys.stdout


def _publish(said: tuple[str, str], request: Request) -> None:
    report, words = said
    if request.diff:
        _publish_bytes(as_bytes(report), request)
    elif request.output_file is not None:
        Path(request.output_file).write_text(report, "utf-8", "backslashreplace", "\n")
    else:
        _stream(request).write(report)
    sys.stdout.flush()
    sys.stderr.write(words)


def _publish_bytes(data: bytes, request: Request) -> None:
    """A diff holds lines of files in whatever encoding they have."""
    if request.output_file is not None:
        Path(request.output_file).write_bytes(data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
