"""The closing words of a run, for stderr, and the counts that `--statistics` prints."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from normfix.report import Result, Totals, fixable, in_order
from normfix.table.table import Table


def check_summary(found: Totals, *, unsafe_fixes: bool) -> str:
    """What `check` says at the end."""
    if not found.remaining + found.notes:
        return "All checks passed!\n"
    lines = [f"Found {_counted(found)}."]
    if unsafe_fixes and found.safe + found.unsafe:
        lines.append(f"[*] {found.safe + found.unsafe} fixable with `normfix fix --unsafe-fixes`.")
    elif found.safe:
        hidden = f" ({_hidden(found.unsafe)})" if found.unsafe else ""
        lines.append(f"[*] {found.safe} fixable with `normfix fix`{hidden}.")
    elif found.unsafe:
        lines.append(f"No fixes available ({_hidden(found.unsafe)}).")
    return "".join(line + "\n" for line in lines)


def fix_summary(found: Totals, *, unsafe_fixes: bool, written: bool = True, declined: int = 0) -> str:
    """What `fix` says at the end; `written` is false where the fixes were only shown.

    `declined` are those of the remaining ones whose fix a person did not want.
    """
    if not found.fixed + found.remaining + found.notes:
        return "All checks passed!\n"
    verb = "fixed" if written else "would be fixed"
    left = found.remaining + found.notes
    said = [f"{found.fixed} {verb}", *([f"{declined} declined"] if declined else []), f"{left - declined} remaining"]
    lines = [f"Found {_plural(found.fixed + left, 'problem')} ({', '.join(said)})."]
    if found.unsafe and not unsafe_fixes:
        lines.append(f"{_hidden(found.unsafe)[0].upper()}{_hidden(found.unsafe)[1:]}.")
    return "".join(line + "\n" for line in lines)


def silence_summary(found: Totals, *, written: bool) -> str:
    """What `check --add-noqa` says at the end."""
    left = found.remaining + found.notes
    if not found.fixed + left:
        return "All checks passed!\n"
    verb = "silenced" if written else "would be silenced"
    return f"Found {_plural(found.fixed + left, 'problem')} ({found.fixed} {verb}, {left} remaining).\n"


def beside_baseline(file: str, known: int, gone: int) -> str:
    """What is said of a baseline: how much of what was found is in it, and how much of it was not found."""
    lines = [f"{_plural(known, 'more problem')} in the baseline {file}."] if known else []
    if gone:
        are = "is" if gone == 1 else "are"
        cure = "`normfix baseline update` takes out what is gone"
        lines.append(f"{_plural(gone, 'problem')} of the baseline {file} {are} no longer there: {cure}.")
    return "".join(line + "\n" for line in lines)


def statistics(results: Sequence[Result], table: Table, *, as_json: bool, unsafe_fixes: bool = False) -> str:
    """How often each rule was met, the most frequent first; `[*]` where all of its findings would be fixed."""
    findings = in_order(results)
    counts = Counter(finding.code for finding in findings)
    stuck = {finding.code for finding in findings if not fixable(finding, unsafe_fixes)}
    rows = [
        {"code": code, "name": rule.slug if (rule := table.rules.get(code)) else "", "count": count}
        | {"fixable": code not in stuck}
        for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]
    if as_json:
        return json.dumps(rows, indent=2) + "\n"
    width = max((len(str(row["count"])) for row in rows), default=0)
    mark = {True: "[*]", False: "[ ]"}
    lines = (f"{row['count']:>{width}}  {row['code']}  {mark[bool(row['fixable'])]}  {row['name']}" for row in rows)
    return "".join(line.rstrip() + "\n" for line in lines)


def _counted(found: Totals) -> str:
    parts = [_plural(found.remaining, "problem")] if found.remaining else []
    if found.warnings:
        errors = found.remaining - found.warnings
        parts = [f"{parts[0]} ({_plural(errors, 'error')}, {_plural(found.warnings, 'warning')})"]
    parts += [_plural(found.notes, "note")] if found.notes else []
    return " and ".join(parts)


def _hidden(count: int) -> str:
    return f"{count} hidden {'fix' if count == 1 else 'fixes'} can be enabled with the `--unsafe-fixes` option"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")
