"""`--since`: which files git knows to have changed since a revision, and which lines of them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from normfix.config.errors import UserError
from normfix.source.documents import read_document
from normfix.source.text import SourceText, TextError

_EXACT = 4_000_000
"""Up to so many pairs of lines, lines that are in a file many times are compared like any other."""


class SinceError(UserError):
    """A revision that git does not know, or no git to ask."""


@dataclass(frozen=True, slots=True)
class Since:
    """The work tree at `top` against the commit `base`.

    `tracked` are the files that git knows of, and `before` says of each changed one how it was called, None for one
    that is new; both by their real paths.
    """

    top: str
    base: str
    tracked: frozenset[str]
    before: Mapping[str, str | None]

    def has(self, path: str) -> bool:
        """Whether a file may have lines that changed; what git does not know is new."""
        real = os.path.realpath(path)
        return real in self.before or real not in self.tracked

    def lines(self, source: SourceText) -> frozenset[int]:
        """The numbers of the lines of a text that the file did not have at that revision."""
        new = _lines(source)
        real = os.path.realpath(source.path)
        unchanged = os.path.relpath(real, self.top) if real in self.tracked else None
        name = self.before.get(real, unchanged)
        old = self._old(name, docstrings=source.with_docstrings) if name is not None else None
        return changed(old, new) if old is not None else frozenset(range(1, len(source.line_starts) + 1))

    def _old(self, name: str, *, docstrings: bool) -> Sequence[str] | None:
        """The lines that a file had; None where it was none that can be read."""
        shown = _git(self.top, "cat-file", "blob", f"{self.base}:{name.replace(os.sep, '/')}")
        if shown.returncode:
            return None
        try:
            return _lines(read_document(shown.stdout, name, docstrings=docstrings))
        except TextError:
            return None


def since(revision: str, folder: str) -> Since:
    """What has changed below a folder's work tree since a revision, or since the two parted. Raises SinceError."""
    top = _asked(folder, f"{folder} is in no git repository", "rev-parse", "--show-toplevel")
    if revision.startswith("-"):
        raise SinceError(f"--since: {revision!r} is no revision")
    unknown = f"git knows no commit {revision!r}"
    commit = _asked(top, unknown, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    base = _asked(
        top, f"HEAD and {revision!r} have no commit in common (a shallow clone?)", "merge-base", "HEAD", commit
    )
    how = ("--name-status", "--no-ext-diff", "--find-renames", "--ignore-submodules", "--no-relative", "-z")
    names = _listed(top, "diff", *how, base, "--")
    tracked = _listed(top, "ls-files", "--recurse-submodules", "-z")
    real = os.path.realpath(top)
    return Since(
        real,
        base,
        frozenset(os.path.join(real, name) for name in tracked),  # noqa: PTH118 - thousands of them
        {os.path.join(real, new): old for new, old in _names(iter(names))},  # noqa: PTH118
    )


def changed(old: Sequence[str], new: Sequence[str]) -> frozenset[int]:
    """The numbers of the lines of `new` that are not from `old`, the first being 1."""
    ahead = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = min(len(old), len(new)) - ahead
    backwards = zip(reversed(old), reversed(new), strict=False)
    behind = min(rest, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards)))
    before, after = old[ahead : len(old) - behind], new[ahead : len(new) - behind]
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) * len(after) > _EXACT)
    same = {block.b + offset for block in matcher.get_matching_blocks() for offset in range(block.size)}
    return frozenset(ahead + number + 1 for number in range(len(after)) if number not in same)


def _lines(source: SourceText) -> list[str]:
    """The lines of a text as Python counts them, whatever ends them."""
    return source.as_written.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _names(fields: Iterator[str]) -> Iterator[tuple[str, str | None]]:
    """The present name and the earlier one of each changed file, of what `git diff --name-status -z` prints."""
    for status in fields:
        name = next(fields)
        if status[:1] in "RC":
            yield next(fields), name
        elif status[:1] == "A":
            yield name, None
        elif status[:1] != "D":
            yield name, name


def _listed(top: str, *arguments: str) -> list[str]:
    done = _git(top, *arguments)
    if done.returncode:
        raise SinceError(f"--since: {_last_words(done.stderr) or 'git failed'}")
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _asked(folder: str, otherwise: str, *arguments: str) -> str:
    """What git answers. Raises SinceError, with git's own words where it has any."""
    done = _git(folder, *arguments)
    if done.returncode:
        words = _last_words(done.stderr)
        raise SinceError(f"--since: {otherwise}" + (f" ({words})" if words else ""))
    return os.fsdecode(done.stdout).rstrip("\n")


def _git(folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise SinceError(f"--since needs git, which cannot be run: {error.strerror}") from error


def _last_words(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else ""
