"""The prefilter over many files: which of them may have a finding at all. Needs neither the rule table nor a parser."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from normfix.prefilter.data_files import data_files
from normfix.prefilter.prefilter import Admission, Prefilter
from normfix.prefilter.project_names import ProjectNames
from normfix.run.cache import ResultCache, Seen, seen
from normfix.run.workers import spread
from normfix.source.contents import contents
from normfix.source.folders import Folders

_QUICKLY_PARSED = 50_000
_NOTHING = (Admission.CLEAN, Admission.TOO_NEW, Admission.RENAMES)


class Prefiltered(NamedTuple):
    """What the prefilter said of a file.

    `seen` is for a cache, and so is `read`, the files of its project that were read on the way. `data_files` are those
    that it loads and that name a layer; one that `hands_on` has names of its own for layers and symbols.
    """

    path: str
    admission: Admission
    seen: Seen | None
    read: tuple[str, ...]
    data_files: tuple[str, ...] = ()
    hands_on: bool = False


def prefilter_files(
    files: Sequence[str],
    prefilter: Prefilter,
    cache: ResultCache | None = None,
    named: Collection[str] = (),
    workers: int | None = None,
    then: Callable[[int], object] | None = None,
    *,
    full: bool = False,
) -> tuple[Prefiltered, ...]:
    """Those files that may have a finding and, with a cache, those that are not clean by their own bytes alone.

    Files that were `named` are parsed as well, so that none is broken. `then` is told, each time a file turns up that
    may have a finding, how many there are by now; others may still be looked at then. With `full` all pass.
    """
    lone = len(files) == 1
    if cache is not None:
        files = [file for file in files if file not in cache.clean and file not in cache.settled]
    folders = Folders()
    project_names = ProjectNames(prefilter.vocabulary.roots, folders)

    def prefiltered(path: str) -> Prefiltered | None:
        project_names.asked = False
        try:
            data = contents(path)
            admission = prefilter.admission(data, path, project_names.around(path))
            hands_on = admission is not Admission.CLEAN and prefilter.hands_on(data, path)
        except Exception:
            # The full scan meets the same fault and says so.
            return Prefiltered(path, Admission.UNREADABLE, None, ())
        renames = admission is Admission.RENAMES
        if renames and lone:
            # There is no other file that could use the names.
            admission = Admission.CLEAN
        quickly = path.endswith(".py") and not prefilter.docstrings
        if path in named and admission is not Admission.ADMITTED and not (quickly and _parses(data)):
            admission = Admission.UNREADABLE
        if full and admission in _NOTHING:
            admission = Admission.FORCED
        named_here = dict(data_files(data, path, folders, prefilter.vocabulary, full=full))
        loaded = tuple(file for file, speaks in named_here.items() if speaks)
        if admission is Admission.CLEAN and not loaded and cache is None:
            return None
        if cache is None:
            return Prefiltered(path, admission, None, (), loaded, hands_on)
        alone = admission is Admission.CLEAN and not renames and not project_names.asked and not named_here
        read = () if alone else (*project_names.followed(path), *named_here)
        return Prefiltered(path, admission, seen(path, data, alone=alone), read, loaded, hands_on)

    def lost(path: str, _: int) -> Prefiltered:
        return Prefiltered(path, Admission.UNREADABLE, None, ())

    found: list[Prefiltered] = []
    admitted = 0
    for one in spread(prefiltered, files, workers, lost=lost):
        found.append(one)
        if then is not None and one.admission is not Admission.CLEAN:
            admitted += 1
            then(admitted)
    return tuple(found)


def _parses(data: bytes) -> bool:
    if len(data) > _QUICKLY_PARSED:
        # What is long may be too much for a parser: the full scan goes about it with care.
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
