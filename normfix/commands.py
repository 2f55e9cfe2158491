"""What the commands do: settings and options to files, files to results, results to output and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from normfix.config import Settings, find_settings, read_settings
from normfix.discovery import DEFAULT_EXCLUDE, Excludes, discover, excludes
from normfix.errors import UserError
from normfix.report import Totals, totals
from normfix.report.paint import wants_colour
from normfix.report.view import View, body, closing
from normfix.schema import shipped_table
from normfix.selection import check_selectors
from normfix.session import FileResult, Options, run, scan_text, write
from normfix.table import Table


class UsageError(UserError):
    """Options that do not go together."""


_STDIN = "-"


@dataclass(frozen=True, slots=True)
class FileRequest:
    """The options of every command that looks for files."""

    paths: tuple[str, ...]
    exclude: tuple[str, ...]
    extend_exclude: tuple[str, ...]
    force_exclude: bool
    config: str | None
    isolated: bool
    color: str


@dataclass(frozen=True, slots=True)
class Request(FileRequest):
    """The options of `check` and `fix`; None where the settings decide."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    extend_select: tuple[str, ...]
    output_format: str | None
    output_file: str | None
    unsafe_fixes: bool | None
    diff: bool
    statistics: bool
    exit_zero: bool
    quiet: bool
    stdin_filename: str | None
    fix: bool
    verify: bool = False
    python: str | None = None

    @property
    def piped(self) -> bool:
        """Whether the code comes from standard input."""
        return _STDIN in self.paths


def settings_for(request: FileRequest) -> Settings:
    """The settings of the project that the paths are in. Raises ConfigError."""
    if request.config is not None and request.isolated:
        raise UsageError("--config and --isolated exclude each other")
    if request.isolated:
        return Settings(root=Path.cwd())
    if request.config is not None:
        return read_settings(Path(request.config))
    places = [os.path.abspath(path) for path in request.paths if path != _STDIN]  # noqa: PTH100
    start = Path(os.path.commonpath(places)) if places else Path.cwd()
    return find_settings(start if start.is_dir() else start.parent)


def excludes_for(request: FileRequest, settings: Settings) -> Excludes:
    """What to leave out; globs from the command line are relative to the working directory."""
    default = DEFAULT_EXCLUDE if settings.exclude is None else settings.exclude
    chosen = _from_here(request.exclude) or default
    return excludes((*chosen, *settings.extend_exclude, *_from_here(request.extend_exclude)), settings.root)


def files_for(request: FileRequest, settings: Settings) -> list[Path]:
    """The files to look at. Raises DiscoveryError."""
    paths = request.paths or (".",)
    return discover(paths, excludes_for(request, settings), force_exclude=request.force_exclude)


def check_files(request: Request) -> int:
    """`check` and `fix`: scan, write what was fixed, report. Returns the exit status."""
    if request.piped and len(request.paths) > 1:
        raise UsageError("`-` stands alone: no other path beside it")
    settings = settings_for(request)
    table = shipped_table()
    options = _options(request, settings, table)
    if request.piped:
        return _check_stdin(request, settings, table, options)
    files = files_for(request, settings)
    if not files and not request.quiet:
        print("warning: no Python files found", file=sys.stderr)
    results = [one for one in run(files, table, options) if one.findings or one.fixed or one.source is None]
    problems = [] if request.diff or not request.fix else list(_write_all(results))
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    found = _publish(results, request, settings, table)
    return 2 if problems else _status(found, request)


def _check_stdin(request: Request, settings: Settings, table: Table, options: Options) -> int:
    data = sys.stdin.buffer.read()
    path = request.stdin_filename or _STDIN
    left_out = excludes_for(request, settings)
    skip = request.force_exclude and left_out.match_any_parent(os.path.abspath(path))  # noqa: PTH100
    results = [] if skip else [scan_text(data, path, table, options)]
    if request.fix and not request.diff:
        sys.stdout.flush()
        sys.stdout.buffer.write(_fixed_bytes(results, data))
    return _status(_publish(results, request, settings, table), request)


def _fixed_bytes(results: Iterable[FileResult], data: bytes) -> bytes:
    for result in results:
        if result.source is not None and result.fixed_text is not None:
            return result.source.encode(result.fixed_text)
    return data


def _options(request: Request, settings: Settings, table: Table) -> Options:
    named = request.config or settings.file
    check_selectors((*settings.select, *settings.ignore, *settings.extend_select), table.rules, str(named))
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
        withhold=_withhold(request, table),
    )


def _unsafe(request: Request, settings: Settings) -> bool:
    return settings.unsafe_fixes if request.unsafe_fixes is None else request.unsafe_fixes


def _withhold(request: Request, table: Table) -> Withhold | None:
    if not request.verify:
        return None
    from normfix.proof import withholder  # noqa: PLC0415 - the runtime is not needed without --verify

    return withholder(request.python, table)


def _write_all(results: Iterable[FileResult]) -> Iterator[str]:
    """Write every fixed file; yields one line for each that could not be written."""
    for result in results:
        if result.fixed_text is not None:
            try:
                write(result)
            except OSError as error:
                yield str(error) if error.errno is None else f"{result.path}: {error.strerror}"


def _publish(results: list[FileResult], request: Request, settings: Settings, table: Table) -> Totals:
    """Print the report and the summary. Code on standard output has it to itself."""
    found = totals(results)
    stream = sys.stderr if request.piped and request.fix and not request.diff else sys.stdout
    view = View(
        format=request.output_format or settings.output_format,
        colour=request.output_file is None and wants_colour(request.color, stream),
        unsafe_fixes=_unsafe(request, settings),
        fix=request.fix,
        diff=request.diff,
        statistics=request.statistics,
    )
    text = body(results, table, view)
    if request.output_file is not None:
        Path(request.output_file).write_text(text, encoding="utf-8", newline="\n")
    else:
        stream.write(text)
    if not request.quiet:
        sys.stdout.flush()
        sys.stderr.write(closing(found, view))
    return found


def _status(found: Totals, request: Request) -> int:
    if found.undone:
        return 2
    if request.exit_zero:
        return 0
    return int(bool(found.remaining or (request.diff and found.fixed)))


def _from_here(patterns: Iterable[str]) -> tuple[str, ...]:
    """Patterns with a folder in them, made absolute."""
    return tuple(f"{Path.cwd().as_posix()}/{pattern}" if "/" in pattern else pattern for pattern in patterns)
