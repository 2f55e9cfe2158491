"""From sites to findings: the words, the severity, and the files that cannot be scanned at all."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from normfix.checks.finding import Finding, Severity, SiteKind
from normfix.checks.sites import Scan, Site
from normfix.source.parts import PartsText
from normfix.source.python import ParseFailure, is_python_2, probable_spellings
from normfix.source.text import Position, SourceText, TextError
from normfix.table.table import Grade, Kind, Table

SYNTAX_ERROR = "NF001"
UNREADABLE = "NF002"
PROBABLE = "NF003"
_CONVERT = "; this is Python 2: convert it first (`pip install modernize`, `modernize --no-six -w FILE`)"
_CONVERT_NOTEBOOK = (
    "; this is Python 2: convert it first (`pip install modernize nbqa`, "
    "`nbqa 'modernize --no-six -w -n' FILE --nbqa-dont-skip-bad-cells`)"
)
_CONVERT_BLOCK = "; this is Python 2: bring it to Python 3 first"
GUARDED = "NF004"
FAILED = "NF008"
FIX_FAILED = "NF009"
UNUSED_SUPPRESSION = "NF010"
CANNOT_DO = frozenset({SYNTAX_ERROR, UNREADABLE, FAILED, FIX_FAILED})

_START = Position(1, 1)
_LONGEST_REASON = 200


def code_of(site: Site) -> str:
    """The code that a site is reported under."""
    return GUARDED if site.guarded else site.rule.code


def statement_lines(site: Site, found: Scan) -> tuple[int, int]:
    """First and last line of the simple statement (or the header) that a site stands in."""
    node = site.imported.site.node if site.imported else _node(site)
    for outer in (node, *found.bindings.ancestors(node)) if node is not None else ():
        if isinstance(outer, ast.stmt):
            return header_lines(outer)
    line = found.source.position(site.span.start).line
    return line, line


def header_lines(statement: ast.stmt) -> tuple[int, int]:
    """First and last line of a simple statement, or of what stands before the body of another one."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return statement.lineno, max(last, statement.lineno)


def _node(site: Site) -> ast.AST | None:
    if site.reference is not None:
        return site.reference.node
    return site.argument.node if site.argument is not None else None


def finding_of(site: Site, source: SourceText) -> Finding:
    """The finding for one site, without its fix."""
    return Finding(
        path=source.path,
        code=code_of(site),
        symbol=site.path,
        message=_message(site),
        start=source.position(site.span.start),
        end=source.position(site.span.end),
        kind=site.kind,
        severity=_severity(site),
        replacement=site.target,
        argument=site.argument.name if site.argument else None,
        grade=Grade.NO_NUMBERS if site.guarded else site.rule.grade,
        scope=site.location.scope.name,
    )


def _severity(site: Site) -> Severity:
    if site.guarded:
        return Severity.INFO
    if site.assessment.severity is not None:
        return site.assessment.severity
    return Severity.WARNING if site.rule.kind is Kind.USAGE else Severity.ERROR


def _message(site: Site) -> str:
    if site.argument is not None:
        return f"`{site.argument.name}` of `{site.path}`: {site.rule.summary}{site.assessment.remark}"
    if site.guarded:
        return (
            f"`{site.path}` is reached only on old releases{site.assessment.remark or '; the code around it chooses'}"
        )
    if site.comment is not None:
        return f"`{site.path}`: {site.rule.summary}"
    if site.rule.kind is Kind.USAGE:
        return site.assessment.lacking or f"{site.rule.summary}{site.assessment.remark}"
    may = "" if site.certain else " (one of several things this name may mean)"
    seen = f"`{site.path}`{may} in a string" if site.kind is SiteKind.STRING else f"`{site.path}`{may}"
    if site.target is None:
        return f"{seen}: {site.rule.summary}{site.assessment.remark}"
    return f"{seen}: {site.rule.summary}; use `{site.target}`"


def unreadable(path: str, error: OSError | ValueError) -> Finding:
    """The finding for a file whose bytes cannot be had or decoded."""
    if isinstance(error, TextError):
        place, reason = Position(error.line, 1), str(error)
    else:
        place, reason = _START, getattr(error, "strerror", None) or str(error) or type(error).__name__
    message = f"cannot be read: {reason}"
    return Finding(path, UNREADABLE, "", message, place, place, SiteKind.FILE)


