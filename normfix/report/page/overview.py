"""The head of the HTML report: how far the code is, and how the findings spread over rules and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from normfix.checks.finding import Finding
from normfix.report import Result
from normfix.report.in_file import slashed
from normfix.report.page.markup import Markup, element, prose
from normfix.report.paint import printable
from normfix.report.progress import Progress, Stage, progress, stage
from normfix.table.table import Table

_COMMANDS = {Stage.SAFE: "normfix fix", Stage.UNSAFE: "normfix fix --unsafe-fixes"}
_WORDS = {
    Stage.FIXED: "Done by this run.",
    Stage.SAFE: "The numbers stay the same.",
    Stage.UNSAFE: "Read the notes first: numbers or saved models may change.",
    Stage.BY_HAND: "Each finding says what to write, and why it was left.",
    Stage.NOTE: "Reached only on old releases.",
}
_WIDTH = 1000


def stages(results: Sequence[Result]) -> Iterator[Markup]:
    """The bar, and a card for each stage that shows its findings alone."""
    known = progress(results)
    if not known.total:
        yield element("p", "Nothing found: all normalization code runs on the target.", class_="clean")
        return
    counts = dict(known.counts)
    done = counts.get(Stage.FIXED, 0)
    command = counts[Stage.SAFE] + counts[Stage.UNSAFE]
    said = [f"{done} of {known.total} findings are fixed" if done else "", f"{command} can be fixed by a command"]
    yield element("p", f"{', '.join(filter(None, said))}, {counts[Stage.BY_HAND]} are left to a person.", class_="lead")
    yield bar(known)
    yield element("ul", *(_card(one, count) for one, count in known.counts), class_="cards")


def bar(known: Progress) -> Markup:
    """One bar, with a part for each stage."""
    rects, left = [], 0.0
    for one, count in known.counts:
        width = _WIDTH * count / known.total
        rects.append(element("rect", x=f"{left:.1f}", y=0, width=f"{width:.1f}", height=10, class_=one.value))
        left += width
    words = ", ".join(f"{one.title.lower()} {count}" for one, count in known.counts)
    return element(
        "svg",
        *rects,
        viewBox=f"0 0 {_WIDTH} 10",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"Of {known.total} findings: {words}",
        class_="bar",
    )


def _card(one: Stage, count: int) -> Markup:
    command = _COMMANDS.get(one)
    return element(
        "li",
        element(
            "button",
            element("span", str(count), class_="number"),
            element("span", one.title, class_="title"),
            type="button",
            data_set_stage=one.value,
            aria_pressed="false",
            title="Show these findings alone",
        ),
        element("p", _WORDS[one]),
        *([element("p", element("code", command))] if command and count else []),
        class_=f"card {one.value}",
    )


def spread(results: Sequence[Result], table: Table) -> Iterator[Markup]:
    """A table by rule and one by file, each with what its findings wait for."""
    named = [stage for stage, _ in progress(results).counts]
    rules, files = _counted(results, lambda one: one.code), _counted(results, lambda one: slashed(one.path))
    summaries = {code: rule.summary for code, rule in table.rules.items()}
    yield _table("rule", "Findings by rule", rules, named, summaries)
    yield _table("file", "Findings by file", files, named, {})


_Counts = dict[str, dict[Stage, int]]


def _counted(results: Sequence[Result], key: Callable[[Finding], str]) -> _Counts:
    counts: _Counts = {}
    for result in results:
        waiting = [(one, stage(one)) for one in result.findings] + [(one, Stage.FIXED) for one in result.fixed]
        for finding, waits in waiting:
            row = counts.setdefault(key(finding), {})
            row[waits] = row.get(waits, 0) + 1
    return dict(sorted(counts.items(), key=lambda row: (-sum(row[1].values()), row[0])))


def _table(kind: str, caption: str, counts: _Counts, named: Sequence[Stage], words: Mapping[str, str]) -> Markup:
    heads = [element("th", kind.capitalize(), scope="col")]
    heads += [element("th", "What is wrong", scope="col")] if words else []
    heads += [element("th", title, scope="col", class_="count") for title in ("All", *(one.title for one in named))]
    head = element("tr", *heads)
    rows = []
    for name, row in counts.items():
        shown = printable(name)
        button = element(
            "button", shown, type="button", title="Show these findings alone", **{f"data_set_{kind}": shown}
        )
        said = [element("td", prose(words.get(name, "")), class_="words")] if words else []
        numbers = [sum(row.values()), *(row.get(one, 0) for one in named)]
        cells = (element("td", str(count) if count else "", class_="count") for count in numbers)
        rows.append(element("tr", element("th", button, scope="row"), *said, *cells))
    whole = element("table", element("caption", caption), element("thead", head), element("tbody", *rows))
    return element("div", whole, class_=f"scroll {kind}s", tabindex=0, role="region", aria_label=caption)
