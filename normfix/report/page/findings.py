"""The findings of the HTML report, by file: each one opens to its code or its change, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from normfix.checks.finding import Finding
from normfix.report import SEVERITY_WORDS, Result, current, ordered, url_of
from normfix.report.facts import facts
from normfix.report.in_file import slashed
from normfix.report.page import diffs
from normfix.report.page.markup import Markup, element, line_of_code, prose
from normfix.report.paint import printable
from normfix.report.progress import Stage, stage
from normfix.source.text import SourceText
from normfix.table.table import Rule, Table

_CONTEXT = 1
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class _Seen:
    """A finding with all that its entry is made of."""

    number: int
    finding: Finding
    rule: Rule | None
    source: SourceText | None
    fixed: bool


def groups(results: Sequence[Result], table: Table, *, unsafe_fixes: bool) -> Iterator[Markup]:
    """A part of the page for each file."""
    numbers = count(1)
    for result in results:
        source = current(result) if result.findings else None
        left = [(one, source, False) for one in ordered(result)]
        done = [(one, result.source, True) for one in result.fixed]
        found = [
            _Seen(next(numbers), one, table.rules.get(one.code), text, fixed) for one, text, fixed in (*left, *done)
        ]
        entries = [_entry(one, unsafe_fixes=unsafe_fixes) for one in found]
        path = printable(slashed(result.path))
        title = element("h3", element("span", path, class_="path"), " ", element("span", class_="count"))
        yield element("section", title, *_changes(result, path), *entries, class_="group", data_group=path)


def _changes(result: Result, path: str) -> Iterator[Markup]:
    """All that was changed in a file, for a run that fixed it."""
    if result.source is None or result.fixed_text is None:
        return
    hunks = [
        hunk
        for cell, before, after in result.source.changed_parts(result.fixed_text)
        for hunk in diffs.of_texts(cell, before, after)
    ]
    opened = element("summary", element("span", "All changes in this file", class_="message"))
    yield element("details", opened, diffs.table(hunks, f"Changes in {path}"), class_="changes")


def _entry(one: _Seen, *, unsafe_fixes: bool) -> Markup:
    finding, waits = one.finding, Stage.FIXED if one.fixed else stage(one.finding)
    severity = SEVERITY_WORDS[finding.severity]
    cell = "" if finding.cell is None else f"cell {finding.cell}, "
    where = f"{cell}line {finding.start.line}, column {finding.start.column}"
    brief = f"{cell}{finding.start.line}:{finding.start.column}"
    path = printable(slashed(finding.path))
    summary = element(
        "summary",
        element("span", severity, class_=f"severity {severity}"),
        element("span", finding.code, class_="rule"),
        element("span", prose(finding.message), class_="message"),
        element("span", waits.title, class_=f"stage {waits.value}"),
        element("span", element("span", f"{path}, ", class_="file"), brief, class_="place", title=f"{path}, {where}"),
    )
    return element(
        "details",
        summary,
        element("div", *_body(one, f"{path}, {where}", unsafe_fixes=unsafe_fixes), class_="body"),
        class_="finding",
        id=f"finding-{one.number}",
        data_file=path,
        data_rule=finding.code,
        data_severity=severity,
        data_stage=waits.value,
    )


def _body(one: _Seen, where: str, *, unsafe_fixes: bool) -> Iterator[Markup]:
    finding, source = one.finding, one.source
    if not one.fixed and source is not None:
        if finding.fix is not None:
            yield diffs.table(diffs.of_fix(finding.fix, source), f"What the fix changes at {where}")
        elif finding.start.line <= len(source.part(finding.cell).line_starts):
            yield _excerpt(finding, source.part(finding.cell))
    rows = [
        element("div", element("dt", label.capitalize()), element("dd", prose(text)))
        for label, text in _facts(one, unsafe_fixes=unsafe_fixes)
    ]
    if rows:
        yield element("dl", *rows)
    yield element("p", *_links(one), class_="links")


def _facts(one: _Seen, *, unsafe_fixes: bool) -> Iterator[tuple[str, str]]:
    for label, text in facts(one.finding, one.rule, unsafe_fixes):
        yield label, f"`{text}`" if label == "replacement" else text


def _links(one: _Seen) -> Iterator[str]:
    yield "More: "
    yield element("code", f"normfix rule {one.finding.code}")
    url = url_of(one.rule)
    if url is not None:
        yield ", "
        yield element("a", url.removeprefix("https://"), href=url, rel="noreferrer")


def _excerpt(finding: Finding, part: SourceText) -> Markup:
    """The author's lines, with the place marked."""
    first, last = finding.start.line, min(finding.end.line, finding.start.line + _MOST_LINES)
    top, bottom = max(first - _CONTEXT, 1), min(last + _CONTEXT, len(part.line_starts))
    rows = [
        element(
            "tr",
            element("td", str(number), class_="number"),
            element("td", element("code", *_marked(part.line(number), number, finding)), class_="line"),
        )
        for number in range(top, bottom + 1)
        if first <= number <= last or part.line(number).strip()
    ]
    return element("table", element("caption", "The code", class_="unseen"), *rows, class_="code")


def _marked(line: str, number: int, finding: Finding) -> Iterator[str]:
    start = finding.start.column - 1 if number == finding.start.line else 0
    end = finding.end.column - 1 if number == finding.end.line else len(line)
    if not finding.start.line <= number <= finding.end.line or start >= end:
        yield line_of_code(line)
        return
    yield line_of_code(line[:start])
    yield element("mark", line_of_code(line[start:end]))
    yield line_of_code(line[end:])
