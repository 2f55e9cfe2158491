"""`check` and `fix`: settings and options to files, files to results, results to output and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from normfix.cli.fast_path import Prepared
from normfix.config.selection import check_selectors
from normfix.config.settings import KERAS, Settings
from normfix.config.target import LazyTarget
from normfix.report import Totals, totals
from normfix.report.diff import as_bytes, left_out
from normfix.report.ending import ending
from normfix.report.paint import Paint, wants_colour
from normfix.report.strategy import split, waiting
from normfix.report.view import View, body, closing
from normfix.run.options import Options
from normfix.run.request import (
    STDIN,
    Request,
    UsageError,
    excludes_for,
    project_files,
    project_root,
    table_for,
    target_for,
)
from normfix.run.results import FileResult
from normfix.run.session import run, scan_text
from normfix.run.writing import write
from normfix.table.table import Table

_Scan = Callable[[Options], Iterable[FileResult]]


def check_files(request: Request, prepared: Prepared) -> int:
    """Scan, write what was fixed, report. Returns the exit status. Raises UserError and TableError."""
    if request.piped and len(request.paths) > 1:
        raise UsageError("`-` stands alone: no other path beside it")
    settings = prepared.settings
    table = table_for(settings)
    options = _options(request, settings, table)
    if request.piped:
        if request.verify_imports:
            raise UsageError("--verify-imports imports files, and standard input is none")
        if request.interactive:
            raise UsageError("--interactive reads answers from standard input, not code")
        return _check_stdin(request, settings, table, options)
    if not prepared.files and not request.quiet:
        print("warning: no Python files found", file=sys.stderr)
    options = replace(options, cache=prepared.cache, prefiltered=prepared.prefiltered)
    declined = None
    if request.interactive:
        results, declined = _ask(request, settings, table, options, prepared.files)
    else:
        results = _scan(request, settings, table, options, lambda chosen: run(prepared.files, table, chosen))
    problems = [] if request.diff or not request.fix else list(_write_all(results))
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    said, found = _report(results, request, settings, table, options.target, declined)
    _publish(said, request)
    status = 2 if problems else _status(found, request, settings)
    if prepared.cache is not None:
        prepared.cache.keep_said(prepared.view, (*said, status))
    return status


def _ask(
    request: Request, settings: Settings, table: Table, options: Options, files: Sequence[str]
) -> tuple[list[FileResult], int]:
    """The results with the fixes that the person chose, and how many were declined. Raises UsageError where nobody
    can be asked.
    """
    from normfix.cli.interactive import Questions  # noqa: PLC0415 - only a dialogue needs it

    if request.diff:
        raise UsageError("--interactive and --diff exclude each other")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("--interactive asks on a terminal, and there is none")
    questions = Questions(table, Paint(wants_colour(request.color, sys.stderr)))
    chosen = replace(options, picker=questions.picker)
    results = _scan(request, settings, table, chosen, lambda asked: run(files, table, asked))
    return results, sum(questions.declined_in.values())


def _check_stdin(request: Request, settings: Settings, table: Table, options: Options) -> int:
    data = sys.stdin.buffer.read()
    path = request.stdin_filename or STDIN
    left_out = excludes_for(request, settings)
    skip = request.force_exclude and left_out.match_any_parent(os.path.abspath(path))  # noqa: PTH100 - drops `..`
    results = (
        [] if skip else _scan(request, settings, table, options, lambda chosen: [scan_text(data, path, table, chosen)])
    )
    if request.fix and not request.diff:
        sys.stdout.flush()
        sys.stdout.buffer.write(_fixed_bytes(results, data))
    said, found = _report(results, request, settings, table, options.target)
    _publish(said, request)
    return _status(found, request, settings)


def _scan(request: Request, settings: Settings, table: Table, options: Options, scan: _Scan) -> list[FileResult]:
    """The results that have something to say. With --verify or --verify-imports, fixes are tried first."""
    if request.verify:
        from normfix.run.fix_verification import proved  # noqa: PLC0415 - the runtime is not needed otherwise

        options, said = proved(scan, options, table, request.python)
        if not request.quiet:
            sys.stderr.writelines(f"{line}\n" for line in said)
    if request.verify_imports:
        from normfix.run.import_verification import imported  # noqa: PLC0415 - the same

        options, said = imported(
            scan, options, project_files(request, settings), project_root(request, settings), request.python
        )
        if not request.quiet:
            sys.stderr.writelines(f"{line}\n" for line in said)
    return [one for one in scan(options) if one.findings or one.fixed]


def _fixed_bytes(results: Iterable[FileResult], data: bytes) -> bytes:
    for result in results:
        if result.source is not None and result.fixed_text is not None:
            return result.source.encode(result.fixed_text)
    return data


def _options(request: Request, settings: Settings, table: Table) -> Options:
    named = str(settings.file)
    check_selectors((*settings.select, *settings.ignore, *settings.extend_select), table.rules, named)
    check_selectors((*request.select, *request.ignore, *request.extend_select), table.rules, "command line")
    for glob, codes in settings.per_file_ignores.items():
        check_selectors(codes, table.rules, f"{named}: per-file-ignores.{glob!r}")
    # What is selected here replaces the project's choice, so its ignores go with it.
    select = request.select or (*settings.select, *settings.extend_select)
    ignore = () if request.select else settings.ignore
    return Options(
        select=(*select, *request.extend_select),
        ignore=(*ignore, *request.ignore),
        unsafe_fixes=_unsafe(request, settings),
        fix=request.fix or request.diff,
        per_file_ignores=settings.ignored_in,
        named=frozenset(os.path.normpath(path) for path in request.paths),
        target=target_for(request, settings, request.target, table),
        strategy=request.strategy or settings.strategy,
        left_out=excludes_for(request, settings).match_any_parent,
        full=request.no_prefilter,
    )


def _unsafe(request: Request, settings: Settings) -> bool:
    return settings.unsafe_fixes if request.unsafe_fixes is None else request.unsafe_fixes


def _write_all(results: Iterable[FileResult]) -> Iterator[str]:
    """Write every fixed file; yields one line for each that could not be written."""
    for result in results:
        if result.fixed_text is not None:
            try:
                write(result)
            except OSError as error:
                yield str(error) if error.errno is None else f"{result.path}: {error.strerror}"


def _report(
    results: list[FileResult],
    request: Request,
    settings: Settings,
    table: Table,
    target: LazyTarget,
    declined: int | None = None,
) -> tuple[tuple[str, str], Totals]:
    """The report and the words behind it, as text, and what they sum up."""
    found = totals(results)
    view = View(
        format=request.output_format or settings.output_format,
        colour=request.output_file is None and wants_colour(request.color, _stream(request)),
        unsafe_fixes=_unsafe(request, settings),
        fix=request.fix,
        diff=request.diff,
        statistics=request.statistics,
        declined=declined,
    )
    words = [closing(found, view)]
    if request.fix and not (request.diff or request.piped):
        asked = view.unsafe_fixes or request.interactive
        words.append(ending(results, table, request.paths, unsafe_fixes=asked))
    if request.diff:
        words.append(left_out(results))
    if view.format == "full" and target.found is not None and target.found.known:
        words.append(f"Target: {target.found.text} (from {target.found.origin}).\n")
    if (request.strategy or settings.strategy) != KERAS:
        words.append(split(results, [one for one in results if one.legacy]))
    else:
        words.append(waiting([one for one in results if one.waiting]))
    return (body(results, table, view), "" if request.quiet else "".join(words)), found


def _stream(request: Request) -> TextIO:
    """Where the report goes: code on standard output has it to itself."""
    return sys.stderr if request.piped and request.fix and not request.diff else sys.stdout


def _publish(said: tuple[str, str], request: Request) -> None:
    report, words = said
    if request.diff:
        _publish_bytes(as_bytes(report), request)
    elif request.output_file is not None:
        Path(request.output_file).write_text(report, encoding="utf-8", newline="\n")
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


def _status(found: Totals, request: Request, settings: Settings) -> int:
    if found.undone:
        return 2
    fail_on = "never" if request.exit_zero else request.fail_on or settings.fail_on
    if fail_on == "never":
        return 0
    counted = found.remaining - found.warnings if fail_on == "error" else found.remaining
    return int(bool(counted or (request.diff and found.fixed)))
