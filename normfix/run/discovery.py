"""Paths to files: folders are searched for Python files, past what .gitignore and the excludes leave out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from normfix.config.errors import UserError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".pyi", ".pyw", ".ipynb")
"""What a searched folder yields where no setting says it; a file that is named is taken whatever its suffix."""

ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

DEFAULT_EXCLUDE = (
    *(".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox"),
    *(".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode"),
    *("__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv"),
)
_IGNORE = ".gitignore"
_GLOB_CHARACTERS = frozenset("*?[]!/\\")


class DiscoveryError(UserError):
    """A path that does not exist or a folder that cannot be read."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of one .gitignore, or of the excludes, and the folder that they are relative to."""

    folder: str
    spec: GitIgnoreSpec

    def verdict(self, path: str) -> bool | None:
        """Whether `path` (absolute; a folder ends with `/`) is left out; None where no pattern speaks of it."""
        if not path.startswith(self.folder):
            return None
        return self.spec.check_file(path[len(self.folder) :]).include


@dataclass(frozen=True, slots=True)
class Excludes:
    """What the settings leave out, or take in: plain names, and patterns with gitignore's meaning."""

    names: frozenset[str]
    rules: _Rules | None
    folder: str

    def match(self, path: str) -> bool:
        """Whether the last part of `path` (absolute; a folder ends with `/`) is among them."""
        name = path.rstrip("/").rpartition("/")[2]
        return name in self.names or bool(self.rules and self.rules.verdict(path))

    def match_any_parent(self, path: str) -> bool:
        """Whether `path`, or a folder above it inside the project, is among them."""
        if not path.startswith(self.folder):
            return self.match(path)
        parts = path[len(self.folder) :].split("/")
        above = ("/".join(parts[:count]) for count in range(1, len(parts)))
        return self.match(path) or any(self.match(f"{self.folder}{part}/") for part in above)


def excludes(patterns: Iterable[str], root: Path) -> Excludes:
    """The patterns as given in settings or options, relative to `root`."""
    listed = tuple(patterns)
    names = frozenset(pattern for pattern in listed if not _GLOB_CHARACTERS.intersection(pattern))
    globs = [_relative(pattern, root) for pattern in listed if pattern not in names]
    return Excludes(names, _rules(globs, _folder(root)) if globs else None, _folder(root))


def discover(
    paths: Sequence[str],
    left_out: Excludes,
    *,
    force_exclude: bool = False,
    gitignore: bool = True,
    included: Excludes | None = None,
) -> list[str]:
    """The files to read, sorted by folder and name, none twice.

    A file that is named is taken even if it is left out, unless `force_exclude`; `gitignore` says whether the files of
    that name count. `included` are the files that a folder yields, None for Python files and notebooks. Links to
    folders are not followed.
    A folder that cannot be read is listed itself. Raises DiscoveryError for a missing path.
    """
    found: dict[str, str] = {}
    for path in paths:
        absolute = os.path.normpath(Path(path).absolute())
        if not os.path.lexists(path):
            raise DiscoveryError(f"{path}: no such file or folder")
        if force_exclude and left_out.match_any_parent(absolute):
            continue
        if Path(path).is_dir():
            _search(os.path.normpath(path), absolute, left_out, found, gitignore, included)
        else:
            found.setdefault(os.path.realpath(path), os.path.normpath(path))
    return sorted(found.values(), key=_parts)


def is_archive(path: str) -> bool:
    """Whether a path is that of a wheel or of a source archive."""
    return path.endswith(ARCHIVES) and os.path.isfile(path)  # noqa: PTH113 - asked of each path of a command


def _parts(path: str) -> list[str]:
    return path.replace(os.sep, "/").split("/")


