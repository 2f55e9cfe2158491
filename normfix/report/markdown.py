"""The findings as Markdown, for the summary of a job: how far the code is, what was met, and each finding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from normfix.checks.finding import Finding
from normfix.report import SEVERITY_WORDS, Result, in_order, ordered
from normfix.report.in_file import slashed
from normfix.report.paint import printable
from normfix.report.progress import Progress, progress, stage
from normfix.report.view import View
from normfix.table.table import Table

_MOST = 1000
"""A summary of a job may have one megabyte: so many findings are listed, the others are counted."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&#]")


def render(results: Sequence[Result], table: Table, _: View) -> str:
    """One page of GitHub's Markdown."""
    found = in_order(results)
    lines = ["## normfix", "", *_progress(progress(results))]
    if found:
        lines += ["", "### By rule", "", *_rules(found, table), "", "### By file", "", *_files(results)]
    return "\n".join(lines) + "\n"


def prose(text: str) -> str:
    """A text with its code in backticks as Markdown that shows the same, on one line, also in a table."""
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:
        return _plain("`".join(parts))
    return "".join(_code(part) if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text.strip() else _plain(f"`{text}`")


def _progress(known: Progress) -> Iterator[str]:
    if not known.total:
        yield "Nothing found: all normalization code runs on the target."
        return
    yield "| " + " | ".join(one.title for one, _ in known.counts) + " |"
    yield "| " + " | ".join("---:" for _ in known.counts) + " |"
    yield "| " + " | ".join(str(count) for _, count in known.counts) + " |"


def _rules(found: Sequence[Finding], table: Table) -> Iterator[str]:
    yield "| rule | findings | what is wrong |"
    yield "| --- | ---: | --- |"
    for code, count in sorted(Counter(finding.code for finding in found).items(), key=lambda one: (-one[1], one[0])):
        rule = table.rules.get(code)
        yield f"| {code} | {count} | {prose(rule.summary) if rule else ''} |"


def _files(results: Sequence[Result]) -> Iterator[str]:
    left = _MOST
    for result in results:
        found = ordered(result)[:left]
        if not found:
            continue
        left -= len(found)
        yield f"<details><summary>{escape(printable(slashed(result.path)))} ({len(result.findings)})</summary>"
        yield ""
        yield "| place | rule | | what is wrong | fix |"
        yield "| --- | --- | --- | --- | --- |"
        yield from (_row(finding) for finding in found)
        yield ""
        yield "</details>"
        yield ""
    hidden = sum(len(result.findings) for result in results) - (_MOST - left)
    if hidden:
        yield f"{hidden} more findings are not listed here."


def _row(finding: Finding) -> str:
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    place = f"{cell}{finding.start.line}:{finding.start.column}"
    cure = finding.fix.message if finding.fix else finding.withheld or ""
    trust = stage(finding).title.lower()
    words = f"{trust}: {prose(cure)}" if cure else trust
    return f"| {place} | {finding.code} | {SEVERITY_WORDS[finding.severity]} | {prose(finding.message)} | {words} |"
