"""Reads `[tool.normfix]` of the nearest pyproject.toml into `Settings`; an unknown key is an error with a hint."""

from __future__ import annotations

import difflib
import fnmatch
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from normfix.config.errors import UserError

KERAS = "keras"
LEGACY = "legacy"
STRATEGIES = (KERAS, LEGACY)
FORMATS = {
    "full": "normfix.report.full",
    "concise": "normfix.report.concise",
    "grouped": "normfix.report.grouped",
    "json": "normfix.report.json",
    "json-lines": "normfix.report.json_lines",
    "sarif": "normfix.report.sarif",
    "github": "normfix.report.github",
    "gitlab": "normfix.report.gitlab",
    "junit": "normfix.report.junit",
    "azure": "normfix.report.azure",
    "pylint": "normfix.report.pylint",
    "rdjson": "normfix.report.rdjson",
    "markdown": "normfix.report.markdown",
    "html": "normfix.report.html",
}
"""Every output format, with the module whose `render` draws it: the one place that a new one is named in."""
LINES = ("full", "concise", "grouped", "json-lines", "github", "azure", "pylint")
"""The formats that have nothing to say where nothing is found."""
FAIL_ON = ("error", "warning", "never")
"""The mildest finding that makes the exit status 1."""


class ConfigError(UserError):
    """A configuration that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says about how normfix should treat it. Globs are relative to `root`.

    `include` and `exclude` are None where the defaults hold. `file` is the file that was read, None for the defaults.
    """

    root: Path
    file: Path | None = None
    select: tuple[str, ...] = ("NF",)
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    docstrings: bool = False
    unsafe_fixes: bool = False
    output_format: str = "full"
    fail_on: str = "warning"
    target_version: str = "auto"
    extend_rules: tuple[str, ...] = ()
    strategy: str = KERAS
    cache_dir: str = ".normfix_cache"
    baseline: str | None = None

    def ignored_in(self, path: str) -> tuple[str, ...]:
        """Code prefixes that `per-file-ignores` switches off in a file.

        A glob is tried against the file's name and against its whole path; `!` before it turns it round.
        """
        name, whole = Path(path).name, (Path.cwd() / path).as_posix()
        found: list[str] = []
        for glob, codes in self.per_file_ignores.items():
            bare = glob.removeprefix("!")
            hit = fnmatch.fnmatch(name, bare) or fnmatch.fnmatch(whole, (self.root / bare).as_posix())
            if hit != glob.startswith("!"):
                found += codes
        return tuple(found)


def find_settings(start: Path) -> Settings:
    """The settings of the nearest pyproject.toml with a [tool.normfix] at or above the folder `start`.

    Raises ConfigError for a file that says something it cannot mean.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        data = _read(file)
        if b"normfix" in data and (table := _table(file, data)) is not None:
            return _settings(table, file)
    return Settings(root=Path.cwd())


def read_settings(file: Path) -> Settings:
    """The settings of one given file. Raises ConfigError, also when it has no [tool.normfix]."""
    table = _table(file, _read(file))
    if table is None:
        raise ConfigError(f"{file}: no [tool.normfix] in it")
    return _settings(table, file)


def _read(file: Path) -> bytes:
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise ConfigError(f"{file}: not a file")
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error


def _table(file: Path, data: bytes) -> Mapping[str, Any] | None:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - most folders have no settings to read
    else:
        import tomli as tomllib  # noqa: PLC0415
    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{file}: nested too deeply") from error
    table = tool.get("normfix") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{file}: tool.normfix must be a table")
    return table


def _settings(table: Mapping[str, Any], file: Path) -> Settings:
    values: dict[str, Any] = {}
    for key, value in table.items():
        reader = KEYS.get(key)
        if reader is None:
            near = difflib.get_close_matches(key, KEYS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(KEYS)}"
            raise ConfigError(f"{file}: unknown key {key!r} in [tool.normfix]{hint}")
        values[key.replace("-", "_")] = reader(value, f"{file}: {key}")
    return Settings(root=file.absolute().parent, file=file, **values)


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ConfigError(f"{where} must be a list of strings")
    return tuple(value)


def _globs(value: Any, where: str) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a table of globs, each with a list of codes")
    return {glob: _strings(codes, f"{where}.{glob!r}") for glob, codes in value.items()}


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where} must be true or false")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where} must be a string")
    return value


def _one_of(choices: Sequence[str]) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if value not in choices:
            raise ConfigError(f"{where} must be one of {', '.join(choices)}")
        return str(value)

    return read


KEYS: Mapping[str, Callable[[Any, str], Any]] = {
    "select": _strings,
    "ignore": _strings,
    "extend-select": _strings,
    "per-file-ignores": _globs,
    "include": _strings,
    "exclude": _strings,
    "extend-exclude": _strings,
    "respect-gitignore": _flag,
    "docstrings": _flag,
    "unsafe-fixes": _flag,
    "output-format": _one_of(tuple(FORMATS)),
    "fail-on": _one_of(FAIL_ON),
    "target-version": _text,
    "extend-rules": _strings,
    "strategy": _one_of(STRATEGIES),
    "cache-dir": _text,
    "baseline": _text,
}
"""Every key of [tool.normfix], with what reads its value."""
