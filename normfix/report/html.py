"""The findings as one page for a browser, which needs nothing else: progress, changes, releases, filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from normfix.report import SEVERITY_WORDS, Result
from normfix.report.in_file import slashed
from normfix.report.page.document import document, section
from normfix.report.page.findings import groups
from normfix.report.page.markup import Markup, element
from normfix.report.page.overview import spread, stages
from normfix.report.page.releases import matrices, symbols
from normfix.report.paint import printable
from normfix.report.progress import progress
from normfix.report.view import View
from normfix.table.availability import shipped_availability
from normfix.table.table import Table


def render(results: Sequence[Result], table: Table, view: View) -> str:
    """The page, in letters of ASCII: it is the same in whatever encoding it is written."""
    found = any(result.findings or result.fixed for result in results)
    sections = [section("progress", "Progress", stages(results))]
    if found:
        sections += [
            section("spread", "Where they are", spread(results, table)),
            section(
                "findings", "Findings", [*_tools(results), *groups(results, table, unsafe_fixes=view.unsafe_fixes)]
            ),
        ]
    if symbols(results):
        sections.append(section("releases", "Releases", _releases(results, table)))
    skip = ("Skip to the findings", "findings" if found else "progress")
    return document("normfix report", _said(results), sections, skip, "normfix check --output-format html")


def _said(results: Sequence[Result]) -> str:
    total, files = progress(results).total, sum(bool(one.findings or one.fixed) for one in results)
    return f"{total} {'finding' if total == 1 else 'findings'} in {files} {'file' if files == 1 else 'files'}"


def _releases(results: Sequence[Result], table: Table) -> Iterator[Markup]:
    yield element(
        "p",
        "Where each symbol that was met works, and what replaces it, as recorded on every release: ",
        "reached as an attribute, imported and called. ",
        element("span", "\N{CHECK MARK} works, \N{CIRCLE WITH LEFT HALF BLACK} in part, \N{BALLOT X} fails."),
    )
    yield from matrices(results, table, shipped_availability())


def _tools(results: Sequence[Result]) -> Iterator[Markup]:
    """What chooses findings, for who has a script; without one all are there."""
    codes = sorted({one.code for result in results for one in (*result.findings, *result.fixed)})
    files = [printable(slashed(one.path)) for one in results]
    waiting = [(one.value, one.title) for one, _ in progress(results).counts]
    chosen = [
        _field("Text", "text", element("input", type="search", name="text", id="choose-text", autocomplete="off")),
        _choice("Rule", "rule", [(code, code) for code in codes]),
        _choice("Severity", "severity", [(word, word.capitalize()) for word in SEVERITY_WORDS.values()]),
        _choice("Fix", "stage", waiting),
        _choice("File", "file", [(path, path) for path in files]),
        _choice("Group by", "group", [("rule", "Rule")], first="File"),
    ]
    buttons = (
        element("button", title, type="button", data_do=name)
        for name, title in (("open", "Open all"), ("close", "Close all"), ("clear", "Clear filters"))
    )
    yield element(
        "form",
        *chosen,
        element("div", *buttons, class_="buttons"),
        element("p", role="status", class_="status"),
        class_="tools scripted",
        aria_label="Choose findings",
    )


def _choice(label: str, name: str, options: Iterable[tuple[str, str]], *, first: str = "All") -> Markup:
    listed = [element("option", first, value=""), *(element("option", title, value=one) for one, title in options)]
    return _field(label, name, element("select", *listed, name=name, id=f"choose-{name}"))


def _field(label: str, name: str, control: Markup) -> Markup:
    return element("div", element("label", label, for_=f"choose-{name}"), control, class_="field")
