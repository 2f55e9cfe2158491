"""How `fix` ends: what was fixed, suggested, withheld and left to the person, and the commands that come next."""

from __future__ import annotations

import os
import shlex
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from normfix.checks.finding import Finding, Severity
from normfix.checks.findings import CANNOT_DO
from normfix.report import Result, in_order, shown
from normfix.table.table import Grade, Table

_WIDTH = 110
_NARROWEST = 40
_MOST_REASONS = 6
_MOST_PATHS = 3
_LABELS = ("fixed", "suggested", "withheld", "left to you", "nothing to do")


def ending(
    results: Sequence[Result],
    table: Table,
    paths: Sequence[str],
    *,
    unsafe_fixes: bool = False,
    width: int | None = None,
) -> str:
    """The table and the next commands, behind a blank line each; empty where there was nothing to fix."""
    room = max(min(width or _WIDTH, _WIDTH), _NARROWEST)
    remaining = [finding for finding in in_order(results) if finding.code not in CANNOT_DO]
    groups: dict[str, list[Finding]] = {label: [] for label in _LABELS}
    groups["fixed"] = [finding for result in results for finding in result.fixed]
    for finding in remaining:
        groups[_group(finding, table)].append(finding)
    there = {label: found for label, found in groups.items() if found}
    if not there:
        return ""
    rows = [line for label, found in there.items() for line in _rows(label, found, room)]
    commands = _commands(groups, paths, unsafe_fixes, room)
    return "\n" + "".join(f"{line}\n" for line in (*rows, "", *commands))


def _group(finding: Finding, table: Table) -> str:
    rule = table.rules.get(finding.code)
    if finding.fix is not None:
        return "suggested"
    if finding.severity is Severity.INFO:
        return "nothing to do"
    by_hand = rule is None or rule.grade is Grade.NONE or finding.withheld in (None, "", rule.advice)
    return "left to you" if by_hand else "withheld"


def _rows(label: str, found: Sequence[Finding], room: int) -> Iterator[str]:
    head = f"  {label:<13} {len(found):>5}  "
    if label == "withheld":
        reasons = Counter(str(finding.withheld) for finding in found).most_common()
        lines = [line for reason, count in reasons[:_MOST_REASONS] for line in _reason(reason, count, room - len(head))]
        if len(reasons) > _MOST_REASONS:
            lines.append(f"and {len(reasons) - _MOST_REASONS} more reasons")
    else:
        codes = Counter(finding.code for finding in found)
        text = ", ".join(f"{code} ({count})" if count > 1 else code for code, count in sorted(codes.items()))
        lines = textwrap.wrap(text, room - len(head))
    for index, line in enumerate(lines):
        yield (head if index == 0 else " " * len(head)) + line


def _reason(reason: str, count: int, room: int) -> list[str]:
    times = f" ({count} times)" if count > 1 else ""
    return textwrap.wrap(" ".join(reason.split()) + times, room, subsequent_indent="  ")


def _commands(groups: dict[str, list[Finding]], paths: Sequence[str], unsafe_fixes: bool, room: int) -> list[str]:
    """The three commands that come next, those that have nothing to do here left out."""
    rows = []
    if groups["suggested"]:
        again = "--unsafe-fixes" if not unsafe_fixes else "--interactive"
        where = _where(paths, groups["suggested"])
        rows.append((f"normfix fix {again} {where}", "make the suggested fixes as well: read their notes first"))
    if groups["fixed"] or groups["suggested"]:
        where = _where(paths, [*groups["fixed"], *groups["suggested"]])
        rows.append((f"normfix verify {where}", "build and run every normalization call on your TensorFlow"))
    for label in ("left to you", "withheld", "suggested", "fixed"):
        if groups[label]:
            rows.append((f"normfix rule {groups[label][0].code}", "what the rule says, and what to write by hand"))
            break
    width = max((len(command) for command, _ in rows), default=0)
    lines = [f"  {command:<{width}}  {purpose}" for command, purpose in rows]
    if max(map(len, lines), default=0) <= room:
        return lines
    purposes = (textwrap.fill(purpose, room, initial_indent="    ", subsequent_indent="    ") for _, purpose in rows)
    return [f"  {command}\n{purpose}" for (command, _), purpose in zip(rows, purposes, strict=True)]


def _where(paths: Sequence[str], findings: Sequence[Finding]) -> str:
    """The paths of a command that can be pasted: those named, else the files with the findings, or their folder."""
    named = [*paths] or [os.curdir]
    if len(named) > _MOST_PATHS:
        named = list(dict.fromkeys(one.path for one in findings))
    if len(named) > _MOST_PATHS:
        named = [shown(os.path.commonpath([os.path.abspath(path) for path in named]))]  # noqa: PTH100 - drops `..`
    return shlex.join(named)
