"""Files that use layers and legacy symbols under names that other files of the project gave them.

`from base import BN; BN(mode=0)` has no word in it that a search for the symbols would find.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from normfix.prefilter.code import plain
from normfix.prefilter.handed_names import HandedName, handed_names
from normfix.prefilter.other_names import other_names
from normfix.prefilter.vocabulary import Vocabulary, vocabulary_of
from normfix.semantics.observed import Observed
from normfix.semantics.project import Project
from normfix.semantics.projects import Projects
from normfix.source.contents import readable
from normfix.source.text import is_written
from normfix.table.table import Table

_ALONE = rb"%b(?<!\w%b)(?!\w)"
"""Finds a word that stands alone: a search for letters is fast."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of its own that a file gives to symbols, and those by which it hands layers on."""

    given: frozenset[bytes]
    handed: frozenset[HandedName]

    @property
    def words(self) -> frozenset[bytes]:
        """All of them as they are written."""
        return self.given | {one.name for one in self.handed}

    def used_in(self, code: bytes, vocabulary: Vocabulary) -> bool:
        """Whether a file may use one of them in a way that some rule looks at."""
        if any(re.search(rb"\b" + re.escape(name) + rb"\b", code) for name in self.given):
            return True
        return any(one.used_in(code, vocabulary) for one in self.handed)


def users_of_renamed(
    files: Iterable[str],
    paths: Collection[str],
    table: Table,
    projects: Projects,
    faults: dict[str, Exception],
) -> tuple[frozenset[str], dict[str, Observed]]:
    """Those of `paths` that may use a name which one of `files` gives to a symbol, and what was seen for `files`.

    What goes wrong with one of `files` goes to `faults`, and the others are looked at.
    """
    vocabulary = vocabulary_of(table)
    by_file: dict[str, list[str]] = {}
    found: set[str] = set()
    observed: dict[str, Observed] = {}
    documents = [(one, _code(readable(one), one)) for one in paths if is_written(one)]
    every: dict[str, dict[str, _Names]] = {}
    for path in files:
        try:
            every.setdefault(projects.of(path).folder(path), {})[path] = _names(path, vocabulary)
        except Exception as error:
            projects.forget()
            faults[path] = error
    for group in every.values():
        speaking: Mapping[bytes, set[Path]] | None = None
        for path, names in group.items():
            try:
                project = projects.of(path)
                if not by_file:
                    for one in paths:
                        by_file.setdefault(str(project.resolved(one)), []).append(one)
                if speaking is None:
                    speaking = _speaking(path, frozenset().union(*(one.words for one in group.values())), project)
                users = _users(path, names, project, speaking, vocabulary)
                found.update(one for other in users for one in by_file.get(str(other), ()))
                # Nobody imports a document, so it is in no program.
                found.update(one for one, code in documents if names.used_in(code, vocabulary))
                observed[path] = project.observed()
            except Exception as error:
                projects.forget()
                faults[path] = error
    return frozenset(found), observed


def _names(path: str, vocabulary: Vocabulary) -> _Names:
    code = _code(readable(path), path)
    return _Names(
        frozenset(other_names(code, vocabulary.words)), frozenset(handed_names(code, vocabulary.places(code)))
    )


def _speaking(path: str, words: Collection[bytes], project: Project) -> Mapping[bytes, set[Path]]:
    """Which files of a project have each of some words in them."""
    patterns = tuple((word, re.compile(_ALONE % (re.escape(word), re.escape(word)))) for word in sorted(words))
    found: dict[bytes, set[Path]] = {}
    for other, spoken in project.observations.each(project.files(path), words_in, patterns) if words else ():
        words_here = spoken
        if not project.code(other).isascii():
            project.observations.read.add(str(other))
            words_here = words_in(_code(project.data(other), str(other)), patterns, sure=True)
        for word in words_here:
            found.setdefault(word, set()).add(other)
    return found


def words_in(
    code: bytes, patterns: Sequence[tuple[bytes, re.Pattern[bytes]]], *, sure: bool = False
) -> Sequence[bytes]:
    """Which words the code of a file has, each found by a pattern.

    All of them where letters that Python takes for ASCII ones may hide a word, unless it is `sure` that none does.
    """
    if not (sure or code.isascii()):
        return [word for word, _ in patterns]
    return [word for word, pattern in patterns if word in code and pattern.search(code)]


def _users(
    path: str, names: _Names, project: Project, speaking: Mapping[bytes, set[Path]], vocabulary: Vocabulary
) -> Collection[Path]:
    """The files that lead to a file and use its names; who imports whom is only asked for where one may use them."""
    own = project.resolved(path)
    others = frozenset[Path]().union(*(speaking.get(word, ()) for word in names.words)) - {own}
    if not others or not (programs := project.programs(path)).importers(own):
        return ()
    project.observations.read.update(map(str, others))
    users = {other for other in others if names.used_in(_code(project.data(other), str(other)), vocabulary)}
    return users & programs.above(own) if users else ()


def _code(data: bytes | None, path: str) -> bytes:
    """The code of a document as plain bytes; its own bytes where only a parser can tell."""
    return plain(data or b"", path) or data or b""
