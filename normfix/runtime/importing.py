"""Imports modules of the project in the target interpreter, with or without the edits, and says what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from normfix.runtime.environment import Interpreter
from normfix.runtime.process import SILENT, UNREADABLE, Limits, converse
from normfix.runtime.verdict import ProofError

_SCRIPT = Path(__file__).parent / "import_probe.py"
_BASE_SECONDS = 90.0
_SECONDS_EACH = 10.0


@dataclass(frozen=True, slots=True)
class ModulePlace:
    """A file as Python imports it: by `name`, with `folders` first among those that are searched."""

    path: str
    name: str
    folders: tuple[str, ...]


def import_modules(
    interpreter: Interpreter, places: Sequence[ModulePlace], texts: Mapping[str, str], folder: Path
) -> dict[str, str | None]:
    """Why each module (by path) cannot be imported in `folder`, None for one that can.

    `texts` are the files (by real path) that have another text than on disk. Raises ProofError where the interpreter
    itself cannot be run.
    """
    found: dict[str, str | None] = {}
    for folders in dict.fromkeys(place.folders for place in places):
        left = [place for place in places if place.folders == folders]
        while left:
            answers, failure = _converse(interpreter, left, texts, folder)
            found |= answers
            left = [place for place in left if place.path not in answers]
            if left:
                # The one after the last answer took the process with it.
                found[left[0].path] = failure or "it ends the process while it is imported"
                left = left[1:]
    return found


def _converse(
    interpreter: Interpreter, places: Sequence[ModulePlace], texts: Mapping[str, str], folder: Path
) -> tuple[dict[str, str | None], str]:
    request = {
        "folders": places[0].folders,
        "texts": dict(texts),
        "modules": [(place.name, place.path) for place in places],
    }
    limits = Limits(seconds=_BASE_SECONDS + _SECONDS_EACH * len(places))
    transcript = converse(interpreter.path, _SCRIPT, request, limits, folder=folder)
    if transcript.failure.startswith("cannot be run"):
        raise ProofError(f"{interpreter.path} ({interpreter.origin}) {transcript.failure}")
    try:
        answers = dict(map(tuple, transcript.answers))
    except (TypeError, ValueError) as error:
        raise ProofError(f"{interpreter.path} ({interpreter.origin}) {UNREADABLE}") from error
    # A process that a module ends without a word has no failure of its own to tell.
    return answers, transcript.failure if transcript.failure != SILENT else ""
