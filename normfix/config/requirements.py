"""What a project's own files say of its TensorFlow and Keras, for the target `auto`.

Only files beside the project's root are read, only when a finding asks for them, and each as text first: a file that
does not name tensorflow or keras costs one read.
"""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from normfix.config.releases import Requirement, requirement
from normfix.config.target import Target

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_DISTRIBUTIONS = {
    **dict.fromkeys(("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-macos"), "tensorflow"),
    **dict.fromkeys(("tensorflow-intel", "tensorflow-rocm", "tensorflow-cpu-aws", "intel-tensorflow"), "tensorflow"),
    "keras": "keras",
}
_NAME = re.compile(r"\s*([A-Za-z][\w.-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)")
_CONDA = re.compile(r"^\s*-\s*[\"']?([A-Za-z][\w.-]*)\s*([=<>!~][^\"'#\s]*(?:\s*,\s*[^\"'#\s]+)*)", re.MULTILINE)
_LOCKED = re.compile(r"^name\s*=\s*\"([\w.-]+)\"\s*\nversion\s*=\s*\"([^\"]+)\"", re.MULTILINE)
_INCLUDE = re.compile(r"^\s*-(?:r|-requirement)[\s=]*(\S+)", re.MULTILINE)
_SPEAKING = re.compile(r"tensorflow|keras|^\s*-r", re.IGNORECASE | re.MULTILINE)
_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_LONGEST_SETUP = 50_000
"""What is longer may be too much for a parser, and is no setup.py that a person wrote."""

Pins = list[Requirement]


def find_target(start: Path) -> Target:
    """The target that the project around the folder `start` declares; an unknown one where it says nothing."""
    for folder in _folders(start.absolute()):
        for read, pattern in _READERS:
            for file in sorted(folder.glob(pattern)) if "*" in pattern else [folder / pattern]:
                pins = _pins(file, read)
                if pins:
                    return _target(pins, file.relative_to(folder).as_posix())
    return Target()


def _folders(start: Path) -> Iterator[Path]:
    """The folder itself, then those above it up to the project's root; none above where there is no root."""
    above = (start, *start.parents)
    roots = (place for place, folder in enumerate(above) if any((folder / name).exists() for name in _MARKERS))
    yield from above[: next(roots, 0) + 1]


def _pins(file: Path, read: Callable[[Path, str], Iterable[tuple[str, str]]]) -> Pins:
    if not file.is_file():
        return []
    try:
        text = file.read_text(encoding="utf-8")
        if not _SPEAKING.search(text):
            return []
        return [pin for name, rest in read(file, text) if (pin := _pin(name, rest)) is not None]
    except (OSError, ValueError, SyntaxError, configparser.Error, RecursionError):
        # Somebody else's file: what cannot be read says nothing, and its own tool will complain.
        return []


def _pin(name: str, rest: str) -> Requirement | None:
    """The pin of a distribution; None for other distributions and for one without a version."""
    package = _DISTRIBUTIONS.get(re.sub(r"[-_.]+", "-", name).lower())
    if package is None:
        return None
    try:
        pin = requirement(rest, package)
    except ValueError:
        return None
    return pin if pin.clauses else None


def _target(pins: Pins, origin: str) -> Target:
    once = tuple(dict.fromkeys(pins))
    tensorflow = tuple(pin for pin in once if pin.package == "tensorflow")
    keras = tuple(pin for pin in once if pin.package == "keras")
    return Target(tensorflow, keras, text=", ".join(dict.fromkeys(map(str, once))), origin=origin)


def _line(text: str) -> Iterator[tuple[str, str]]:
    match = _NAME.match(text)
    if match is not None and match[2][:1] in tuple("=<>!~("):
        yield match[1], match[2].strip()


def _pyproject(_: Path, text: str) -> Iterator[tuple[str, str]]:
    data = tomllib.loads(text)
    project = _table(data.get("project"))
    groups = (*_table(project.get("optional-dependencies")).values(), *_table(data.get("dependency-groups")).values())
    for listed in (project.get("dependencies"), *groups):
        for line in listed if isinstance(listed, list) else ():
            yield from _line(line) if isinstance(line, str) else ()
    poetry = _table(_table(data.get("tool")).get("poetry"))
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")]
    tables += [_table(group).get("dependencies") for group in _table(poetry.get("group")).values()]
    for table in tables:
        for name, value in _table(table).items():
            yield from _poetry(name, value)


def _poetry(name: str, value: Any) -> Iterator[tuple[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        text = one.get("version") if isinstance(one, dict) else one
        for alternative in text.split("||") if isinstance(text, str) else ():
            yield name, alternative.strip()


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _setup_cfg(_: Path, text: str) -> Iterator[tuple[str, str]]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    blocks = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        blocks += parser["options.extras_require"].values()
    for block in blocks:
        for line in block.splitlines():
            yield from _line(line)


def _setup_py(_: Path, text: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(text if len(text) < _LONGEST_SETUP else "")):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
            yield from _line(node.value)


def _requirements(file: Path, text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        yield from _line(line)
    for name in _INCLUDE.findall(text):
        other = file.parent / name
        if other != file and other.is_file():
            for line in other.read_text(encoding="utf-8").splitlines():
                yield from _line(line)


def _environment(_: Path, text: str) -> Iterator[tuple[str, str]]:
    yield from _CONDA.findall(text)


def _lock(_: Path, text: str) -> Iterator[tuple[str, str]]:
    yield from ((name, f"=={release}") for name, release in _LOCKED.findall(text))


_READERS: tuple[tuple[Callable[[Path, str], Iterable[tuple[str, str]]], str], ...] = (
    (_pyproject, "pyproject.toml"),
    (_setup_cfg, "setup.cfg"),
    (_setup_py, "setup.py"),
    (_requirements, "requirements*.txt"),
    (_requirements, "requirements/*.txt"),
    (_environment, "environment.y*ml"),
    *((_lock, name) for name in ("uv.lock", "poetry.lock", "pdm.lock")),
)
