"""Many files to a stream of results: prefilter, scan, plan, fix. Nothing is written here."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from normfix.checks.finding import Finding
from normfix.checks.findings import (
    FAILED,
    SYNTAX_ERROR,
    UNREADABLE,
    broken_cells,
    code_of,
    died,
    failed,
    fix_failed,
    statement_lines,
    unparseable,
    unreadable,
)
from normfix.checks.severity import Judge
from normfix.checks.sites import Scan, Site
from normfix.config.errors import UserError
from normfix.config.selection import enabled
from normfix.config.target import Aim
from normfix.fix.apply import Choose, Diagnosis, Fixed, Pick, diagnose, every_fitting, fix_source
from normfix.fix.check import FixError
from normfix.fix.layers import graph_reason
from normfix.fix.refusals import Withhold
from normfix.legacy.strategy import KERAS, LegacyStrategy, Strategy
from normfix.prefilter.prefilter import Verdict, prefilter_of
from normfix.run.cache import ResultCache
from normfix.run.prefiltering import Prefiltered, prefilter_files
from normfix.run.renamed_symbols import users_of_renamed
from normfix.run.workers import spread
from normfix.semantics.project import Project, Projects
from normfix.source.contents import contents
from normfix.source.documents import read_document
from normfix.source.notebook import NotebookText
from normfix.source.python import ParseFailure
from normfix.source.suppressions import Suppressions, suppressions
from normfix.source.text import Position, SourceText, TextError
from normfix.table.table import Table

_FEWEST = 10
"""Below so many files that may have a finding, a fork costs more than it saves."""

UNPARSED = frozenset({SYNTAX_ERROR, UNREADABLE})

_ROUNDS = 10
"""So often a file is fixed again because others have changed."""

_CHUNK = 20
"""So many files that may have a finding are looked at by one process, one after the other."""

_LEFT = "the fixes of this file did not hold together, so none of them is made"


def _nothing(_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Options:
    """What to look for and what to do about it.

    `per_file_ignores` gives further code prefixes to ignore in a file; `withhold` says of a replacement why it must not
    be written; `fix` computes the fixed text as well; `picker` makes what picks the fixes of one file, in the place of
    `unsafe_fixes`; `watch` is shown how each fixed text came about; `named` are the files that the user named one by
    one; `target` finds the releases that the code is meant for, once a finding asks for them; `strategy` is how graph
    programs are brought to them; `workers` is the number of processes, None for as many as pay;
    `cache` keeps what was found for the next run; `prefiltered` is what the prefilter said of the files where
    it was already asked; a `full` run scans every file, whatever the prefilter says, and follows every name into the
    project.
    """

    select: tuple[str, ...] = ("NF",)
    ignore: tuple[str, ...] = ()
    unsafe_fixes: bool = False
    fix: bool = False
    per_file_ignores: Callable[[str], tuple[str, ...]] = field(default=_nothing)
    withhold: Withhold | None = None
    picker: Callable[[], Pick] | None = None
    watch: Callable[[Fixed], None] | None = None
    named: frozenset[str] = frozenset()
    target: Aim = field(default_factory=Aim)
    strategy: str = KERAS
    workers: int | None = None
    cache: ResultCache | None = None
    prefiltered: Sequence[Prefiltered] | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file came to.

    `findings` are those that remain, `fixed` those that `fixed_text` no longer has; `fixed_text` is None when nothing
    changes. `source` is None for a file that could not be read. `legacy` says that the file is a graph program which
    was treated as the strategy `legacy` asks, `waiting` that it is part of one which that strategy would bring over.
    """

    path: str
    source: SourceText | None
    findings: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    fixed_text: str | None = None
    legacy: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class _Engine:
    """What is built once for all files of a run."""

    table: Table
    project: Project
    judge: Judge
    strategy: Strategy

    def of(self, project: Project) -> _Engine:
        """The same for a file of another project."""
        return self if project is self.project else replace(self, project=project, strategy=self.strategy.of(project))

    def admits(self, verdict: Verdict, data: bytes, path: str) -> bool:
        """Whether a file with these bytes, of which the prefilter said that verdict, may have a finding."""
        if verdict is Verdict.TOO_NEW and self.judge.lacks_names:
            return True
        nothing = verdict in (Verdict.CLEAN, Verdict.TOO_NEW, Verdict.RENAMES)
        return not nothing or self.strategy.admits(path, data)


