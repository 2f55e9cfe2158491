"""`normfix.check` and `normfix.fix`: the commands of the same names, for Python programs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from normfix.api.job import job_for
from normfix.api.reports import Report, report_of
from normfix.run.archives import unpacked
from normfix.run.discovery import is_archive
from normfix.run.request import STDIN, Request, UsageError, files_for, settings_for
from normfix.source.documents import encoded

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def check(
    paths: Paths | None = None,
    *,
    source: str | bytes | None = None,
    filename: str = STDIN,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    target: str | None = None,
    strategy: str | None = None,
    exclude: Iterable[str] = (),
    extend_exclude: Iterable[str] = (),
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    baseline: str | os.PathLike[str] | None = None,
    since: str | None = None,
    docstrings: bool | None = None,
    workers: int | None = 1,
) -> Report:
    """Report normalization code that no longer runs, as `normfix check` does.

    Args:
        paths: A file or folder, or several; the default is the working directory. A wheel or a source archive alone.
        source: Code to look at instead of files.
        filename: What to call the code of `source`; its suffix says what it is (`.ipynb`, `.md`, `.rst`).
        select: Codes or prefixes of the rules to use, in the place of those of the settings.
        ignore: Codes or prefixes of the rules to leave out as well.
        extend_select: Codes or prefixes of rules to use as well.
        target: The releases to run on, such as `tensorflow>=2.12,<2.16`.
        strategy: What becomes of graph programs: `keras` or `legacy`.
        exclude: Globs to leave out instead of the default ones.
        extend_exclude: Globs to leave out as well.
        config: Read `[tool.normfix]` of this file.
        isolated: Read no configuration file.
        baseline: Leave out what this baseline knows; see `normfix baseline`.
        since: Only what stands in lines that changed since this revision of git.
        docstrings: Whether to look at the examples in docstrings too; None leaves it to the settings.
        workers: The number of processes; None takes as many as pay. More than one forks this process.

    Raises:
        UserError: The job could not be done: a path that is not there, settings that mean nothing.
    """
    request = Request(
        paths=_paths(paths, source),
        select=tuple(select),
        ignore=tuple(ignore),
        extend_select=tuple(extend_select),
        target=target,
        strategy=strategy,
        exclude=tuple(exclude),
        extend_exclude=tuple(extend_exclude),
        config=None if config is None else os.fspath(config),
        isolated=isolated,
        since=since,
        docstrings=docstrings,
        baseline=None if baseline is None else os.fspath(baseline),
    )
    return _done(request, source, filename, workers)


def fix(
    paths: Paths | None = None,
    *,
    source: str | bytes | None = None,
    filename: str = STDIN,
    write: bool = True,
    unsafe_fixes: bool | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    target: str | None = None,
    strategy: str | None = None,
    exclude: Iterable[str] = (),
    extend_exclude: Iterable[str] = (),
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    baseline: str | os.PathLike[str] | None = None,
    since: str | None = None,
    docstrings: bool | None = None,
    workers: int | None = 1,
) -> Report:
    """Rewrite normalization code that no longer runs, as `normfix fix` does.

    Args:
        paths: As in `check`.
        source: Code to fix instead of files; the new code is `report.files[0].text`.
        filename: As in `check`.
        write: Write the files; else the report alone has what they would become.
        unsafe_fixes: Also make fixes that may change numbers; None leaves it to the settings.
        select: As in `check`, and so the others.
        ignore: As in `check`.
        extend_select: As in `check`.
        target: As in `check`.
        strategy: As in `check`.
        exclude: As in `check`.
        extend_exclude: As in `check`.
        config: As in `check`.
        isolated: As in `check`.
        baseline: As in `check`.
        since: As in `check`.
        docstrings: As in `check`.
        workers: As in `check`.

    Raises:
        UserError: The job could not be done. A file that cannot be written is one of `report.problems`.
    """
    request = Request(
        paths=_paths(paths, source),
        fix=True,
        diff=not write,
        unsafe_fixes=unsafe_fixes,
        select=tuple(select),
        ignore=tuple(ignore),
        extend_select=tuple(extend_select),
        target=target,
        strategy=strategy,
        exclude=tuple(exclude),
        extend_exclude=tuple(extend_exclude),
        config=None if config is None else os.fspath(config),
        isolated=isolated,
        since=since,
        docstrings=docstrings,
        baseline=None if baseline is None else os.fspath(baseline),
    )
    return _done(request, source, filename, workers)


def _paths(paths: Paths | None, source: str | bytes | None) -> tuple[str, ...]:
    if source is not None:
        if paths is not None:
            raise UsageError("paths and source exclude each other")
        return (STDIN,)
    if paths is None:
        return (os.curdir,)
    listed = (paths,) if isinstance(paths, str | os.PathLike) else tuple(paths)
    named = tuple(os.fspath(path) for path in listed)
    if STDIN in named:
        raise UsageError("`-` is no path here: give the code as source")
    return named


def _done(request: Request, source: str | bytes | None, filename: str, workers: int | None) -> Report:
    job = job_for(request, settings_for(request))
    options = replace(job.options, workers=workers)
    if source is not None:
        data = encoded(source, filename) if isinstance(source, str) else source
        return report_of(job, job.reported(job.code(data, filename, options), [filename]))
    if any(map(is_archive, request.paths)):
        with unpacked(request) as archive:
            inside = files_for(replace(request, paths=(archive.folder,)), job.settings)
            return report_of(job, job.reported(archive.at_home(job.files(inside, options)), inside))
    # No paths at all would mean the working directory to the command; here an empty list is one.
    files = files_for(request, job.settings) if request.paths else []
    results, refused = job.writable(lambda chosen: job.files(files, chosen), options)
    problems: list[str] = []
    if request.fix and not request.diff:
        results, problems = job.written(results, refused)
    return report_of(job, job.reported(results, files), problems)
