"""The quick answer for a few files that are clean: nothing is imported that only findings need."""

from __future__ import annotations

import ast
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from normfix.config import Settings
from normfix.request import FileRequest, files_for, settings_for
from normfix.scan.doorkeeper import doorkeeper
from normfix.scan.skims import Skims

ALL_PASSED = "All checks passed!\n"
_MOST_FILES = 60
_PLAIN = {
    **{"output_format": (None, "full", "concise"), "output_file": (None,), "statistics": (False,), "target": (None,)},
    **{"diff": (False,), "strategy": (None,), "verify": (False,), "interactive": (False,), "stdin_filename": (None,)},
    **{"select": ((),), "ignore": ((),), "extend_select": ((),)},
}
"""Options that this answer does not depend on as long as they have one of these values."""


def all_clean(options: Mapping[str, Any]) -> bool:
    """Whether a command has nothing to say; its closing words are then printed. False says nothing."""
    if any(name in options and options[name] not in values for name, values in _PLAIN.items()):
        return False
    names = FileRequest.__dataclass_fields__
    request = FileRequest(**{name: options[name] for name in names})
    # A folder may hold any number of files: to look for them twice would cost more than is won.
    if not request.paths or not all(os.path.isfile(path) for path in request.paths):  # noqa: PTH113
        return False
    settings = settings_for(request)
    if not _simple(settings):
        return False
    files = files_for(request, settings)
    if not 0 < len(files) <= _MOST_FILES or not _clean(files):
        return False
    if not options.get("quiet"):
        sys.stderr.write(ALL_PASSED)
    return True


def _simple(settings: Settings) -> bool:
    plain = Settings(root=settings.root, file=settings.file)
    return settings.output_format in ("full", "concise") and all(
        getattr(settings, name) == getattr(plain, name)
        for name in (
            "select",
            "ignore",
            "extend_select",
            "per_file_ignores",
            "extend_rules",
            "strategy",
            "target_version",
        )
    )


def _clean(files: list[Path]) -> bool:
    keeper = doorkeeper()
    skims = Skims(keeper.gate.roots)
    for file in files:
        try:
            data = file.read_bytes()
        except OSError:
            return False
        if file.suffix != ".py" or not keeper.surely_clean(data, skims.around(str(file))) or not _parses(data):
            return False
    return True


def _parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
