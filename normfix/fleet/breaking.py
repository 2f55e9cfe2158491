"""From which TensorFlow on a finding is broken, and in which releases a symbol works."""

from __future__ import annotations

from collections.abc import Iterator

from normfix.checks.finding import Finding
from normfix.config.target import dotted
from normfix.report.page.releases import reaches, state
from normfix.table.availability import AXES, Availability
from normfix.table.rule import Kind, Rule
from normfix.table.table import Table

NEVER = "never ran"
_AXIS = "tensorflow"


def breaks_in(finding: Finding, table: Table, recorded: Availability) -> str:
    """The first TensorFlow from which on it does not run any more, such as `2.16`.

    NEVER where it runs on no release, and empty where it runs on the newest one or no release matters.
    """
    rule = table.rules.get(finding.code)
    if rule is None or rule.kind in (Kind.USAGE, Kind.FILE):
        return ""
    known = _recorded(finding.symbol, table, recorded) if finding.argument is None else []
    return _first_broken(known or _by_rule(finding.symbol, rule, table))


def _recorded(symbol: str, table: Table, recorded: Availability) -> list[tuple[str, bool]]:
    """Each release on which the symbol was tried, oldest first, and whether it works there."""
    path, reach = reaches(symbol, table, recorded).get(_AXIS, ("", None))
    if reach is None:
        return []
    states = ((release, state(reach, release)) for release in recorded.releases_for(path, _AXIS))
    return [(_minor(release), said != "fails") for release, said in states if said != "not tried"]


def _by_rule(symbol: str, rule: Rule, table: Table) -> list[tuple[str, bool]]:
    """Each TensorFlow, oldest first, and whether the old form works with some Keras that it runs on."""
    works: dict[str, bool] = {}
    for pair in table.releases.pairs:
        release = dotted(pair.tensorflow)
        works[release] = works.get(release, False) or table.releases.works(symbol, rule.ranges, pair)
    return list(works.items())


def _first_broken(known: list[tuple[str, bool]]) -> str:
    last = max((place for place, (_, works) in enumerate(known) if works), default=-1)
    if last < 0:
        return NEVER
    return known[last + 1][0] if last + 1 < len(known) else ""


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])


def states(symbol: str, table: Table, recorded: Availability) -> Iterator[tuple[str, str, str]]:
    """Axis, release and what is recorded of a symbol there: `works`, `in part`, `fails` or `not tried`."""
    known = reaches(symbol, table, recorded)
    for axis in AXES:
        if axis in known:
            path, reach = known[axis]
            yield from ((axis, release, state(reach, release)) for release in recorded.releases_for(path, axis))
