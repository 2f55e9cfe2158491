"""The quick answers: a tree that nothing was changed in since the last run, and one that is clean at first look.

Nothing is imported here that only findings need.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normfix.config.settings import STRATEGIES, Settings
from normfix.config.store import key_of
from normfix.run.cache import Memory, Said
from normfix.run.leftovers import clear
from normfix.run.request import STDIN, FileRequest, cache_folder, declared_target, files_for, settings_for

if TYPE_CHECKING:
    from normfix.run.prefiltering import Prefiltered

ALL_PASSED = "All checks passed!\n"
_WORTH_A_CACHE = 100
"""Fewer files than this are read again in less time than a cache takes."""

_SILENT = {
    **{"output_format": (None, "full", "concise"), "output_file": (None,), "statistics": (False,), "diff": (False,)},
    **{"select": ((),), "ignore": ((),), "extend_select": ((),), "target": (None,)},
}
"""Options under which a clean tree has nothing to say but the closing words."""

_JUDGING = ("paths", "select", "ignore", "extend_select", "target")
_SHOWING = ("output_format", "statistics", "exit_zero", "quiet", "unsafe_fixes", "color")
_SURROUNDINGS = ("NO_COLOR", "FORCE_COLOR", "TERM")
_CHANGING = ("fix", "diff", "verify", "interactive", "output_file")


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What is known before the rule table is read.

    `view` is the name that the memory of earlier runs has for this way of showing things;
    `prefiltered` is None where the prefilter of the shipped table does not do.
    """

    settings: Settings
    files: Sequence[str] = ()
    memory: Memory | None = None
    view: str = ""
    prefiltered: Sequence[Prefiltered] | None = None


def first_look(options: Mapping[str, Any], then: Callable[[int], object]) -> FirstLook | int:
    """Look at the files of a `check` or a `fix`; the exit status when everything is said by that.

    `then` is told how many files may have a finding, while others are still looked at. Raises UserError.
    """
    request = FileRequest(**{name: options[name] for name in FileRequest.__dataclass_fields__})
    settings = settings_for(request)
    if STDIN in request.paths:
        return FirstLook(settings=settings)
    files = files_for(request, settings)
    if options["fix"] and not options["diff"]:
        clear(files)
    if options["no_prefilter"]:
        return FirstLook(settings=settings, files=files)
    strategy = options["strategy"] or settings.strategy
    memory = None
    if len(files) >= _WORTH_A_CACHE and strategy == STRATEGIES[0] and not options["no_cache"]:
        memory = _memory(request, settings, options)
    look = FirstLook(settings=settings, files=files, memory=memory, view=_view(settings, options))
    if memory is not None:
        memory.recall(files)
        if memory.unchanged:
            said = memory.said(look.view)
            return look if said is None else _say(said)
    if settings.extend_rules or strategy != STRATEGIES[0] or not files:
        return look
    prefiltered = _prefiltered(files, memory, request, then)
    if memory is None and not prefiltered and _silent(settings, options):
        return _say(("", "" if options["quiet"] else ALL_PASSED, 0))
    return replace(look, prefiltered=prefiltered)


def _say(said: Said) -> int:
    report, words, status = said
    sys.stdout.write(report)
    sys.stdout.flush()
    sys.stderr.write(words)
    return status


def _prefiltered(
    files: Sequence[str], memory: Memory | None, request: FileRequest, then: Callable[[int], object]
) -> Sequence[Prefiltered]:
    from normfix.prefilter.prefilter import shipped_prefilter  # noqa: PLC0415 - an unchanged tree needs none
    from normfix.run.prefiltering import prefilter_files  # noqa: PLC0415

    named = {os.path.normpath(path) for path in request.paths}
    return prefilter_files(files, shipped_prefilter(), memory, named, then=then)


def _memory(request: FileRequest, settings: Settings, options: Mapping[str, Any]) -> Memory | None:
    """The memory of runs like this one; None for a run that writes something else than words."""
    if any(options.get(name) for name in _CHANGING):
        return None
    stamps = [_written(settings.root / name) for name in settings.extend_rules]
    return Memory(
        cache_folder(options["cache_dir"], settings),
        (os.getcwd(), [options[name] for name in _JUDGING]),  # noqa: PTH109
        (settings, stamps, None if request.isolated or options["target"] else declared_target(request, settings)),
    )


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return -1


def _view(settings: Settings, options: Mapping[str, Any]) -> str:
    """A name for the way in which the findings are shown."""
    streams = (sys.stdout.isatty(), sys.stderr.isatty())
    around = [os.environ.get(name) for name in _SURROUNDINGS]
    return key_of([options[name] for name in _SHOWING], settings.output_format, settings.unsafe_fixes, streams, around)


def _silent(settings: Settings, options: Mapping[str, Any]) -> bool:
    """Whether nothing in the options or the settings can be wrong, or asks for words about a clean tree."""
    plain = Settings(root=settings.root, file=settings.file)
    named = ("select", "ignore", "extend_select", "per_file_ignores", "target_version")
    usual = all(getattr(settings, name) == getattr(plain, name) for name in named)
    return (
        usual
        and settings.output_format in _SILENT["output_format"]
        and all(options[name] in values for name, values in _SILENT.items())
    )