def _engine(
    table: Table, options: Options, files: Collection[str], texts: Mapping[str, bytes] | None = None
) -> _Engine:
    project, judge = Project(table, texts, full=options.full), Judge(table, options.target)
    strategy = Strategy(table, project, judge)
    if options.strategy != KERAS:
        strategy = LegacyStrategy(table, project, judge, files)
    return _Engine(table, project, judge, strategy)


def run(files: Iterable[str | os.PathLike[str]], table: Table, options: Options) -> Iterator[FileResult]:
    """A result for each file that there is something to say about, in order."""
    paths = [os.fspath(file) for file in files]
    cache, prefiltered = options.cache, options.prefiltered
    if prefiltered is None and cache is not None:
        cache.recall(paths)
    if cache is not None and cache.unchanged:
        results = cache.results()
        if results is not None:
            yield from results
            return
        cache, prefiltered = None, None
    if prefiltered is None:
        prefiltered = prefilter_files(
            paths, prefilter_of(table), cache, options.named, options.workers, full=options.full
        )
    followed: set[str] = set()
    kept: list[FileResult] = []
    outcomes: Iterable[Outcome] = _outcomes(paths, prefiltered, table, options)
    if options.fix and options.picker is None:
        outcomes = _settled(list(outcomes), table, options, paths)
    for outcome in outcomes:
        followed |= outcome.followed
        if outcome.result is not None:
            kept += [outcome.result] if cache is not None else []
            yield outcome.result
    if cache is not None:
        _remember(cache, paths, prefiltered, followed, kept)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, and the files that were followed on the way when a cache wants to know.

    `holders` are the files for whose sake it keeps names as they are.
    """

    result: FileResult | None
    followed: frozenset[str] = frozenset()
    holders: frozenset[str] = frozenset()


def _outcomes(
    paths: Sequence[str], prefiltered: Sequence[Prefiltered], table: Table, options: Options
) -> Iterator[Outcome]:
    """What became of the files that may have a finding, in order."""
    verdicts = {one.path: one.verdict for one in prefiltered if one.verdict is not Verdict.CLEAN}
    if not verdicts and options.strategy == KERAS:
        return
    projects = Projects(table, full=options.full)
    users, surveyed = users_of_renamed(verdicts, paths, table, projects)
    yield Outcome(None, surveyed)
    verdicts = {path: one for path, one in verdicts.items() if one is not Verdict.RENAMES}
    verdicts |= dict.fromkeys(users, Verdict.ADMITTED)
    # A graph program is changed as a whole.
    chosen = [path for path in paths if path in verdicts] if options.strategy == KERAS else paths
    engine = _engine(table, options, paths)
    engine.strategy.prepare()
    # Who asks or watches must do so in one process, one file after the other.
    alone = options.picker is not None or options.watch is not None

    def job(path: str) -> Outcome | None:
        try:
            mine = engine.of(projects.of(path)) if options.strategy == KERAS else engine
            return _outcome(path, verdicts.get(path, Verdict.CLEAN), mine, options)
        except UserError:
            raise
        except Exception as error:
            projects.forget()
            return Outcome(_only(failed(path, error), options))

    def lost(path: str, number: int) -> Outcome:
        return Outcome(_only(died(path, number), options))

    workers = 1 if alone else options.workers
    for outcome in spread(job, chosen, workers, lost=lost, fewest=_FEWEST, chunk=_CHUNK):
        if outcome.result is not None:
            # Whoever found it may have been another process: the target is asked for here too.
            options.target()
        yield outcome


def _outcome(path: str, verdict: Verdict, engine: _Engine, options: Options) -> Outcome | None:
    try:
        data = contents(path)
    except (OSError, ValueError) as error:
        return Outcome(_only(unreadable(path, error), options))
    if not engine.admits(verdict, data, path):
        return None
    result = _whole(_scanned(data, path, engine, options), options)
    if verdict is Verdict.FORCED and any(finding.code in UNPARSED for finding in result.findings):
        # Of what nobody can parse there are only the bytes, and these say that nothing is there.
        return None
    followed = frozenset(engine.project.followed) if options.cache is not None else frozenset()
    said = result if result.findings or result.fixed else None
    return Outcome(said, followed, engine.project.holders(path)) if said is not None or followed else None


def _settled(outcomes: list[Outcome], table: Table, options: Options, files: Collection[str]) -> Sequence[Outcome]:
    """The outcomes once every name that nobody needs any more has changed too.

    A file that keeps a name for the sake of another one is fixed again when that one has changed.
    """
    for _ in range(_ROUNDS):
        texts = {os.path.realpath(one.path): _new_bytes(one) for one in _changed(outcomes)}
        waiting = [index for index, one in enumerate(outcomes) if not texts.keys().isdisjoint(one.holders)]
        if not waiting:
            break
        engine = _engine(table, options, files, texts)
        again = {index: _again(outcomes[index], engine, options) for index in waiting}
        if all(again[index].result == outcomes[index].result for index in waiting):
            break
        outcomes = [again.get(index, one) for index, one in enumerate(outcomes)]
    return outcomes


def _changed(outcomes: Iterable[Outcome]) -> Iterator[FileResult]:
    return (one.result for one in outcomes if one.result is not None and one.result.fixed_text is not None)


def _new_bytes(result: FileResult) -> bytes:
    assert result.source is not None
    return result.source.encode(result.fixed_text or result.source.text)


def _again(outcome: Outcome, engine: _Engine, options: Options) -> Outcome:
    """What becomes of a file, as it is by now, among the files that have changed."""
    first = outcome.result
    if first is None or first.source is None:
        return outcome
    second = _placed(_scanned(_new_bytes(first), first.path, engine, options))
    text = second.fixed_text if second.fixed_text is not None else first.fixed_text
    result = replace(second, source=first.source, fixed=(*first.fixed, *second.fixed), fixed_text=text)
    followed = outcome.followed | (frozenset(engine.project.followed) if options.cache is not None else frozenset())
    return Outcome(result, followed, engine.project.holders(first.path))


def _remember(
    cache: ResultCache,
    paths: Sequence[str],
    prefiltered: Sequence[Prefiltered],
    followed: Collection[str],
    results: Sequence[FileResult],
) -> None:
    known = cache.seen(paths)
    fresh = {one.path: one.seen for one in prefiltered}
    every = {path: fresh[path] if path in fresh else known.get(path) for path in paths}
    whole = {path: one for path, one in every.items() if one is not None}
    # What normfix failed on once may have been for want of memory: it is tried again.
    if len(whole) == len(paths) and not any(one.code == FAILED for result in results for one in result.findings):
        read = {file for one in prefiltered for file in one.read}
        cache.keep(whole, read | set(followed), results)


def scan_text(data: bytes, path: str, table: Table, options: Options) -> FileResult:
    """The result for code that did not come from a file."""
    try:
        return _whole(_scanned(data, path, _engine(table, options, [path]), options), options)
    except UserError:
        raise
    except Exception as error:
        return _only(failed(path, error), options)


def _whole(result: FileResult, options: Options) -> FileResult:
    """A result with its places in the cells of a notebook, and with the cells that cannot be read."""
    source = result.source
    if not isinstance(source, NotebookText):
        return result
    broken = tuple(one for one in broken_cells(source) if _enabled(one.code, result.path, options))
    return _placed(replace(result, findings=(*broken, *result.findings)))


def _placed(result: FileResult) -> FileResult:
    """Findings of a notebook with their places in its cells."""
    source = result.source
    if source is None or source.place(Position(1, 1))[0] is None:
        return result
    return replace(
        result,
        findings=tuple(_in_cell(finding, source) for finding in result.findings),
        fixed=tuple(_in_cell(finding, source) for finding in result.fixed),
    )


def _in_cell(finding: Finding, source: SourceText) -> Finding:
    if finding.cell is not None:
        return finding
    cell, start = source.place(finding.start)
    return replace(finding, cell=cell, start=start, end=source.place(finding.end)[1])


def _scanned(data: bytes, path: str, engine: _Engine, options: Options) -> FileResult:
    try:
        source = read_document(data, path)
    except TextError as error:
        return _only(unreadable(path, error), options)

    def choose(found: Scan) -> tuple[Scan, Sequence[Site]]:
        judged = engine.strategy.judged(found)
        # Read anew in each pass: an edit above a comment moves its line.
        silenced = suppressions(found.source) if judged.sites else Suppressions()
        return judged, [site for site in judged.sites if _wanted(site, judged, silenced, options)]

    diagnosis = diagnose(source, engine.table, engine.project, choose, options.withhold)
    if isinstance(diagnosis, ParseFailure):
        findings = [one for one in unparseable(source, diagnosis, engine.table) if _enabled(one.code, path, options)]
        return FileResult(path, source, tuple(findings))
    if not options.fix or not diagnosis.findings:
        result = FileResult(path, source, tuple(diagnosis.findings.values()), legacy=diagnosis.scan.legacy)
        result = replace(result, waiting=_waits(diagnosis))
        engine.project.leave(diagnosis.scan.bindings)
        return result
    return _fixed(source, diagnosis, engine, choose, options)


def _fixed(
    source: SourceText,
    diagnosis: Diagnosis,
    engine: _Engine,
    choose: Choose,
    options: Options,
) -> FileResult:
    pick = options.picker() if options.picker else every_fitting(unsafe=options.unsafe_fixes)
    try:
        done = fix_source(diagnosis, engine.table, engine.project, choose, options.withhold, pick)
    except FixError as error:
        broken = fix_failed(source.path, str(error))
        left = (replace(one, fix=None, withheld=one.withheld or _LEFT) for one in diagnosis.findings.values())
        return FileResult(source.path, source, (broken, *left))
    if options.watch:
        options.watch(done)
    changed = done.text if done.text != source.text else None
    legacy, waiting = diagnosis.scan.legacy, _waits(diagnosis)
    return FileResult(source.path, source, done.remaining, done.fixed, changed, legacy, waiting)


def _waits(diagnosis: Diagnosis) -> bool:
    """Whether a file is part of a graph program that the strategy `legacy` would bring over."""
    found = diagnosis.scan
    return not found.legacy and any(graph_reason(found, site) for site in diagnosis.findings if not site.guarded)


def _only(finding: Finding, options: Options) -> FileResult:
    found = (finding,) if _enabled(finding.code, finding.path, options) else ()
    return FileResult(finding.path, None, found)


def _enabled(code: str, path: str, options: Options) -> bool:
    return enabled(code, options.select, (*options.ignore, *options.per_file_ignores(path)))


def _wanted(site: Site, found: Scan, silenced: Suppressions, options: Options) -> bool:
    code = code_of(site)
    if not _enabled(code, found.source.path, options):
        return False
    first, last = statement_lines(site, found)
    start = found.source.position(site.span.start).line
    end = found.source.position(site.span.end).line
    return not (silenced.covers(code, start, end) or silenced.covers(code, first, last))