def failed(path: str, error: Exception) -> Finding:
    """The finding for a file that normfix itself could not cope with: what went wrong, and where in normfix."""
    return _failed(path, fault(error))


def died(path: str, number: int) -> Finding:
    """The finding for a file that ends each process that works on it; `number` is the signal that ended them."""
    return _failed(path, f"each process that worked on it was ended by signal {number}")


def _failed(path: str, what: str) -> Finding:
    message = f"normfix failed on this file: {what}; please report it with the file"
    return Finding(path, FAILED, "", message, _START, _START, SiteKind.FILE)


def fault(error: BaseException) -> str:
    """What went wrong in normfix itself, and where."""
    reason = " ".join(str(error).split())[:_LONGEST_REASON]
    return f"{type(error).__name__}{f' ({reason})' if reason else ''} in {place_of(error)}"


def place_of(error: BaseException) -> str:
    """The innermost line of normfix that an exception went through, as `folder/module.py:line`."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "normfix" in Path(one.filename).parts]
    if not frames:
        return "an unknown place"
    file = Path(frames[-1].filename)
    return f"{file.parent.name}/{file.name}:{frames[-1].lineno}"


def fix_failed(path: str, reason: str) -> Finding:
    """The finding for a file whose fixes did not hold, so that it was left alone."""
    return Finding(path, FIX_FAILED, "", f"left as it was: {reason}", _START, _START, SiteKind.FILE)


def broken_parts(source: PartsText, table: Table) -> Iterator[Finding]:
    """The findings for the cells or code blocks that are no Python here, each at its place, and what they spell.

    Those in Python 2 are told once, at the first of them. A cell whose Python is not run where it stands has its
    probable lines as well.
    """
    broken = dict(source.broken)
    old = [index for index in broken if is_python_2(source.author_code(index), broken[index])]
    for index in sorted({*broken, *source.elsewhere}):
        if index in broken and index not in old[1:]:
            failure = broken[index]
            cell, place = source.placed(index, Position(failure.line, failure.column))
            message = f"cannot be parsed: {failure.reason}"
            if index in old:
                message += _CONVERT_BLOCK if cell is None else _CONVERT_NOTEBOOK
                message += f"; {len(old) - 1} more cells or blocks are Python 2 as well" if old[1:] else ""
            yield Finding(source.path, SYNTAX_ERROR, "", message, place, place, SiteKind.FILE, cell=cell)
        for one in _probable(SourceText(source.path, source.author_code(index)), table):
            cell, start = source.placed(index, one.start)
            yield replace(one, cell=cell, start=start, end=source.placed(index, one.end)[1])


def unparseable(source: SourceText, failure: ParseFailure, table: Table) -> Iterator[Finding]:
    """The finding for a file that is not Python here, then a probable one for each legacy spelling seen in it."""
    place = Position(failure.line, failure.column)
    message = f"cannot be parsed: {failure.reason}{_CONVERT if is_python_2(source.text, failure) else ''}"
    yield Finding(source.path, SYNTAX_ERROR, "", message, place, place, SiteKind.FILE)
    yield from _probable(source, table)


def _probable(source: SourceText, table: Table) -> Iterator[Finding]:
    """A finding for each legacy spelling that is seen in a text."""
    for seen in probable_spellings(source, as_written(table)):
        match = table.match(seen.path)
        assert match is not None
        yield Finding(
            path=source.path,
            code=PROBABLE,
            symbol=seen.path,
            message=f"probably `{seen.path}` ({match.entry.rule.code}): {match.entry.rule.summary}"
            + (f"; use `{match.entry.new}`" if match.entry.new else ""),
            start=Position(seen.line, seen.column),
            end=Position(seen.line, seen.end_column),
            kind=SiteKind.FILE,
            replacement=match.entry.new,
        )


def as_written(table: Table) -> dict[str, str]:
    """Every legacy path under the spellings that people give it: in full, with `tf`, with `slim`, as a from-import."""
    spellings: dict[str, str] = {}
    for path in table.entries:
        if table.is_sibling(path):
            continue
        module, _, name = path.rpartition(".")
        spellings[path] = path
        spellings[f"from {module} import {name}"] = path
        if path.startswith("tensorflow."):
            spellings["tf" + path.removeprefix("tensorflow")] = path
        if path.startswith("tensorflow.contrib."):
            spellings[path.removeprefix("tensorflow.contrib.")] = path
    return spellings
