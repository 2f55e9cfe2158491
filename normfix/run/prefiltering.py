"""The prefilter over many files: which of them may have a finding at all. Needs neither the rule table nor a parser."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from normfix.prefilter.data_files import data_files
from normfix.prefilter.prefilter import Admission, Prefilter
from normfix.prefilter.project_names import ProjectNames
from normfix.run.cache import ResultCache, Seen, seen
from normfix.run.workers import spread
from normfix.source.contents import contents
from normfix.source.folders import Folders
from normfix.source.own_packages import OwnPackages

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
    order = {file: number for number, file in enumerate(files)}
    folders = Folders()
    names = ProjectNames(prefilter.vocabulary.roots, folders)
    own = OwnPackages(folders, lambda root: prefilter.vocabulary.inner.get(root, frozenset()))
    prefiltered = _Prefiltering(prefilter, folders, names, own, frozenset(named), lone, full, cached=cache is not None)

    def lost(path: str, _: int) -> Prefiltered:
        return Prefiltered(path, Admission.UNREADABLE, None, ())

    found: list[Prefiltered] = []
    admitted = 0
    waiting: Sequence[str] = files if cache is None else [one for one in files if one not in cache.settled]
    while waiting:
        unknown = waiting if cache is None else [one for one in waiting if one not in cache.clean]
        for one in spread(prefiltered, unknown, workers, lost=lost):
            found.append(one)
            if then is not None and one.admission is not Admission.CLEAN:
                admitted += 1
                then(admitted)
        opened = _opened(cache, waiting, found) if cache is not None else frozenset[str]()
        waiting = sorted(opened, key=order.__getitem__)
    return tuple(sorted(found, key=lambda one: order[one.path]))


def _opened(cache: ResultCache, files: Collection[str], found: Sequence[Prefiltered]) -> frozenset[str]:
    """The files of which is no longer known what is to be said, since some, as they are now, matter to others."""
    hands_on = [one.path for one in found if one.hands_on]
    loads = [one.path for one in found if one.data_files]
    return cache.reopen(files, hands_on, loads)


@dataclass(frozen=True)
class _Prefiltering:
    """Prefilters one file after the other; `cached` says that a cache wants to know what was read."""

    prefilter: Prefilter
    folders: Folders
    project_names: ProjectNames
    own_packages: OwnPackages
    named: frozenset[str]
    lone: bool
    full: bool
    cached: bool

    def __call__(self, path: str) -> Prefiltered | None:
        self.project_names.asked = False
        owned = False

        def owns(dotted: bytes) -> bool:
            nonlocal owned
            found = self.own_packages.owns(path, dotted.decode(errors="replace"))
            owned = owned or found
            return found

        try:
            data = contents(path)
            said = self.prefilter.admission(data, path, self.project_names.around(path), owns)
            hands_on = said is not Admission.CLEAN and self.prefilter.hands_on(data, path)
        except Exception:
            # The full scan meets the same fault and says so.
            return Prefiltered(path, Admission.UNREADABLE, None, ())
        admission = self._admission(said, data, path)
        named_here = dict(data_files(data, path, self.folders, self.prefilter.vocabulary, full=self.full))
        loaded = tuple(file for file, speaks in named_here.items() if speaks)
        if not self.cached:
            nothing = admission is Admission.CLEAN and not loaded
            return None if nothing else Prefiltered(path, admission, None, (), loaded, hands_on)
        alone = said is admission is Admission.CLEAN and not (self.project_names.asked or owned or named_here)
        metadata = self.own_packages.read if owned else ()
        read = () if alone else (*self.project_names.followed(path), *metadata, *named_here)
        return Prefiltered(path, admission, seen(path, data, alone=alone), read, loaded, hands_on)

    def _admission(self, said: Admission, data: bytes, path: str) -> Admission:
        """What becomes of a file by what the prefilter said, among these files and under these options."""
        # Without another file there is none that could use the names.
        admission = Admission.CLEAN if said is Admission.RENAMES and self.lone else said
        quickly = path.endswith(".py") and not self.prefilter.docstrings
        if path in self.named and admission is not Admission.ADMITTED and not (quickly and _parses(data)):
            admission = Admission.UNREADABLE
        return Admission.FORCED if self.full and admission in _NOTHING else admission


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
