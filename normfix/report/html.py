"""The findings as one page for a browser, which needs nothing else: progress, changes, releases, filters."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from normfix import __version__
from normfix.report import SEVERITY_WORDS, Result
from normfix.report.in_file import slashed
from normfix.report.page.findings import groups
from normfix.report.page.markup import Markup, element
from normfix.report.page.overview import spread, stages
from normfix.report.page.releases import matrices, symbols
from normfix.report.paint import printable
from normfix.report.progress import progress
from normfix.report.view import View
from normfix.table.availability import shipped_availability
from normfix.table.table import Table

_PARTS = Path(__file__).parent / "page"


def render(results: Sequence[Result], table: Table, view: View) -> str:
    """The page, in letters of ASCII: it is the same in whatever encoding it is written."""
    style, script = (_raw(name) for name in ("style.css", "script.js"))
    page = element("html", _head(style, script), _body(results, table, view, script), lang="en")
    return f"<!doctype html>\n{page}\n".encode("ascii", "xmlcharrefreplace").decode()


def _raw(name: str) -> Markup:
    return Markup((_PARTS / name).read_text(encoding="ascii"))


def _head(style: Markup, script: Markup) -> Markup:
    """The page may run and show what is in it, and load nothing."""
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=f"{policy}; form-action 'none'"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", "normfix report"),
        element("style", style),
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _body(results: Sequence[Result], table: Table, view: View, script: Markup) -> Markup:
    found = any(result.findings or result.fixed for result in results)
    sections = [_section("progress", "Progress", stages(results))]
    if found:
        sections += [
            _section("spread", "Where they are", spread(results, table)),
            _section(
                "findings", "Findings", [*_tools(results), *groups(results, table, unsafe_fixes=view.unsafe_fixes)]
            ),
        ]
    if symbols(results):
        sections.append(_section("releases", "Releases", _releases(results, table)))
    return element(
        "body",
        element("a", "Skip to the findings", href="#findings" if found else "#progress", class_="skip"),
        _header(results),
        element("main", *sections),
        element("footer", f"Made by normfix {__version__}. ", element("code", "normfix check --output-format html")),
        element("script", script),
    )


def _section(name: str, title: str, parts: Iterable[Markup]) -> Markup:
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *parts, id=name, aria_labelledby=f"{name}-title", tabindex=-1)


def _header(results: Sequence[Result]) -> Markup:
    total, files = progress(results).total, sum(bool(one.findings or one.fixed) for one in results)
    said = f"{total} {'finding' if total == 1 else 'findings'} in {files} {'file' if files == 1 else 'files'}"
    choices = (
        element("button", title, type="button", data_theme=name, aria_pressed=str(not name).lower())
        for name, title in (("", "System"), ("light", "Light"), ("dark", "Dark"))
    )
    return element(
        "header",
        element("div", element("h1", "normfix report"), element("p", said)),
        element("div", *choices, role="group", aria_label="Colours of the page", class_="themes scripted"),
    )


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
