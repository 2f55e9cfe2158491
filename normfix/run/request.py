"""What every command that looks for files does first: options and settings to a list of files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import Field, dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normfix.config.errors import UserError
from normfix.config.settings import LINES, Settings, find_settings, read_settings
from normfix.config.store import user_cache
from normfix.run.discovery import DEFAULT_EXCLUDE, Excludes, discover, excludes

if TYPE_CHECKING:
    from normfix.config.target import LazyTarget, Target
    from normfix.table.table import Table

STDIN = "-"


class UsageError(UserError):
    """Options that do not go together."""


class Decides(Enum):
    """What an option decides: what is found, how that is shown, what is written beside words, or where it is kept."""

    FINDINGS = "findings"
    WORDS = "words"
    WRITING = "writing"
    CACHE = "cache"


def option(default: Any, decides: Decides = Decides.FINDINGS, *, clean: tuple[Any, ...] | None = ()) -> Any:
    """An option of a request.

    `clean` are the values beside the default under which a clean tree has nothing to say but the closing words, None
    for any value.
    """
    return field(default=default, metadata={"decides": decides, "clean": clean})


@dataclass(frozen=True, slots=True)
class FileRequest:
    """The options of every command that looks for files."""

    paths: tuple[str, ...] = option((), clean=None)
    exclude: tuple[str, ...] = option((), clean=None)
    extend_exclude: tuple[str, ...] = option((), clean=None)
    force_exclude: bool = option(False, clean=None)
    respect_gitignore: bool | None = option(None, clean=None)
    config: str | None = option(None, clean=None)
    isolated: bool = option(False, clean=None)
    color: str = option("auto", Decides.WORDS, clean=None)


@dataclass(frozen=True, slots=True)
class Request(FileRequest):
    """The options of `check` and `fix`; None where the settings decide.

    An option that says nothing of itself decides what is found: the cache keeps its values apart, and a tree that is
    clean by its bytes is scanned all the same.
    """

    select: tuple[str, ...] = option(())
    ignore: tuple[str, ...] = option(())
    extend_select: tuple[str, ...] = option(())
    target: str | None = option(None)
    since: str | None = option(None)
    strategy: str | None = option(None, clean=None)
    no_prefilter: bool = option(False, clean=None)
    docstrings: bool | None = option(None, clean=None)
    stdin_filename: str | None = option(None, clean=None)
    python: str | None = option(None, clean=None)
    package: str | None = option(None)
    installed: bool = option(False, Decides.WRITING, clean=None)
    baseline: str | None = option(None, Decides.WORDS)
    output_format: str | None = option(None, Decides.WORDS, clean=LINES)
    statistics: bool = option(False, Decides.WORDS)
    fail_on: str | None = option(None, Decides.WORDS, clean=None)
    exit_zero: bool = option(False, Decides.WORDS, clean=None)
    quiet: bool = option(False, Decides.WORDS, clean=None)
    unsafe_fixes: bool | None = option(None, Decides.WORDS, clean=None)
    output_file: str | None = option(None, Decides.WRITING)
    diff: bool = option(False, Decides.WRITING, clean=None)
    fix: bool = option(False, Decides.WRITING, clean=None)
    verify: bool = option(False, Decides.WRITING, clean=None)
    verify_imports: bool = option(False, Decides.WRITING, clean=None)
    interactive: bool = option(False, Decides.WRITING, clean=None)
    add_noqa: bool = option(False, Decides.WRITING)
    reason: str | None = option(None, Decides.WRITING)
    show_files: bool = option(False, Decides.WRITING)
    show_settings: bool = option(False, Decides.WRITING)
    no_cache: bool = option(False, Decides.CACHE, clean=None)
    cache_dir: str | None = option(None, Decides.CACHE, clean=None)

    @property
    def piped(self) -> bool:
        """Whether the code comes from standard input."""
        return STDIN in self.paths

    @property
    def writes(self) -> bool:
        """Whether the run writes something else than words to its streams."""
        return any(getattr(self, one.name) != one.default for one in _deciding(Decides.WRITING))

    @property
    def is_plain(self) -> bool:
        """Whether no option can be wrong, or asks for words about a clean tree."""
        return all(_is_plain(one, getattr(self, one.name)) for one in fields(self))

    def identity(self, *decided: Decides) -> tuple[tuple[str, Any], ...]:
        """All that the options say of what is found, or of whatever else is `decided` by them."""
        return tuple((one.name, getattr(self, one.name)) for one in _deciding(*decided))


def _deciding(*decided: Decides) -> list[Field[Any]]:
    return [one for one in fields(Request) if one.metadata["decides"] in decided]


def _is_plain(one: Field[Any], value: Any) -> bool:
    also = one.metadata["clean"]
    return also is None or value == one.default or value in also


def settings_for(request: FileRequest) -> Settings:
    """The settings of the project that the paths are in. Raises ConfigError and UsageError."""
    if request.config is not None and request.isolated:
        raise UsageError("--config and --isolated exclude each other")
    if request.isolated:
        return Settings(root=Path.cwd())
    if request.config is not None:
        return read_settings(Path(request.config))
    return find_settings(start_of(request))


def start_of(request: FileRequest) -> Path:
    """The folder that holds all the paths of a request."""
    places = [os.path.abspath(path) for path in request.paths if path != STDIN]  # noqa: PTH100 - drops `..`
    start = Path(os.path.commonpath(places)) if places else Path.cwd()
    return start if start.is_dir() else start.parent


def table_for(settings: Settings) -> Table:
    """The shipped table with the project's own rules added. Raises TableError, also for a file that is not there."""
    from normfix.table.load import extended_table  # noqa: PLC0415 - a clean file needs no table

    return extended_table(tuple(settings.root / name for name in settings.extend_rules))


