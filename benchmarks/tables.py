"""CORPUS.md: what was found in the published packages, what each way of fixing did, and what proves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fixing import KERAS, LEGACY, LEGACY_UNSAFE, READY, UNSAFE, VERIFY, Fixed
from imports import Compared
from lint import CODES, Linted

FAMILIES = ("NF1", "NF2", "NF3", "NF4", "NF5", "NF6", "NF7", "NF8", "NF9", "NF0")
FOUND = ("package", "files", *FAMILIES, "all", "seconds")
SITES = (
    ("keras", "safe", KERAS, "fixed"),
    ("keras", "suggested", KERAS, "suggested"),
    ("keras", "withheld", KERAS, "withheld"),
    ("keras", "by hand", KERAS, "left to you"),
    ("keras", "no need", KERAS, "nothing to do"),
    ("`--unsafe-fixes`", "fixed", UNSAFE, "fixed"),
    ("`--verify`", "kept", VERIFY, "fixed"),
    ("`--strategy legacy`", "safe", LEGACY, "fixed"),
    ("`--strategy legacy`", "program files", LEGACY, READY),
    ("`--strategy legacy`", "suggested", LEGACY, "suggested"),
    ("`--strategy legacy`", "withheld", LEGACY, "withheld"),
    ("`--strategy legacy`", "by hand", LEGACY, "left to you"),
    ("legacy `--unsafe-fixes`", "fixed", LEGACY_UNSAFE, "fixed"),
)
PROOF = ("package", "way", "files changed", "compile before", "compile after", "imported before", "of these after",
         "import only after", "imported on the old", "of these after", "on the legacy Keras",
         *(f"{code} {side}" for code in CODES for side in ("before", "after")), "second run changes",
         "seconds")  # fmt: skip
MOST = 8


@dataclass(frozen=True)
class Compiled:
    """How many of the changed files made byte code before and after."""

    before: int
    after: int


@dataclass(frozen=True)
class Result:
    """What one package showed; `problems` are broken promises, empty when all is well."""

    package: str
    files: int
    families: Counter[str]
    seconds: float
    ways: Mapping[str, Fixed]
    compiled: Mapping[str, Compiled]
    linted: Mapping[str, Linted]
    compared: Mapping[str, Compared]
    problems: tuple[str, ...]


def document(groups: Mapping[str, Sequence[Result]], head: Sequence[str]) -> str:
    """The whole file. `head` says what it was made with."""
    lines = ["# Published packages, checked and fixed", "", *head, ""]
    for title, results in groups.items():
        lines += [f"## {title}: what is found", "", *_table(FOUND, map(_found, results)), ""]
    everyone = [one for results in groups.values() for one in results]
    active = [one for one in everyone if sum(one.families.values())]
    names = ("package", *(f"{group}: {name}" for group, name, _, _ in SITES))
    lines += ["## What becomes of the sites", "", *_table(names, [*map(_sites, active), _sum(active)]), ""]
    lines += ["## Proof", "", *_table(PROOF, (row for one in everyone for row in _proof(one))), ""]
    lines += [*_modules(everyone), *_reasons(everyone)]
    problems = [f"- **{one.package}**: {problem}" for one in everyone for problem in one.problems]
    lines += ["## Broken promises", "", *(problems or ["None."]), ""]
    return "\n".join(lines)


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(names) + " |"
    yield "| --- |" + " ---: |" * (len(names) - 1)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"


def _found(one: Result) -> Sequence[object]:
    counts = [one.families[family] or "" for family in FAMILIES]
    return (one.package, one.files, *counts, sum(one.families.values()), f"{one.seconds:.1f}")


def _sites(one: Result) -> Sequence[object]:
    return (one.package, *(_count(one, way, label) for _, _, way, label in SITES))


def _count(one: Result, way: str, label: str) -> object:
    done = one.ways.get(way)
    if done is None:
        return "-"
    return "timeout" if done.late else done.counts.get(label, 0) or ""


def _sum(results: Sequence[Result]) -> Sequence[object]:
    def total(way: str, label: str) -> int:
        return sum(one.ways[way].counts.get(label, 0) for one in results if way in one.ways)

    return ("**all**", *(total(way, label) for _, _, way, label in SITES))


def _proof(one: Result) -> Iterator[Sequence[object]]:
    for way, done in one.ways.items():
        if done.late:
            yield (one.package, way, "timeout", *[""] * (len(PROOF) - 3))
        elif done.changed:
            compiled, compared = one.compiled[way], one.compared.get(way)
            cells: list[object] = _import_cells(compared) if compared else ["-"] * 6
            linted = one.linted.get(way)
            cells += [count for code in CODES for count in linted.total(code)] if linted else ["-"] * 2 * len(CODES)
            files = (len(done.changed), compiled.before, compiled.after)
            yield (one.package, way, *files, *cells, len(done.unsteady), f"{done.seconds:.1f}")


def _import_cells(compared: Compared) -> list[object]:
    old = [sum(not reason for reason in compared.old.values()), len(compared.carried)] if compared.old else ["-", "-"]
    before = len(compared.kept) + len(compared.lost)
    return [before, len(compared.kept), len(compared.gained), *old, len(compared.switched) or ""]


def _modules(results: Sequence[Result]) -> Iterator[str]:
    yield from ("## Modules that import only after the fix", "")
    yield from _gained(results)
    yield from ("## Modules that import on neither side, and why", "")
    for one in results:
        still = Counter(_short(reason) for way in one.compared.values() for reason in _still(way))
        if still:
            shown = "; ".join(f"{reason} ({count})" for reason, count in still.most_common(MOST))
            yield f"- {one.package}: {shown}"
    yield ""


def _still(compared: Compared) -> Iterator[str]:
    return (after for path, after in compared.after.items() if after and compared.before[path])


def _gained(results: Sequence[Result]) -> Iterator[str]:
    seen: set[str] = set()
    for one in results:
        for way, compared in one.compared.items():
            for path in compared.gained:
                if path not in seen:
                    seen.add(path)
                    yield f"- {one.package}, {way}: `{path}`; before: {_short(compared.before[path])}"
    yield from ([] if seen else ["None."])
    yield ""


def _reasons(results: Sequence[Result]) -> Iterator[str]:
    yield from ("## Why fixes were withheld", "")
    for way in (KERAS, VERIFY, LEGACY):
        reasons: Counter[str] = Counter()
        for one in results:
            reasons.update(one.ways[way].reasons if way in one.ways else ())
        yield from (f"### {way}", "")
        yield from (f"- {count} times: {_short(reason)}" for reason, count in reasons.most_common(2 * MOST))
        rest = sum(reasons.values()) - sum(count for _, count in reasons.most_common(2 * MOST))
        yield from ([f"- {rest} times: other reasons", ""] if rest else [""])


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:197] + "..."
