"""An overview as Markdown or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from normfix.fleet.overview import KINDS, STAGES, Group, Overview, Run
from normfix.fleet.verified import STATUS_WORDS, Release
from normfix.report.markdown import prose
from normfix.report.progress import Stage

_MOST = 50
"""So many rows of a table are shown in Markdown; JSON has all."""


def said(known: Overview) -> str:
    """The whole in one sentence."""
    if not known.repositories:
        return "; ".join(f"{one.name}: {one.said}" for one in known.verified)
    total, found = known.progress.total, len(known.groups["repository"])
    return f"{total} findings in {found} of {known.repositories} repositories, {known.files} files"


def as_json(known: Overview) -> str:
    """One object with everything."""
    answer = {
        "repositories": known.repositories,
        "files": known.files,
        "undone": known.undone,
        "failures": [{"repository": name, "reason": reason} for name, reason in known.failures],
        "effort": _by_name(known.counts),
        **{kind.name: [_group(one) for one in known.groups[kind.name]] for kind in KINDS},
        "runs": [
            {"label": one.label, "repositories": one.repositories, "failed": one.failed, **_by_name(one.counts)}
            for one in known.runs
        ],
        "verified": [one.as_dict() for one in known.verified],
    }
    return json.dumps(answer, indent=2) + "\n"


def _by_name(counts: Counter[Stage]) -> dict[str, int]:
    return {stage.value: counts[stage] for stage in STAGES}


def _group(one: Group) -> dict[str, object]:
    return {
        "name": one.name,
        "repositories": len(one.repositories),
        "findings": one.total,
        **_by_name(one.counts),
    }


def as_markdown(known: Overview) -> str:
    """One page of GitHub's Markdown."""
    lines = ["## normfix fleet", "", f"{said(known)}.", *(["", *_effort(known)] if known.repositories else [])]
    for kind in KINDS:
        if known.groups[kind.name]:
            lines += ["", f"### {kind.title}", "", *_table(kind.one, known.groups[kind.name])]
    for release in known.verified:
        lines += ["", f"### On {release.name}", "", f"{release.said}.", *_ways(release)]
    if known.runs:
        lines += ["", "### From run to run", "", *_trend(known.runs)]
    if known.failures:
        lines += ["", "### Not checked", "", "| Repository | Why |", "| --- | --- |"]
        lines += [f"| {prose(name)} | {prose(reason)} |" for name, reason in known.failures]
    return "\n".join(lines) + "\n"


def _effort(known: Overview) -> Iterator[str]:
    yield _row([one.title for one, _ in known.progress.counts])
    yield _row(["---:" for _ in known.progress.counts])
    yield _row([str(count) for _, count in known.progress.counts])


def _table(title: str, groups: Sequence[Group]) -> Iterator[str]:
    yield _row([title, "Repositories", "Findings", *(one.title for one in STAGES)])
    yield _row(["---", *["---:"] * (2 + len(STAGES))])
    for one in groups[:_MOST]:
        name = prose(f"{one.name}: {one.note}" if one.note else one.name)
        yield _row([name, *map(str, (len(one.repositories), one.total, *(one.counts[stage] for stage in STAGES)))])
    if len(groups) > _MOST:
        yield f"\n{len(groups) - _MOST} more are not listed here."


def _ways(release: Release) -> Iterator[str]:
    if release.ways:
        yield "\n| Call | What came of it | Why | Calls | Repositories |\n| --- | --- | --- | ---: | ---: |"
    for one in release.ways[:_MOST]:
        words = (prose(one.call), STATUS_WORDS[one.status], prose(one.reason))
        yield _row([*words, str(one.calls), str(len(one.repositories))])
    if len(release.ways) > _MOST:
        yield f"\n{len(release.ways) - _MOST} more are not listed here."


def _trend(runs: Sequence[Run]) -> Iterator[str]:
    yield _row(["Run", "Repositories", "Failed", "Findings", *(one.title for one in STAGES)])
    yield _row(["---", *["---:"] * (3 + len(STAGES))])
    for one in runs:
        numbers = (one.repositories, one.failed, one.counts.total(), *(one.counts[stage] for stage in STAGES))
        yield _row([prose(one.label), *map(str, numbers)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
