"""Many files to a stream of results: prefilter, one file after the other, and again what others have changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from normfix.checks.findings import (
    FAILED,
    SYNTAX_ERROR,
    UNREADABLE,
    died,
    failed,
    unreadable,
)
from normfix.config.errors import UserError
from normfix.config.settings import KERAS
from normfix.prefilter.prefilter import Admission, prefilter_of
from normfix.run.cache import ResultCache
from normfix.run.engine import Engine, engine_for
from normfix.run.fixed_again import settled
from normfix.run.one_file import data_result, lone_result, scan_bytes, whole_result
from normfix.run.options import Options
from normfix.run.prefiltering import Prefiltered, prefilter_files
from normfix.run.remembering import remember
from normfix.run.renamed_symbols import users_of_renamed
from normfix.run.results import FileOutcome, FileResult
from normfix.run.workers import spread
from normfix.semantics.observed import NOTHING, Observed
from normfix.semantics.projects import Projects
from normfix.source.contents import contents
from normfix.table.table import Table

_RISKY = 4 << 20
"""A file of so many bytes may take gigabytes: its tree needs 230 times the memory of its text."""

_FEWEST = 10
"""Below so many files that may have a finding, a fork costs more than it saves."""


UNPARSED = frozenset({SYNTAX_ERROR, UNREADABLE})


_CHUNK = 20
"""So many files that may have a finding are looked at by one process, one after the other."""


def run(files: Iterable[str | os.PathLike[str]], table: Table, options: Options) -> Iterator[FileResult]:
    """A result for each file that there is something to say about, in order."""
    paths = [os.fspath(file) for file in files]
    cache, prefiltered = options.cache, options.prefiltered
    if prefiltered is None and cache is not None:
        cache.recall(paths)
    if cache is not None and not cache.unchanged and prefiltered is None:
        prefiltered = _prefiltered(paths, table, options, cache)
    # What is known may have become less by what the prefilter saw.
    known = cache.results() if cache is not None else ()
    if known is None:
        cache, prefiltered, known = None, None, ()
    elif cache is not None and cache.unchanged:
        yield from _merged(known, (), paths)
        return
    if prefiltered is None:
        prefiltered = _prefiltered(paths, table, options, cache)
    fresh = paths if cache is None else [path for path in paths if path not in cache.settled]
    outcomes: Iterable[FileOutcome] = _outcomes(fresh, prefiltered, table, options)
    if options.fix and options.picker is None:
        outcomes = settled(list(outcomes), table, options, paths)
    if cache is not None:
        outcomes = list(outcomes)
        # What normfix failed on once may have been for want of memory: it is tried again.
        if not any(one.code == FAILED for said in outcomes if said.result is not None for one in said.result.findings):
            remember(cache, paths, prefiltered, outcomes)
    yield from _merged(known, (one.result for one in outcomes if one.result is not None), paths)


def _prefiltered(
    paths: Sequence[str], table: Table, options: Options, cache: ResultCache | None
) -> Sequence[Prefiltered]:
    prefilter = prefilter_of(table, docstrings=options.docstrings)
    return prefilter_files(paths, prefilter, cache, options.named, options.workers, full=options.full)


def _merged(known: Sequence[FileResult], found: Iterable[FileResult], paths: Sequence[str]) -> Iterator[FileResult]:
    """Results that were known and those that were found, in the order of the files; other files come last."""
    if not known:
        yield from found
        return
    order = {path: number for number, path in enumerate(paths)}
    yield from sorted((*known, *found), key=lambda one: (order.get(one.path, len(paths)), one.path))


def _outcomes(
    paths: Sequence[str], prefiltered: Sequence[Prefiltered], table: Table, options: Options
) -> Iterator[FileOutcome]:
    """What became of the files that may have a finding, in order."""
    loaders = _loaders(prefiltered, options)
    if not loaders and options.strategy == KERAS and all(one.admission is Admission.CLEAN for one in prefiltered):
        return
    projects = Projects(table, full=options.full)
    faults: dict[str, Exception] = {}
    renaming = [one.path for one in prefiltered if one.hands_on]
    users, observed = users_of_renamed(renaming, paths, table, projects, faults)
    yield from (FileOutcome(path, None, one) for path, one in observed.items())
    nothing = (Admission.CLEAN, Admission.RENAMES)
    admissions = {one.path: one.admission for one in prefiltered if one.admission not in nothing}
    admissions |= dict.fromkeys((*users, *faults), Admission.ADMITTED)
    chosen = _chosen(paths, admissions, loaders, options)
    engine = engine_for(table, options, paths)
    faults |= _prepare(engine, paths)
    # Who asks or watches must do so in one process, one file after the other.
    alone = options.picker is not None or options.watch is not None

    job = _FileJob(engine, projects, admissions, loaders, faults, options)

    def lost(path: str, number: int) -> FileOutcome:
        return FileOutcome(path, lone_result(died(path, number), options))

    workers, risky = (1, None) if alone else (options.workers, _is_risky)
    for outcome in spread(job, chosen, workers, lost=lost, fewest=_FEWEST, chunk=_CHUNK, risky=risky):
        if outcome.result is not None:
            # Whoever found it may have been another process: the target is asked for here too.
            options.target()
        yield outcome


@dataclass(frozen=True)
class _FileJob:
    """Looks at one file after the other, each in its project; what goes wrong with one is a finding of it."""

    engine: Engine
    projects: Projects
    admissions: Mapping[str, Admission]
    loaders: Mapping[str, str]
    faults: Mapping[str, Exception]
    options: Options

    def __call__(self, path: str) -> FileOutcome | None:
        try:
            if path in self.faults:
                raise self.faults[path]
            return self._outcome(path)
        except UserError:
            raise
        except Exception as error:
            self.projects.forget()
            return FileOutcome(path, lone_result(failed(path, error), self.options))

    def _outcome(self, path: str) -> FileOutcome | None:
        loader = self.loaders.get(path, path)
        engine = self.engine.of(self.projects.of(loader)) if self.options.strategy == KERAS else self.engine
        if path in self.loaders:
            result = data_result(path, loader, engine, self.options)
            return FileOutcome(loader, result, _observed(engine, self.options))
        return _outcome(path, self.admissions.get(path, Admission.CLEAN), engine, self.options)


def _chosen(
    paths: Sequence[str], admissions: Mapping[str, Admission], loaders: Mapping[str, str], options: Options
) -> list[str]:
    """The files to look at, in order: those that are admitted, and data files that code loads."""
    # A graph program is changed as a whole.
    code = [path for path in paths if path in admissions] if options.strategy == KERAS else paths
    every = [*code, *(file for file in loaders if file not in code)]
    if options.share is not None:
        # A data file goes with the first file that loads it.
        every = [path for path in every if loaders.get(path, path) in options.share]
    return every if options.since is None else [path for path in every if options.since.has(path)]


def _is_risky(path: str) -> bool:
    try:
        return os.stat(path).st_size >= _RISKY  # noqa: PTH116
    except (OSError, ValueError):
        # Whoever reads it says so.
        return False


def _loaders(prefiltered: Sequence[Prefiltered], options: Options) -> dict[str, str]:
    """The data files that code of the run loads, in order, each with the first file that does."""
    found: dict[str, str] = {}
    for one in prefiltered:
        for file in one.data_files:
            if not options.left_out(os.path.abspath(file)):  # noqa: PTH100
                found.setdefault(file, one.path)
    return dict(sorted(found.items()))


def _prepare(engine: Engine, paths: Sequence[str]) -> dict[str, Exception]:
    """The faults of those files for which the preparation of the strategy fails."""
    try:
        found = engine.strategy.prepare()
    except UserError:
        raise
    except Exception:
        # Each file that this hangs on meets the same fault in its turn, and says so.
        return {}
    places = ((path, found.get(engine.project.resolved(path))) for path in paths) if found else ()
    return {path: error for path, error in places if error is not None}


def _outcome(path: str, admission: Admission, engine: Engine, options: Options) -> FileOutcome | None:
    try:
        data = contents(path)
    except (OSError, ValueError) as error:
        return FileOutcome(path, lone_result(unreadable(path, error), options))
    if not engine.admits(admission, data, path):
        return None
    scanned = scan_bytes(data, path, engine, options, engine.strategy.look(admission))
    result = whole_result(scanned, engine.table, options)
    unparsed = bool(result.findings) and all(one.code in UNPARSED for one in result.findings)
    if admission is Admission.FORCED and unparsed and not engine.strategy.admits(path, data):
        # Of what nobody can parse there are only the bytes, and these say that nothing is there.
        return None
    observed = _observed(engine, options)
    said = result if result.findings or result.fixed else None
    return FileOutcome(path, said, observed, engine.project.holders(path)) if said is not None or observed else None


def _observed(engine: Engine, options: Options) -> Observed:
    """What was seen of other files since the last one, where a cache wants to know."""
    return engine.project.observed() if options.cache is not None else NOTHING


def scan_text(
    data: bytes, path: str, table: Table, options: Options, texts: Mapping[str, bytes] | None = None
) -> FileResult:
    """The result for code that did not come from a file; `texts` are the bytes that others, by real path, will have."""
    try:
        engine = engine_for(table, options, [path], {**(texts or {}), os.path.realpath(path): data})
        scanned = scan_bytes(data, path, engine, options)
        return whole_result(scanned, table, options)
    except UserError:
        raise
    except Exception as error:
        return lone_result(failed(path, error), options)
