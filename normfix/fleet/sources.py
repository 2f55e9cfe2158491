"""SOURCES to repositories: folders, archives, and files that list git URLs, paths or requirements."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from normfix.config.errors import UserError
from normfix.run.discovery import ARCHIVES, SUFFIXES

_PROJECT = (".git", "pyproject.toml", "setup.py", "setup.cfg")
_URL = re.compile(r"(?:git\+)?((?:https?|ssh|git|file)://[^/\s]*/|[\w.-]+@[\w.-]+:)([^@\s]+)(?:@(\S+))?")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*\s*(\[[\w., -]*\])?\s*((===|==|~=|!=|>=|<=|>|<)[^;#]*)?(;.*)?")


class SourceError(UserError):
    """A source that is not there, or that is none."""


class Kind(Enum):
    """What a repository comes from."""

    FOLDER = "folder"
    GIT = "git"
    ARCHIVE = "archive"
    REQUIREMENT = "requirement"


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository of a run. `name` is what SOURCES calls it, without what may be secret; no two have the same.

    `location` is an absolute path, a URL or a requirement; `revision` is the commit, branch or tag of a git URL.
    """

    name: str
    kind: Kind
    location: str
    revision: str = ""


def repositories(sources: Iterable[str]) -> list[Repository]:
    """The repositories of all sources, by name. Raises SourceError."""
    found: dict[str, Repository] = {}
    for source in sources:
        for one in _of(source):
            if found.setdefault(one.name, one) != one:
                raise SourceError(f"{one.name} is named twice, and not for the same thing")
    return [found[name] for name in sorted(found)]


def _of(source: str) -> Iterator[Repository]:
    path = Path(source)
    if path.is_dir():
        yield from _below(path)
    elif source.endswith(ARCHIVES) and path.is_file():
        yield _on_disk(path)
    elif path.is_file():
        yield from _listed(path)
    elif (remote := _remote(source)) is not None:
        yield remote
    else:
        raise SourceError(f"{source}: no such file or folder")


def _below(folder: Path) -> Iterator[Repository]:
    """The folder itself where it is a project, else each folder and archive in it."""
    entries = sorted(folder.iterdir())
    if any(one.name in _PROJECT or (one.suffix in SUFFIXES and one.is_file()) for one in entries):
        yield _on_disk(folder)
        return
    found = [one for one in entries if (one.is_dir() and one.name[0] != ".") or one.name.endswith(ARCHIVES)]
    if not found:
        raise SourceError(f"{folder}: no repository is in it")
    yield from map(_on_disk, found)


def _on_disk(path: Path) -> Repository:
    kind = Kind.FOLDER if path.is_dir() else Kind.ARCHIVE
    name = os.path.normpath(path).replace(os.sep, "/")
    return Repository(Path(name).absolute().name if name == os.curdir else name, kind, os.path.abspath(path))  # noqa: PTH100


def _listed(file: Path) -> Iterator[Repository]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: neither a folder nor an archive nor a list in UTF-8") from error
    for number, line in enumerate(lines, 1):
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if not text:
            continue
        beside = file.parent / text
        if (remote := _remote(text)) is not None:
            yield remote
        elif beside.is_dir() or (text.endswith(ARCHIVES) and beside.is_file()):
            yield _on_disk(beside)
        elif _REQUIREMENT.fullmatch(text):
            yield Repository(re.sub(r"\s", "", text), Kind.REQUIREMENT, text)
        else:
            raise SourceError(f"{file}:{number}: no git URL, path or requirement: {text}")


def _remote(text: str) -> Repository | None:
    """The repository of a git URL with `@REVISION` behind it or not; None for what is no URL."""
    match = _URL.fullmatch(text)
    if match is None:
        return None
    host = re.sub(r"^.*?://|^[^@]*@(?=.*:$)", "", match[1]).rpartition("@")[2].rstrip("/:")
    name = "/".join(filter(None, (host, match[2].strip("/").removesuffix(".git"))))
    return Repository(name, Kind.GIT, match[1] + match[2], match[3] or "")
