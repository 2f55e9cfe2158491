"""What the metadata of a project says that it installs: `pyproject.toml`, `setup.cfg`, `setup.py`."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normfix.source.contents import readable
from normfix.source.own_packages import METADATA

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LONGEST_SETUP = 50_000
"""What is longer may be too much for a parser, and is no setup.py that a person wrote."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The `names` that a project's metadata gives itself and its packages; `lists` when it lists the packages.

    The empty name stands for one that is computed; there are no names where nothing is installed.
    """

    names: frozenset[str]
    lists: bool


def declared(project: Path) -> Declared:
    """What the files of a project say."""
    found: set[str] = set()
    listed = False
    for file, read in zip(METADATA, (_pyproject, _setup_cfg, _setup_py), strict=True):
        data = readable(project / file)
        if data is None:
            continue
        try:
            names, packages = read(data.decode("utf-8"))
        except (ValueError, SyntaxError, RecursionError, configparser.Error):
            # Somebody else's file: what cannot be read says nothing, and its own tool will complain.
            continue
        found |= {re.sub(r"[-.]+", "_", name).lower() for name in names}
        listed = listed or bool(packages)
        found |= {re.split(r"[./]", package.removeprefix("src/"))[0] for package in packages}
    return Declared(frozenset(found), listed)


def _pyproject(text: str) -> tuple[list[str], list[str]]:
    data = tomllib.loads(text)
    tool = _table(data.get("tool"))
    poetry, setuptools, flit = (_table(tool.get(name)) for name in ("poetry", "setuptools", "flit"))
    wheel = data.get("tool", {})
    for name in ("hatch", "build", "targets", "wheel"):
        wheel = _table(_table(wheel).get(name))
    names = [_table(data.get("project")).get("name"), poetry.get("name"), _table(flit.get("module")).get("name")]
    packages = [*_list(setuptools.get("packages")), *_list(setuptools.get("py-modules")), *_list(wheel.get("packages"))]
    packages += [_table(one).get("include") for one in _list(poetry.get("packages"))]
    return _texts(names), _texts(packages)


def _setup_cfg(text: str) -> tuple[list[str], list[str]]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    packages = parser.get("options", "packages", fallback="").split()
    listed = [] if any(one.startswith("find") for one in packages) else packages
    names = ["", parser.get("metadata", "name", fallback="")] if parser.has_section("options") else []
    return names, listed


def _setup_py(text: str) -> tuple[list[str], list[str]]:
    names: list[Any] = []
    packages: list[Any] = []
    for node in ast.walk(ast.parse(text if len(text) < _LONGEST_SETUP else "")):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            names += list(_constants(given.get("name"))) or [""]
            packages += list(_constants(given.get("packages"))) if isinstance(given.get("packages"), ast.List) else []
    return _texts(names), _texts(packages)


def _constants(node: ast.expr | None) -> Iterator[Any]:
    if node is not None:
        yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(values: list[Any]) -> list[str]:
    return [one for one in values if isinstance(one, str)]
