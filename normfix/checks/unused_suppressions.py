"""Comments that silence nothing: NF010. What other tools may read in a comment stays, and so does what may be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from normfix.checks.finding import Severity, SiteKind
from normfix.checks.findings import UNUSED_SUPPRESSION, code_of, statement_lines
from normfix.checks.sites import Assessment, Location, Scan, Site, Symbol, UnusedComment
from normfix.source.suppressions import Directive, Suppressions
from normfix.source.text import Edit, SourceText, Span

_OURS = re.compile(r"NF[1-9]\d{0,2}")
_ANY = ""
_WRITTEN = re.compile(r"#[ \t]*(?:noqa[ \t]*:.*NF[1-9]|normfix:[ \t]*(?:file-)?ignore)")
"""Comments as people write them: the prefilter knows no other spelling."""

_REST = re.compile(r"[^#\n]*")


def unused_suppressions(
    scan: Scan, silenced: Suppressions, sites: Iterable[Site], enabled: Callable[[str], bool]
) -> Iterator[Site]:
    """A site for each comment with codes of ours that silence none of the sites, the assessed ones and all others.

    Where a rule is not `enabled`, nobody can say what its code would silence.
    """
    met: dict[int, set[str]] = {}
    everywhere: set[str] = set()
    for site in sites:
        codes = {site.rule.code, code_of(site)}
        everywhere |= codes
        start, end = scan.source.position(site.span.start).line, scan.source.position(site.span.end).line
        for line in (start, end, *statement_lines(site, scan)):
            met.setdefault(line, set()).update(codes)
    rules = scan.table.rules
    for one in silenced.directives:
        spared = any(prefix and UNUSED_SUPPRESSION.startswith(prefix) for prefix in one.prefixes)
        if spared or _WRITTEN.match(scan.source.text, one.start, one.end) is None:
            continue
        found = everywhere if one.whole_file else met.get(one.line, set())
        idle = [prefix for prefix in one.prefixes if _is_ours(prefix, one) and not _silences(prefix, found)]
        sure = all(enabled(code) for prefix in idle for code in rules if code.startswith(prefix))
        if idle and sure:
            yield _site(scan, one, idle)


def _is_ours(prefix: str, one: Directive) -> bool:
    # Without a code, `noqa` speaks to every tool. NF0 is for files, which are told without their comments.
    return one.own if prefix == _ANY else _OURS.fullmatch(prefix) is not None


def _silences(prefix: str, codes: Iterable[str]) -> bool:
    return any(code.startswith(prefix) for code in codes)


def _site(scan: Scan, one: Directive, idle: list[str]) -> Site:
    named = ", ".join(idle) if idle != [_ANY] else "normfix: ignore"
    symbol = Symbol(scan.table.rules[UNUSED_SUPPRESSION], named)
    location = Location(Span(one.start, one.end), scan.bindings.module, ())
    used = UnusedComment(_removal(scan.source, one, idle))
    return Site(symbol, SiteKind.COMMENT, location, used, assessment=Assessment(severity=Severity.WARNING))


def _removal(source: SourceText, one: Directive, idle: list[str]) -> Edit:
    """The edit that takes codes out of a list, or the whole directive with what is said behind it."""
    left = [prefix for prefix in one.prefixes if prefix not in idle]
    if left and one.listed is not None:
        return Edit(one.listed.start, one.listed.end, ", ".join(left))
    text = source.text
    rest = _REST.match(text, one.end)
    end = rest.end() if rest is not None else one.end
    start = one.start
    line = source.line_starts[one.line - 1]
    before = text[line:start]
    if not text[end : end + 1].strip("\r\n"):
        # Nothing stands behind it: the space before it goes, and the line if it was alone there.
        start -= len(before) - len(before.rstrip())
        if not before.strip() and one.line < len(source.line_starts):
            return Edit(line, source.line_starts[one.line], "")
    return Edit(start, end, "")
