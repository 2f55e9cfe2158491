"""From sites to findings: the words, the severity, and the files that cannot be scanned at all."""

from __future__ import annotations

from collections.abc import Iterator

from normfix.scan.finding import Finding, Severity, SiteKind
from normfix.scan.parsing import ParseFailure, probable_spellings
from normfix.scan.sites import Site
from normfix.table import Kind, Table
from normfix.text import Position, SourceText, TextError

SYNTAX_ERROR = "NF001"
UNREADABLE = "NF002"
PROBABLE = "NF003"
GUARDED = "NF004"
CANNOT_DO = frozenset({SYNTAX_ERROR, UNREADABLE})

_START = Position(1, 1)


def finding_of(site: Site, source: SourceText) -> Finding:
    """The finding for one site, without its fix."""
    return Finding(
        path=source.path,
        code=GUARDED if site.guarded else site.rule.code,
        symbol=site.path,
        message=_message(site),
        start=source.position(site.span.start),
        end=source.position(site.span.end),
        kind=site.kind,
        severity=_severity(site),
        replacement=site.target,
        argument=site.argument.name if site.argument else None,
    )


def _severity(site: Site) -> Severity:
    if site.guarded:
        return Severity.INFO
    return Severity.WARNING if site.rule.kind is Kind.USAGE else Severity.ERROR


def _message(site: Site) -> str:
    if site.argument is not None:
        return f"`{site.argument.name}` of `{site.path}`: {site.rule.summary}"
    if site.guarded:
        return f"`{site.path}` is reached only on old releases; the code around it chooses"
    if site.rule.kind is Kind.USAGE:
        return site.rule.summary
    may = "" if site.certain else " (one of several things this name may mean)"
    seen = f"`{site.path}`{may} in a string" if site.kind is SiteKind.STRING else f"`{site.path}`{may}"
    if site.target is None:
        return f"{seen}: {site.rule.summary}"
    return f"{seen}: {site.rule.summary}; use `{site.target}`"


def unreadable(path: str, error: TextError | OSError) -> Finding:
    """The finding for a file whose bytes cannot be had or decoded."""
    if isinstance(error, TextError):
        place, reason = Position(error.line, 1), str(error)
    else:
        place, reason = _START, error.strerror or type(error).__name__
    message = f"cannot be read: {reason}"
    return Finding(path, UNREADABLE, "", message, place, place, SiteKind.FILE)


def unparseable(source: SourceText, failure: ParseFailure, table: Table) -> Iterator[Finding]:
    """The finding for a file that is not Python here, then a probable one for each legacy spelling seen in it."""
    place = Position(failure.line, failure.column)
    message = f"cannot be parsed: {failure.reason}"
    yield Finding(source.path, SYNTAX_ERROR, "", message, place, place, SiteKind.FILE)
    for seen in probable_spellings(source, as_written(table)):
        match = table.match(seen.path)
        assert match is not None
        yield Finding(
            path=source.path,
            code=PROBABLE,
            symbol=seen.path,
            message=f"probably `{seen.path}` ({match.entry.rule.code}): {match.entry.rule.summary}",
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
