"""How wide the lines of a project may be, as its formatter or linter is told."""

from __future__ import annotations

import configparser
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_TOML = (
    (("tool", "ruff"), "line-length", 88),
    (("tool", "black"), "line-length", 88),
    (("tool", "isort"), "line_length", None),
    (("tool", "yapf"), "column_limit", None),
    (("tool", "autopep8"), "max_line_length", None),
    (("tool", "flake8"), "max-line-length", None),
    (("tool", "pycodestyle"), "max_line_length", None),
)
"""Tables of pyproject.toml, the key of each, and what holds where the table is there and the key is not."""

_INI = (
    ("setup.cfg", (("isort", "line_length"), ("tool:isort", "line_length"), ("yapf", "column_limit"),
                   ("flake8", "max-line-length"), ("pycodestyle", "max-line-length"))),
    (".isort.cfg", (("settings", "line_length"),)),
    (".style.yapf", (("style", "column_limit"),)),
    (".flake8", (("flake8", "max-line-length"),)),
    ("tox.ini", (("flake8", "max-line-length"), ("pycodestyle", "max-line-length"), ("isort", "line_length"))),
)  # fmt: skip
_EDITOR = re.compile(r"^\s*max_line_length\s*=\s*(\d+)\s*$", re.MULTILINE | re.IGNORECASE)


def line_length(file: Path) -> int | None:
    """The greatest width of lines, in characters, in the nearest folder above a file that says one; None without."""
    return next((found for folder in file.absolute().parents for found in _lengths(folder)), None)


def _lengths(folder: Path) -> Iterator[int]:
    for name in (".ruff.toml", "ruff.toml"):
        ruff = _toml(folder / name)
        if ruff is not None:
            yield _number(ruff.get("line-length")) or 88
    project = _toml(folder / "pyproject.toml") or {}
    for path, key, otherwise in _TOML:
        table: Any = project
        for part in path:
            table = table.get(part, {}) if isinstance(table, dict) else {}
        found = _number(table.get(key)) if isinstance(table, dict) else None
        if found or (table and otherwise):
            yield found or otherwise or 0
    for name, places in _INI:
        parser = _ini(folder / name)
        for section, key in places if parser is not None else ():
            found = _number(parser.get(section, key, fallback=None)) if parser is not None else None
            if found:
                yield found
    editor = _EDITOR.search(_read(folder / ".editorconfig"))
    if editor:
        yield int(editor[1])


_MOST_DIGITS = 10


def _number(value: object) -> int | None:
    """A width that is a sensible number; None for anything else."""
    text = str(value).strip()
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS and int(text) > 0 else None


def _toml(file: Path) -> Mapping[str, Any] | None:
    text = _read(file)
    try:
        return tomllib.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _ini(file: Path) -> configparser.ConfigParser | None:
    text = _read(file)
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return parser if text else None


def _read(file: Path) -> str:
    """The text of a file; empty where there is none, or none that can be read: how wide lines are ends no run."""
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""