def _search(
    path: str, absolute: str, left_out: Excludes, found: dict[str, str], gitignore: bool, included: Excludes | None
) -> None:
    """Add the files below a folder to `found` (real path -> path as given); real files win over links to them."""
    links: list[tuple[str, str]] = []
    shown = "" if path == os.curdir else path.rstrip(os.sep) + os.sep
    # A folder is walked under three names, each ending with a slash: as it was given, absolute, and without links.
    above = _ignores_above(absolute) if gitignore else ()
    waiting = [(shown, _folder(Path(absolute)), _folder(Path(os.path.realpath(absolute))), above)]
    while waiting:
        shown, folder, real, ignores = waiting.pop()
        entries = _entries(folder)
        if entries is None:
            # Reading it will say why it cannot be read, as for a file.
            found.setdefault(real.rstrip("/"), shown.rstrip(os.sep) or os.curdir)
            continue
        if gitignore and any(entry.name == _IGNORE for entry in entries):
            ignores = (*_gitignore(folder + _IGNORE, folder), *ignores)
        for entry in entries:
            name = entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            full = f"{folder}{name}/" if is_folder else folder + name
            if not is_folder and not (name.endswith(SUFFIXES) if included is None else included.match(full)):
                continue
            if left_out.match(full) or (ignores and _ignored(full, ignores)):
                continue
            if is_folder:
                waiting.append((f"{shown}{name}{os.sep}", full, f"{real}{name}/", ignores))
            elif entry.is_symlink():
                links.append((os.path.realpath(full), shown + name))
            elif entry.is_file():
                found.setdefault(real + name, shown + name)
    for target, visible in links:
        if Path(target).is_file():
            found.setdefault(target, visible)


def _entries(folder: str) -> list[os.DirEntry[str]] | None:
    """What is in a folder; None for one that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return None


def _ignored(path: str, ignores: Iterable[_Rules]) -> bool:
    """The word of the nearest .gitignore that speaks of the path."""
    verdicts = (rules.verdict(path) for rules in ignores)
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _ignores_above(absolute: str) -> tuple[_Rules, ...]:
    """The .gitignore files above a folder up to its git root, nearest first.

    None when they ignore the folder itself: it was named, so it is meant.
    """
    parents = Path(absolute).parents
    top = next(
        (count for count, folder in enumerate((Path(absolute), *parents)) if os.path.lexists(folder / ".git")), 0
    )
    ignores: tuple[_Rules, ...] = ()
    for parent in reversed(parents[:top]):
        ignores = (*_gitignore(str(parent / _IGNORE), _folder(parent)), *ignores)
    below = [f"{part.as_posix()}/" for part in (Path(absolute), *parents[: max(top - 1, 0)])]
    return () if any(_ignored(folder, ignores) for folder in below) else ignores


def _gitignore(file: str, folder: str) -> Iterator[_Rules]:
    if not os.path.isfile(file):  # noqa: PTH113 - once for each folder of a tree
        return
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise DiscoveryError(f"{file}: {error.strerror}") from error
    try:
        yield _rules(lines, folder)
    except DiscoveryError:
        # Like git, take the lines that mean something.
        yield _rules(filter(_compiles, lines), folder)


def _compiles(pattern: str) -> bool:
    try:
        _rules([pattern], "/")
    except DiscoveryError:
        return False
    return True


def _rules(patterns: Iterable[str], folder: str) -> _Rules:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most trees have no pattern to compile

    from normfix.run.globs import linear  # noqa: PLC0415

    try:
        spec = GitIgnoreSpec.from_lines(patterns)
        for one in spec.patterns:
            if one.regex is not None:
                one.regex = re.compile(linear(one.regex.pattern))
    except (ValueError, re.error) as error:
        raise DiscoveryError(f"not a pattern: {error}") from error
    return _Rules(folder, spec)


def _folder(path: Path) -> str:
    return path.absolute().as_posix().rstrip("/") + "/"


def _relative(pattern: str, root: Path) -> str:
    """An absolute pattern below `root` as gitignore writes it, and `./x` as `/x`."""
    if pattern.startswith(_folder(root)):
        return pattern[len(_folder(root)) - 1 :]
    return pattern[1:] if pattern.startswith("./") else pattern
