"""Findings held against a baseline: which of them are new, and what of the baseline is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from normfix.checks.finding import Finding
from normfix.run.baseline import Baseline, Counts, Kind, accepts, kind_of
from normfix.run.results import FileResult

Asked = Callable[[str, str], bool]
"""Whether a run would have found a rule (a code) in a file (its name in the baseline)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Results without what the baseline knows.

    `known` is what it knew of the results, by the names that files have today; `gone` is what is not there any more of
    what it says of files that were looked at, by the names that it has for them. `kept` is the baseline without that.
    """

    results: list[FileResult]
    known: Counts
    gone: Counts
    kept: Counts


def compared(results: Iterable[FileResult], baseline: Baseline, asked: Asked) -> Compared:
    """Hold results against a baseline. A file that is gone lends its entries to others: it was renamed."""
    left = {name: Counter(kinds) for name, kinds in baseline.counts.items()}
    known: dict[str, Counter[Kind]] = {}
    listed = list(results)
    names = [baseline.name_of(one.path) for one in listed]
    found = [Counter(kind_of(one) for one in result.findings if accepts(one)) for result in listed]
    for name, kinds in zip(names, found, strict=True):
        known[name] = _taken(kinds, left.get(name, Counter()))
    renamed = [kinds for name, kinds in sorted(left.items()) if not baseline.has(name)]
    for name, kinds in zip(names, found, strict=True):
        for lender in renamed:
            known[name] += _taken(kinds - known[name], lender)
    new = [_without(result, known[name]) for name, result in zip(names, listed, strict=True)]
    gone: dict[str, Counter[Kind]] = {}
    kept = {name: Counter(kinds) for name, kinds in known.items()}
    for name, kinds in left.items():
        gone[name] = Counter({kind: count for kind, count in kinds.items() if asked(kind.code, name)})
        kept[name] = kept.get(name, Counter()) + kinds - gone[name]
    return Compared([one for one in new if one.findings or one.fixed], known, gone, kept)


def _taken(wanted: Counter[Kind], offered: Counter[Kind]) -> Counter[Kind]:
    """What of some findings there are entries for; these are used up."""
    taken = wanted & offered
    offered.subtract(taken)
    return taken


def _without(result: FileResult, known: Counter[Kind]) -> FileResult:
    return replace(result, findings=tuple(_new(result.findings, Counter(known))))


def _new(findings: Iterable[Finding], known: Counter[Kind]) -> Iterator[Finding]:
    """The findings beyond the known ones, which are taken to be the first of their kind."""
    total = Counter(known)
    for finding in findings:
        kind = kind_of(finding)
        if known[kind] > 0 and accepts(finding):
            known[kind] -= 1
        elif total[kind]:
            beside = f"{total[kind]} of the same kind in this scope are in the baseline; any of them may be the new one"
            yield replace(finding, notes=(*finding.notes, beside))
        else:
            yield finding
