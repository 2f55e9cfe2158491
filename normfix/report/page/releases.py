"""The release matrix of the HTML report: where the symbols that were met work, and where their replacements do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from normfix.report import Result
from normfix.report.page.markup import Markup, element
from normfix.table.availability import AXES, Availability, Reach
from normfix.table.table import Table

_TITLES = {
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "legacy": "TensorFlow with TF_USE_LEGACY_KERAS=1",
    "tf_keras": "tf_keras",
    "tensorflow-addons": "TensorFlow Addons",
    "tf-slim": "TensorFlow with tf-slim",
}
_MARKS = {"works": "✓", "in part": "◐", "fails": "✗", "not tried": ""}


def symbols(results: Sequence[Result]) -> dict[str, str]:
    """Path -> what it is here: each symbol that was met, with the codes, followed by what replaces it."""
    codes: dict[str, set[str]] = {}
    targets: dict[str, list[str]] = {}
    for result in results:
        for finding in (*result.findings, *result.fixed):
            if finding.symbol:
                codes.setdefault(finding.symbol, set()).add(finding.code)
                targets.setdefault(finding.symbol, []).append(finding.replacement or "")
    found: dict[str, str] = {}
    for symbol in sorted(codes):
        found.setdefault(symbol, ", ".join(sorted(codes[symbol])))
        for target in sorted(set(filter(None, targets[symbol])) - codes.keys()):
            found.setdefault(target, "replacement")
    return found


def matrices(results: Sequence[Result], table: Table, recorded: Availability) -> Iterator[Markup]:
    """One table for each axis on which something is recorded of one of the symbols."""
    used = symbols(results)
    known = {symbol: reaches(symbol, table, recorded) for symbol in used}
    for axis in AXES:
        rows = [(symbol, known[symbol][axis]) for symbol in used if axis in known[symbol]]
        if rows:
            yield _matrix(axis, rows, used, recorded)


def reaches(symbol: str, table: Table, recorded: Availability) -> dict[str, tuple[str, Reach]]:
    """Axis -> the path under which a symbol is recorded, and what is."""
    path = next((one for one, _, _ in table.spellings(symbol) if one in recorded.paths), None)
    return {} if path is None else {axis: (path, reach) for axis, reach in recorded.paths[path].items()}


def _matrix(
    axis: str, rows: Sequence[tuple[str, tuple[str, Reach]]], used: dict[str, str], recorded: Availability
) -> Markup:
    tried = {release for _, (path, _) in rows for release in recorded.releases_for(path, axis)}
    releases = [release for release in reversed(recorded.releases[axis]) if release in tried]
    head = element(
        "tr",
        element("th", "Symbol", scope="col"),
        *(element("th", release, scope="col") for release in releases),
    )
    body = [
        element(
            "tr",
            element(
                "th",
                element("code", *_breakable(symbol)),
                " ",
                element("span", used[symbol], class_="role"),
                scope="row",
                class_="target" if used[symbol] == "replacement" else None,
            ),
            *(_cell(reach, release, recorded.releases_for(path, axis)) for release in releases),
        )
        for symbol, (path, reach) in rows
    ]
    caption = f"Releases of {_TITLES[axis]}, newest first"
    whole = element("table", element("caption", caption), element("thead", head), element("tbody", *body))
    return element("div", whole, class_="scroll matrix", tabindex=0, role="region", aria_label=caption)


def _breakable(symbol: str) -> Iterator[str]:
    """A dotted path that a narrow column may break behind a dot."""
    for part in symbol.split(".")[:-1]:
        yield f"{part}."
        yield element("wbr")
    yield symbol.rpartition(".")[2]


def _cell(reach: Reach, release: str, tried: Sequence[str]) -> Markup:
    said = state(reach, release) if release in tried else "not tried"
    words = element("span", said, class_="unseen")
    mark = element("span", _MARKS[said], aria_hidden="true")
    return element("td", mark, words, class_=said.replace(" ", "-"), title=f"{release}: {said}")


def state(reach: Reach, release: str) -> str:
    """What is recorded of a path on a release: `works`, `in part`, `fails` or `not tried`."""
    if reach.asked is not None and release not in reach.asked:
        return "not tried"
    verdicts = {release in found for found in reach.works.values()}
    if not verdicts:
        return "not tried"
    return "in part" if len(verdicts) == 2 else "works" if verdicts.pop() else "fails"
