"""An overview as one page for a browser, in the style of the report of `check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from normfix.fleet.overview import KINDS, STAGES, Group, Kind, Overview, Run
from normfix.fleet.report import said
from normfix.fleet.verified import STATUS_WORDS, Release
from normfix.report.page.document import document, section
from normfix.report.page.markup import Markup, element, prose
from normfix.report.page.overview import bar
from normfix.report.paint import printable
from normfix.report.progress import Stage

_WORDS = {
    Stage.SAFE: "normfix fix writes them; the numbers stay the same.",
    Stage.UNSAFE: "normfix fix --unsafe-fixes writes them; numbers or saved models may change.",
    Stage.BY_HAND: "Each finding says what to write, and why it was left.",
    Stage.NOTE: "Reached only on old releases.",
}


def as_page(known: Overview) -> str:
    """The page, in letters of ASCII."""
    sections = [section("effort", "Effort", _effort(known))] if known.repositories else []
    for number, release in enumerate(known.verified, 1):
        sections.append(section(f"calls-{number}", f"On {release.name}", _release(release)))
    if len(known.runs) > 1:
        sections.append(section("trend", "From run to run", [_trend(known.runs)]))
    for kind in KINDS:
        if known.groups[kind.name]:
            sections.append(section(kind.name, kind.title, [_groups(kind, known.groups[kind.name])]))
    if known.failures:
        sections.append(section("failures", "Not checked", [_failures(known.failures)]))
    skip = ("Skip to the effort", "effort") if known.repositories else ("Skip to the calls", "calls-1")
    return document("normfix fleet report", said(known), sections, skip, "normfix fleet report")


def _effort(known: Overview) -> Iterator[Markup]:
    if not known.progress.total:
        yield element("p", "Nothing found: all normalization code runs on its target.", class_="clean")
        return
    yield bar(known.progress)
    yield element("ul", *(_card(one, count) for one, count in known.progress.counts), class_="cards")


def _card(one: Stage, count: int) -> Markup:
    number, title = element("span", str(count), class_="number"), element("span", one.title, class_="title")
    return element("li", number, title, element("p", _WORDS[one]), class_=f"card {one.value}")


def _groups(kind: Kind, groups: Sequence[Group]) -> Markup:
    words = any(one.note for one in groups)
    heads = [
        kind.one,
        *(["What is wrong"] if words else []),
        "Repositories",
        "Findings",
        *(one.title for one in STAGES),
    ]
    rows = [
        [
            element("th", element("code", printable(one.name)), scope="row"),
            *([element("td", prose(one.note), class_="words")] if words else []),
            *_numbers((len(one.repositories), one.total, *(one.counts[stage] for stage in STAGES))),
        ]
        for one in groups
    ]
    return _table(f"Findings {kind.title[0].lower()}{kind.title[1:]}", heads, rows, f"scroll {kind.name}s")


def _release(release: Release) -> Iterator[Markup]:
    yield element("p", f"{release.said}.")
    if release.ways:
        heads = ["Call", "What came of it", "Why", "Calls", "Repositories"]
        rows = [
            [
                element("th", element("code", printable(one.call)), scope="row"),
                element("td", STATUS_WORDS[one.status], class_="words"),
                element("td", printable(one.reason), class_="words"),
                *_numbers((one.calls, len(one.repositories))),
            ]
            for one in release.ways
        ]
        yield _table(f"Calls that do not run on {release.name}, or of which that is not known", heads, rows)


def _trend(runs: Sequence[Run]) -> Markup:
    heads = ["Run", "Repositories", "Failed", "Findings", *(one.title for one in STAGES)]
    rows = [
        [
            element("th", printable(one.label), scope="row"),
            *_numbers((one.repositories, one.failed, one.counts.total(), *(one.counts[stage] for stage in STAGES))),
        ]
        for one in runs
    ]
    return _table("Findings at the end of each run", heads, rows)


def _failures(failures: Sequence[tuple[str, str]]) -> Markup:
    rows = [
        [element("th", element("code", printable(name)), scope="row"), element("td", printable(reason), class_="words")]
        for name, reason in failures
    ]
    return _table("Repositories that could not be checked", ["Repository", "Why"], rows)


def _numbers(numbers: Sequence[int]) -> Iterator[Markup]:
    return (element("td", str(number) if number else "", class_="count") for number in numbers)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Markup]], shape: str = "scroll") -> Markup:
    words = ("What is wrong", "Why", "What came of it")
    head = [
        element("th", title, scope="col", class_="count" if place and title not in words else None)
        for place, title in enumerate(heads)
    ]
    body = element("tbody", *(element("tr", *cells) for cells in rows))
    whole = element("table", element("caption", caption), element("thead", element("tr", *head)), body)
    return element("div", whole, class_=shape, tabindex=0, role="region", aria_label=caption)
