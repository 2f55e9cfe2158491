"""Files that use layers and legacy symbols under names that other files of the project gave them.

`from base import BN; BN(mode=0)` has no word in it that a search for the symbols would find.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from normfix.prefilter.code import plain
from normfix.prefilter.handed_names import HandedName, handed_names
from normfix.prefilter.other_names import other_names
from normfix.prefilter.vocabulary import Vocabulary, vocabulary_of
from normfix.semantics.project import Project
from normfix.semantics.projects import Projects
from normfix.source.contents import readable
from normfix.table.table import Table


def users_of_renamed(
    files: Iterable[str],
    paths: Collection[str],
    table: Table,
    projects: Projects,
    faults: dict[str, Exception],
) -> tuple[frozenset[str], frozenset[str]]:
    """Those of `paths` that may use a name which one of `files` gives to a symbol, and the files that were followed.

    What goes wrong with one of `files` goes to `faults`, and the others are looked at.
    """
    vocabulary = vocabulary_of(table)
    by_file: dict[str, list[str]] = {}
    found: set[str] = set()
    followed: set[str] = set()
    for path in files:
        code = _code(readable(path), path)
        names = frozenset(other_names(code, vocabulary.words))
        handed = frozenset(handed_names(code, vocabulary.places(code)))
        if not names and not handed:
            continue
        try:
            project = projects.of(path)
            if not by_file:
                for one in paths:
                    by_file.setdefault(str(project.resolved(one)), []).append(one)
            users = {*_users(path, names, project), *_takers(path, handed, project, vocabulary)}
            found.update(one for other in users for one in by_file.get(str(other), ()))
            followed |= project.followed
        except Exception as error:
            projects.forget()
            faults[path] = error
    return frozenset(found), frozenset(followed)


def _users(path: str, names: Collection[bytes], project: Project) -> Iterator[Path]:
    """The files that lead to a file and have one of some names in them."""
    word = re.compile(rb"\b(?:" + b"|".join(map(re.escape, sorted(names))) + rb")\b")
    return _leading(path, project, [file for file, code in _speaking(path, names, project) if word.search(code)])


def _takers(path: str, handed: Collection[HandedName], project: Project, vocabulary: Vocabulary) -> Iterator[Path]:
    """The files that lead to a file and use a layer that it hands on in a way that some rule looks at."""
    speaking = _speaking(path, {one.name for one in handed}, project)
    used = (file for file, code in speaking if any(one.used_in(code, vocabulary) for one in handed))
    return _leading(path, project, list(used))


def _speaking(path: str, words: Collection[bytes], project: Project) -> Iterator[tuple[Path, bytes]]:
    """The other files of a project that have one of some words in them, with their code as plain bytes."""
    own = project.resolved(path)
    for other in project.files(path) if words else ():
        raw = project.code(other)
        # Letters that Python takes for ASCII ones may hide a word.
        if other != own and (not raw.isascii() or any(word in raw for word in words)):
            yield other, _code(project.data(other), str(other))


def _leading(path: str, project: Project, others: Sequence[Path]) -> Iterator[Path]:
    """Those of some files that lead to a file; who imports whom is only asked for where there are some."""
    above = project.programs(path).above(project.resolved(path)) if others else frozenset()
    return (one for one in others if one in above)


def _code(data: bytes | None, path: str) -> bytes:
    """The code of a document as plain bytes; its own bytes where only a parser can tell."""
    return plain(data or b"", path) or data or b""
