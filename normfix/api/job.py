"""One run of `check` or `fix`: what was asked, with all that has to be known to do it, and what comes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from normfix.checks.sites import Site
from normfix.config.selection import check_selectors, enabled
from normfix.config.settings import KERAS, Settings
from normfix.report import Totals
from normfix.run.baseline import Baseline, accepts, read_baseline, total
from normfix.run.known_findings import Compared, compared
from normfix.run.options import Options
from normfix.run.request import (
    Request,
    UsageError,
    baseline_file,
    excludes_for,
    named_in,
    reads_docstrings,
    start_of,
    table_for,
    target_for,
)
from normfix.run.results import FileResult
from normfix.run.session import run, scan_text
from normfix.run.since import since
from normfix.run.writing import refusals, write_all
from normfix.source.text import SourceText
from normfix.table.table import Table


@dataclass(frozen=True, slots=True)
class Job:
    """A request with the settings, the table and the options that it comes to."""

    request: Request
    settings: Settings
    table: Table
    options: Options

    def files(self, files: Sequence[str], options: Options | None = None) -> list[FileResult]:
        """The results of files that have something to say. Raises UserError."""
        return _telling(run(files, self.table, options or self.options))

    def writable(
        self, scan: Callable[[Options], list[FileResult]], options: Options
    ) -> tuple[list[FileResult], dict[str, str]]:
        """What a scan finds, and the files that it would change and cannot be written, each with the reason.

        Where there are any, none of them changes, nor another file that needs it to. Raises UserError.
        """
        results = scan(options)
        request = self.request
        writes = request.fix and not (request.diff or request.piped or request.interactive)
        refused = refusals(results) if writes else {}
        if not refused:
            return results, refused
        before = options.withhold

        def withhold(site: Site, source: SourceText) -> str | None:
            return refused.get(source.path) or (before(site, source) if before is not None else None)

        return scan(replace(options, withhold=withhold, cache=None, prefiltered=None)), refused

    def code(
        self, data: bytes, path: str, options: Options | None = None, texts: Mapping[str, bytes] | None = None
    ) -> list[FileResult]:
        """The same for code that did not come from a file, among others of which `texts` are the bytes to come."""
        return _telling([scan_text(data, path, self.table, options or self.options, texts)])

    def written(
        self, results: list[FileResult], refused: Mapping[str, str] | None = None
    ) -> tuple[list[FileResult], list[str]]:
        """Write what was changed. The results as they hold then, and a line for each file that could not be written.

        Such a file is as it was, and so are its findings; `refused` are those of which that was known before.
        """
        failed = write_all(results)
        lines = [f"{path}: {reason}" for path, reason in {**(refused or {}), **failed}.items()]
        if not failed:
            return results, lines
        options = replace(self.options, fix=False, cache=None, prefiltered=None)
        again = {one.path: _left(one, failed[one.path]) for one in self.files(list(failed), options)}
        kept = (again.get(one.path) if one.path in failed else one for one in results)
        return [one for one in kept if one is not None], lines

    def reported(self, results: list[FileResult], files: Iterable[str]) -> Reported:
        """What is to be said of the results of some files: all, or what no baseline knows. Raises BaselineError.

        With --add-noqa that is silenced.
        """
        file = baseline_file(self.request, self.settings)
        said = Reported(results)
        if file is not None:
            held = self.against(read_baseline(file), results, files)
            said = Reported(held.results, file, total(held.known), total(held.gone))
        if not self.request.add_noqa:
            return said
        from normfix.run.silencing import silenced  # noqa: PLC0415 - few runs add comments

        return replace(said, results=silenced(said.results, self.request.reason or ""))

    def against(self, baseline: Baseline, results: Sequence[FileResult], files: Iterable[str]) -> Compared:
        """The results of some files, held against a baseline."""
        looked_at = {baseline.name_of(path) for path in files}
        undone = {baseline.name_of(one.path) for one in results if not all(map(accepts, one.findings))}
        folders = [f"{baseline.name_of(path)}/" for path in self.request.paths or (os.curdir,) if Path(path).is_dir()]

        def asked(code: str, name: str) -> bool:
            path = str(baseline.folder / name)
            chosen = enabled(code, self.options.select, (*self.options.ignore, *self.options.per_file_ignores(path)))
            below = any(folder == "./" or name.startswith(folder) for folder in folders)
            return self.options.since is None and chosen and name not in undone and (name in looked_at or below)

        return compared(results, baseline, asked)

    def status(self, found: Totals) -> int:
        """The exit status of what a run came to: 0 nothing left, 1 findings remain, 2 some file could not be done."""
        if found.undone:
            return 2
        request = self.request
        fail_on = "never" if request.exit_zero else request.fail_on or self.settings.fail_on
        if fail_on == "never":
            return 0
        counted = found.remaining - found.warnings if fail_on == "error" else found.remaining
        return int(bool(counted or (request.diff and found.fixed)))


@dataclass(frozen=True, slots=True)
class Reported:
    """Results as they are reported. Where there is a baseline, `known` is how many findings more are in it, and `gone`
    how many of it there are no more.
    """

    results: list[FileResult]
    baseline: Path | None = None
    known: int = 0
    gone: int = 0


def job_for(request: Request, settings: Settings) -> Job:
    """What a request comes to under some settings. Raises UserError and TableError."""
    strategy = request.strategy or settings.strategy
    if request.since is not None and strategy != KERAS and (request.fix or request.diff):
        raise UsageError("--since looks at lines, and the strategy legacy changes a program as a whole")
    table = table_for(settings)
    return Job(request, settings, table, _options(request, settings, table))


def unsafe_fixes(request: Request, settings: Settings) -> bool:
    """Whether fixes that may change numbers are asked for."""
    return settings.unsafe_fixes if request.unsafe_fixes is None else request.unsafe_fixes


def _left(result: FileResult, reason: str) -> FileResult:
    """The result of a file that could not be written."""
    findings = (one if one.fix is None else replace(one, fix=None, withheld=reason) for one in result.findings)
    return replace(result, findings=tuple(findings))


def _telling(results: Iterable[FileResult]) -> list[FileResult]:
    return [one for one in results if one.findings or one.fixed]


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
        unsafe_fixes=unsafe_fixes(request, settings),
        fix=(request.fix or request.diff) and not request.add_noqa,
        per_file_ignores=settings.ignored_in,
        named=named_in(request),
        target=target_for(request, settings, request.target, table),
        strategy=request.strategy or settings.strategy,
        left_out=excludes_for(request, settings).match_any_parent,
        full=request.no_prefilter,
        docstrings=reads_docstrings(request, settings),
        since=since(request.since, str(start_of(request))) if request.since is not None else None,
    )
