"""`--show-settings` and `--show-files`: what a run would go by, and what it would read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from normfix.api.job import job_for
from normfix.config.settings import KEYS, Settings
from normfix.run.discovery import DEFAULT_EXCLUDE, SUFFIXES
from normfix.run.installed import installed_package
from normfix.run.request import Request, UsageError, files_for, settings_for


def show(request: Request) -> int:
    """Print what was asked for, and check nothing. Returns the exit status. Raises UserError."""
    if request.piped:
        raise UsageError("--show-files and --show-settings are about files, and standard input is none")
    settings = settings_for(request)
    if request.show_settings:
        sys.stdout.writelines(f"{line}\n" for line in _settings(request, settings))
    if request.show_files:
        files = files_for(request, settings) if request.package is None else installed_package(request, settings).files
        sys.stdout.writelines(f"{file}\n" for file in files)
    return 0


def _settings(request: Request, settings: Settings) -> Iterator[str]:
    """The settings as they are with the options, in TOML that could stand in the file."""
    options = job_for(request, settings).options
    known: dict[str, Any] = {key: getattr(settings, key.replace("-", "_")) for key in KEYS}
    known |= {key: value for key in KEYS if (value := getattr(request, key.replace("-", "_"), None)) not in (None, ())}
    known |= {"select": options.select, "ignore": options.ignore, "extend-select": ()}
    known |= {"unsafe-fixes": options.unsafe_fixes, "target-version": request.target or settings.target_version}
    known["include"] = tuple(f"*{one}" for one in SUFFIXES) if settings.include is None else settings.include
    known["exclude"] = request.exclude or (DEFAULT_EXCLUDE if settings.exclude is None else settings.exclude)
    known["extend-exclude"] = (*settings.extend_exclude, *request.extend_exclude)
    known["fail-on"] = "never" if request.exit_zero else known["fail-on"]
    yield f"# {os.fspath(settings.file) if settings.file is not None else 'no file: the defaults, and the options'}"
    yield "[tool.normfix]"
    yield from (f"{key} = {_toml(value)}" for key, value in known.items() if value is not None)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f"{{ {', '.join(f'{_toml(key)} = {_toml(one)}' for key, one in value.items())} }}" if value else "{}"
