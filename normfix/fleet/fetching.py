"""A repository to a folder on this machine and the commit that it is at."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from normfix.fleet.processes import Deadline, WorkError, output
from normfix.fleet.sources import Kind, Repository
from normfix.run.archives import ArchiveError, unpack
from normfix.run.discovery import DEFAULT_EXCLUDE

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PINNED = re.compile(r"[\w.-]+(?:\[[^\]]*\])?\s*==\s*[\w.+!-]+")
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never")
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
_NO_COMMIT = "(initial)"


def commit_of(repository: Repository, deadline: Deadline) -> str:
    """What a repository is at, without fetching it; empty where only fetching it tells. Raises WorkError."""
    if repository.kind is Kind.GIT:
        return _remote_commit(repository, deadline)
    if repository.kind is Kind.FOLDER:
        return folder_commit(Path(repository.location), deadline)
    if repository.kind is Kind.ARCHIVE:
        return _sum(Path(repository.location).read_bytes())
    pinned = _PINNED.fullmatch(repository.location)
    return re.sub(r"\s", "", repository.location) if pinned else ""


def fetched(repository: Repository, commit: str, into: Path, deadline: Deadline) -> tuple[Path, str]:
    """The folder of a repository at `commit`, and the commit. Only a folder is not copied. Raises WorkError."""
    if repository.kind is Kind.FOLDER:
        return Path(repository.location), commit
    if repository.kind is Kind.GIT:
        clone(repository.location, commit, into, deadline)
        return into, commit
    archive = Path(repository.location)
    if repository.kind is Kind.REQUIREMENT:
        archive = _downloaded(repository.location, into / "download", deadline)
    return _unpacked(archive, into / "unpacked"), commit or _sum(archive.read_bytes())


def clone(url: str, commit: str, into: Path, deadline: Deadline) -> None:
    """One commit of a repository, without its history. Raises WorkError."""
    into.mkdir(parents=True, exist_ok=True)
    for words in (("init", "-q"), ("fetch", "-q", "--depth=1", "--", url, commit), ("checkout", "-q", "FETCH_HEAD")):
        git(words, deadline, into)


def git(
    words: tuple[str, ...],
    deadline: Deadline,
    folder: Path | None = None,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
) -> str:
    """What git says. Raises WorkError."""
    said = output((*_GIT, *words), deadline, cwd=folder, env={**_QUIET, **(env or {})}, stdin=stdin)
    return said.decode("utf-8", "replace")


def folder_commit(folder: Path, deadline: Deadline) -> str:
    """The commit of a git checkout, with the sum of its files where it was changed or is none. Raises WorkError."""
    commit = ""
    if (folder / ".git").exists():
        rows = git(("status", "--porcelain=v2", "--branch", "--untracked-files=all"), deadline, folder).splitlines()
        commit = next(row.split()[-1] for row in rows if row.startswith("# branch.oid "))
        if commit == _NO_COMMIT:
            commit = ""
        elif all(row.startswith("#") for row in rows):
            return commit
    return f"{commit}+{_folder_sum(folder)}".lstrip("+")


def _remote_commit(repository: Repository, deadline: Deadline) -> str:
    revision = repository.revision
    if _COMMIT.fullmatch(revision):
        return revision
    rows = git(("ls-remote", "--", repository.location), deadline).splitlines()
    known = {name: commit for commit, _, name in (row.partition("\t") for row in rows)}
    names = (f"refs/tags/{revision}^{{}}", f"refs/tags/{revision}", f"refs/heads/{revision}", revision)
    found = next((known[name] for name in (names if revision else ("HEAD",)) if name in known), None)
    if found is None:
        raise WorkError(f"it has no {revision or 'commit'}")
    return found


def _folder_sum(folder: Path) -> str:
    total = blake2b(digest_size=16)
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        total.update(f"{name}\0{_sum(path.read_bytes())}\n".encode("utf-8", "surrogateescape"))
    return f"files:{total.hexdigest()}"


def _files(folder: Path) -> Iterator[Path]:
    """The files that a check may read, in order; links are what they lead to, but no folder is entered by one."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - set(DEFAULT_EXCLUDE))
        yield from (path for name in sorted(files) if (path := Path(place, name)).is_file())


def _sum(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _downloaded(requirement: str, into: Path, deadline: Deadline) -> Path:
    """The wheel of a requirement: pip would run a source archive to ask it for its name. Raises WorkError."""
    words = ("download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--dest", str(into))
    output((sys.executable, "-m", "pip", *words, "--", requirement), deadline)
    wheels = sorted(into.glob("*.whl"))
    if not wheels:
        raise WorkError("pip downloaded no wheel")
    return wheels[0]


def _unpacked(archive: Path, into: Path) -> Path:
    """The folder with the sources of an archive: a source archive has one of its own for them. Raises WorkError."""
    try:
        unpack(archive, into)
    except ArchiveError as error:
        raise WorkError(str(error)) from error
    inside = list(into.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() and not archive.name.endswith(".whl") else into