def project_table() -> Table:
    """The table as the project around the working directory has it. Raises ConfigError and TableError."""
    return table_for(find_settings(Path.cwd()))


def target_for(request: FileRequest, settings: Settings, target: str | None, table: Table) -> LazyTarget:
    """The target that was asked for, here or in the settings; else what the project's files say, read when needed.

    Raises TargetError.
    """
    from normfix.config.target import AUTO, LazyTarget, parse_target  # noqa: PLC0415

    if target is not None:
        text, origin = target, "--target"
    else:
        text, origin = settings.target_version, f"{settings.file}: target-version"
    if text.strip().lower() != AUTO:
        known = parse_target(text, table.releases, origin)
        return LazyTarget(lambda: known)
    if request.isolated:
        return LazyTarget()
    return LazyTarget(lambda: declared_target(request, settings))


def declared_target(request: FileRequest, settings: Settings) -> Target:
    """The target that the files of the project speak of."""
    from normfix.config.requirements import find_target  # noqa: PLC0415 - only a finding makes it worth reading other files

    return find_target(start_of(request) if settings.file is None else settings.root)


def cache_folder(chosen: str | None, settings: Settings) -> str:
    """Where the results of a project are kept."""
    return chosen if chosen is not None else str(settings.root / settings.cache_dir)


def baseline_file(request: Request, settings: Settings) -> Path | None:
    """The baseline that was asked for, here or in the settings; None where there is to be none."""
    if request.baseline is not None:
        return Path(request.baseline)
    return settings.root / settings.baseline if settings.baseline is not None else None


def forget_caches(chosen: str | None) -> int:
    """Remove the caches of the project around the working directory and of the user; says which."""
    from normfix.run.cache import forget  # noqa: PLC0415 - no other command needs it

    for folder in (cache_folder(chosen, find_settings(Path.cwd())), user_cache()):
        if forget(folder):
            print(f"removed {folder}", file=sys.stderr)
    return 0


def excludes_for(request: FileRequest, settings: Settings) -> Excludes:
    """What to leave out; globs from the command line are relative to the working directory."""
    default = DEFAULT_EXCLUDE if settings.exclude is None else settings.exclude
    chosen = _from_here(request.exclude) or default
    return excludes((*chosen, *settings.extend_exclude, *_from_here(request.extend_exclude)), settings.root)


def files_for(request: FileRequest, settings: Settings) -> list[str]:
    """The files to look at. Raises DiscoveryError."""
    paths = request.paths or (".",)
    return discover(
        paths,
        excludes_for(request, settings),
        force_exclude=request.force_exclude,
        gitignore=_respects_gitignore(request, settings),
        included=excludes(settings.include, settings.root) if settings.include is not None else None,
    )


def named_in(request: FileRequest) -> frozenset[str]:
    """The paths that a request names, as those of the files to look at are written."""
    return frozenset(os.path.normpath(path) for path in request.paths)


def _respects_gitignore(request: FileRequest, settings: Settings) -> bool:
    return settings.respect_gitignore if request.respect_gitignore is None else request.respect_gitignore


def reads_docstrings(request: Request, settings: Settings) -> bool:
    """Whether the examples in docstrings are looked at too."""
    return settings.docstrings if request.docstrings is None else request.docstrings


def project_files(request: FileRequest, settings: Settings) -> list[str]:
    """The Python files of the whole project, whichever of them the request names."""
    root = str(project_root(request, settings))
    return discover((root,), excludes_for(request, settings), gitignore=_respects_gitignore(request, settings))


def project_root(request: FileRequest, settings: Settings) -> Path:
    """The folder of the project: where its settings are, else the working directory that its paths are below."""
    start = start_of(request)
    if settings.file is not None:
        # Path.resolve() has an error of its own for links in a circle.
        real = Path(os.path.realpath(start))
        if Path(os.path.realpath(settings.file.parent)) in (real, *real.parents):
            return settings.root
    return Path.cwd() if Path.cwd() in (start, *start.parents) else start


def _from_here(patterns: Iterable[str]) -> tuple[str, ...]:
    """Patterns with a folder in them, made absolute."""
    return tuple(f"{Path.cwd().as_posix()}/{pattern}" if "/" in pattern else pattern for pattern in patterns)
