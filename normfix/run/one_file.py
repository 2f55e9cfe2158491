"""One file from bytes to its result: read, scan, plan, fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from normfix.checks.finding import Finding
from normfix.checks.findings import (
    UNUSED_SUPPRESSION,
    broken_parts,
    code_of,
    finding_of,
    fix_failed,
    statement_lines,
    unparseable,
    unreadable,
)
from normfix.checks.named_layers import data_scan
from normfix.checks.scanner import scan
from normfix.checks.sites import Scan, Site
from normfix.checks.unused_suppressions import unused_suppressions
from normfix.config.selection import enabled
from normfix.config.settings import KERAS
from normfix.fixes.apply import every_fitting, fix_source
from normfix.fixes.check import FixError
from normfix.fixes.diagnosis import Diagnoser, Diagnosis, Look
from normfix.fixes.layers import graph_reason
from normfix.run.engine import Engine
from normfix.run.options import Options
from normfix.run.results import FileResult, all_placed
from normfix.source.contents import contents
from normfix.source.documents import read_document
from normfix.source.parts import PartsText
from normfix.source.python import ParseFailure
from normfix.source.suppressions import Suppressions, suppressions
from normfix.source.text import SourceText, TextError
from normfix.table.table import Table

_LEFT = "the fixes of this file did not hold together, so none of them is made"


def whole_result(result: FileResult, table: Table, options: Options) -> FileResult:
    """A result with its places in the file itself, and with the parts of the file that cannot be read."""
    source = result.after
    if not isinstance(source, PartsText):
        return result
    broken = tuple(one for one in broken_parts(source, table) if _enabled(one.code, result.path, options))
    found = all_placed(result)
    return replace(found, findings=(*broken, *found.findings))


def scan_bytes(data: bytes, path: str, engine: Engine, options: Options, look: Look = scan) -> FileResult:
    """The result for the bytes of a file, without its places in the file itself. Raises UserError.

    `look` finds the sites of its text, and of what fixes make of that.
    """
    try:
        source = read_document(data, path, docstrings=options.docstrings)
    except TextError as error:
        return lone_result(unreadable(path, error), options)

    def choose(found: Scan) -> tuple[Scan, Sequence[Site]]:
        assessed = engine.strategy.assessed(found)
        # Read anew in each pass: an edit above a comment moves its line.
        silenced = suppressions(found.source)
        # And what has changed is told anew: the edits move lines, and are changes themselves.
        changed = options.since.lines(found.source) if options.since is not None else None
        wanted = [site for site in assessed.sites if _wanted(site, assessed, silenced, options)]
        if silenced.directives and options.strategy == KERAS and _enabled(UNUSED_SUPPRESSION, path, options):
            sites = (*found.sites, *assessed.sites)
            wanted += unused_suppressions(assessed, silenced, sites, lambda code: _enabled(code, path, options))
        if changed is not None:
            wanted = [site for site in wanted if not changed.isdisjoint(_lines(site, found.source))]
        return assessed, wanted

    diagnoser = Diagnoser(engine.table, engine.project, choose, options.parse, look)
    diagnosis = diagnoser.diagnose(source, options.withhold)
    if isinstance(diagnosis, ParseFailure):
        findings = [one for one in unparseable(source, diagnosis, engine.table) if _enabled(one.code, path, options)]
        return FileResult(path, source, tuple(findings))
    if not options.fix or not diagnosis.findings:
        result = FileResult(path, source, tuple(diagnosis.findings.values()), legacy=diagnosis.scan.legacy)
        result = replace(result, waiting=_waits(diagnosis))
        engine.project.leave(diagnosis.scan.bindings)
        return result
    return _fixed(source, diagnosis, diagnoser, options)


def data_result(path: str, loader: str, engine: Engine, options: Options) -> FileResult | None:
    """The result for a data file that the code in the file `loader` loads; None where nothing is to be said."""
    try:
        source = read_document(contents(path), path)
    except (OSError, ValueError) as error:
        return lone_result(unreadable(path, error), options)
    found = engine.strategy.assessed(data_scan(source, engine.table, engine.project, loader))
    silenced = suppressions(source)
    wanted = [site for site in found.sites if _wanted(site, replace(found, source=source), silenced, options)]
    reason = f"normfix changes no data: write it here by hand (`{loader}` loads this file)"
    findings = tuple(replace(finding_of(site, source), withheld=reason) for site in wanted)
    return FileResult(path, source, findings) if findings else None


def _fixed(source: SourceText, diagnosis: Diagnosis, diagnoser: Diagnoser, options: Options) -> FileResult:
    pick = options.picker() if options.picker else every_fitting(unsafe=options.unsafe_fixes)
    try:
        done = fix_source(diagnosis, diagnoser, options.withhold, pick)
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


def lone_result(finding: Finding, options: Options) -> FileResult:
    """The result for a file of which there is but one thing to say, if that is asked for."""
    found = (finding,) if _enabled(finding.code, finding.path, options) else ()
    return FileResult(finding.path, None, found)


def _enabled(code: str, path: str, options: Options) -> bool:
    return enabled(code, options.select, (*options.ignore, *options.per_file_ignores(path)))


def _wanted(site: Site, found: Scan, silenced: Suppressions, options: Options) -> bool:
    code = code_of(site)
    if not _enabled(code, found.source.path, options):
        return False
    lines = _lines(site, found.source)
    first, last = statement_lines(site, found)
    return not (silenced.covers(code, lines[0], lines[-1]) or silenced.covers(code, first, last))


def _lines(site: Site, source: SourceText) -> range:
    """The lines that a site stands in."""
    return range(source.position(site.span.start).line, source.position(site.span.end).line + 1)
