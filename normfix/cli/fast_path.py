"""The quick answers: a tree that nothing was changed in since the last run, and one that is clean at first sight.

Nothing is imported here that only findings need.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from normfix.config.settings import KERAS, LINES, Settings
from normfix.config.store import key_of
from normfix.config.terminal import columns, takes_links
from normfix.run.cache import ResultCache, Said
from normfix.run.leftovers import clear
from normfix.run.request import (
    Decides,
    Request,
    baseline_file,
    cache_folder,
    declared_target,
    files_for,
    named_in,
    reads_docstrings,
    settings_for,
)
from normfix.source.contents import readable

if TYPE_CHECKING:
    from normfix.run.archives import Unpacked
    from normfix.run.installed import InstalledPackage
    from normfix.run.prefiltering import Prefiltered

ALL_PASSED = "All checks passed!\n"
_WORTH_A_CACHE = 100
"""Fewer files than this are read again in less time than a cache takes."""

_SURROUNDINGS = ("NO_COLOR", "FORCE_COLOR", "TERM")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known before the rule table is read.

    `view` is the name that the cache of earlier runs has for this way of showing things;
    `prefiltered` is None where the prefilter of the shipped table does not do.
    """

    settings: Settings
    files: Sequence[str] = ()
    cache: ResultCache | None = None
    view: str = ""
    prefiltered: Sequence[Prefiltered] | None = None
    package: InstalledPackage | None = None
    archive: Unpacked | None = None


def prepare(request: Request, then: Callable[[int], object]) -> Prepared | int:
    """Look at the files of a `check` or a `fix`; the exit status when everything is said by that.

    `then` is told how many files may have a finding, while others are still looked at. Raises UserError.
    """
    settings = settings_for(request)
    if request.piped:
        return Prepared(settings=settings)
    package = _package(request, settings) if request.package is not None else None
    files = files_for(request, settings) if package is None else list(package.files)
    if request.fix and not request.diff:
        _refuse_installed(request, files)
        clear(files)
    if request.no_prefilter:
        return Prepared(settings=settings, files=files, package=package)
    strategy = request.strategy or settings.strategy
    cache = None
    if len(files) >= _WORTH_A_CACHE and strategy == KERAS and not (request.no_cache or request.writes or request.since):
        cache = _cache(request, settings)
    prepared = Prepared(settings=settings, files=files, cache=cache, view=_view(request, settings), package=package)
    if cache is not None:
        cache.recall(files)
        if cache.unchanged:
            said = cache.said(prepared.view)
            return prepared if said is None else _say(said)
    if settings.extend_rules or strategy != KERAS or not files:
        return prepared
    prefiltered = _prefiltered(files, cache, request, reads_docstrings(request, settings), then)
    if cache is not None and (said := _said_again(prepared, cache, prefiltered)) is not None:
        return _say(said)
    if cache is None and not prefiltered and request.is_plain and _is_plain(settings):
        return _say(("", "" if request.quiet else ALL_PASSED, 0))
    return replace(prepared, prefiltered=prefiltered)


def _package(request: Request, settings: Settings) -> InstalledPackage:
    from normfix.run.installed import installed_package  # noqa: PLC0415 - few runs are about one

    return installed_package(request, settings)


def _refuse_installed(request: Request, files: Sequence[str]) -> None:
    from normfix.run.installed import refuse_installed  # noqa: PLC0415 - only a fix needs it

    if not request.installed:
        refuse_installed(files)


def _say(said: Said) -> int:
    report, words, status = said
    sys.stdout.write(report)
    sys.stdout.flush()
    sys.stderr.write(words)
    return status


def _prefiltered(
    files: Sequence[str], cache: ResultCache | None, request: Request, docstrings: bool, then: Callable[[int], object]
) -> Sequence[Prefiltered]:
    from normfix.prefilter.prefilter import shipped_prefilter  # noqa: PLC0415 - an unchanged tree needs none
    from normfix.run.prefiltering import prefilter_files  # noqa: PLC0415

    return prefilter_files(files, shipped_prefilter(docstrings=docstrings), cache, named_in(request), then=then)


def _said_again(prepared: Prepared, cache: ResultCache, prefiltered: Sequence[Prefiltered]) -> Said | None:
    """The words of the last run where some files have changed, and nothing was or is to be said of them."""
    from normfix.prefilter.prefilter import Admission  # noqa: PLC0415 - an unchanged tree needs none

    fresh = frozenset(path for path in prepared.files if path not in cache.settled)
    silent = all(one.admission is Admission.CLEAN and not (one.hands_on or one.data_files) for one in prefiltered)
    said = cache.said_without(prepared.view, fresh) if silent else None
    if said is not None:
        from normfix.run.remembering import remember  # noqa: PLC0415 - the same

        remember(cache, prepared.files, prefiltered, (), says_the_same=True)
    return said


def _cache(request: Request, settings: Settings) -> ResultCache:
    """The cache of runs that find what this one does."""
    stamps = [_written(settings.root / name) for name in settings.extend_rules]
    declared = None if request.isolated or request.target else declared_target(request, settings)
    return ResultCache(
        cache_folder(request.cache_dir, settings),
        os.getcwd(),  # noqa: PTH109
        request.identity(Decides.FINDINGS),
        (settings, stamps, declared),
    )


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return -1


def _view(request: Request, settings: Settings) -> str:
    """A name for the way in which the findings are shown; the settings belong to the cache as a whole."""
    known = baseline_file(request, settings)
    accepted = readable(known) if known is not None else None
    # What is shown depends on the terminals, and on the letters that their encodings have.
    streams = [(one.isatty(), columns(one), takes_links(one), one.encoding) for one in (sys.stdout, sys.stderr)]
    around = [os.environ.get(name) for name in _SURROUNDINGS]
    return key_of(request.identity(Decides.WORDS), streams, around, accepted)


def _is_plain(settings: Settings) -> bool:
    """Whether nothing in the settings can be wrong, or asks for words about a clean tree."""
    usual = replace(
        Settings(settings.root, settings.file),
        exclude=settings.exclude,
        extend_exclude=settings.extend_exclude,
        respect_gitignore=settings.respect_gitignore,
        docstrings=settings.docstrings,
        unsafe_fixes=settings.unsafe_fixes,
        fail_on=settings.fail_on,
        cache_dir=settings.cache_dir,
    )
    return settings.output_format in LINES and settings == replace(usual, output_format=settings.output_format)
