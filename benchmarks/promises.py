"""What a fix must not do to a tree: lose a file, break one that compiled, or change a line without a finding."""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Tree = Mapping[str, bytes]

_IMPORT = re.compile(rb"[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+([\w., \t]+)$", re.MULTILINE)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def changed_files(before: Tree, after: Tree) -> tuple[str, ...]:
    return tuple(path for path in sorted(before) if path in after and before[path] != after[path])


def broken_promises(before: Tree, after: Tree, findings: Sequence[Mapping[str, Any]], work: Path) -> Iterator[str]:
    """One line for each file that was lost, does not compile any more, or changed where there was no finding."""
    if before.keys() != after.keys():
        yield f"files came or went: {sorted(before.keys() ^ after.keys())}"
    allowed = touched_lines(findings, work)
    for path in changed_files(before, after):
        old, new = before[path], after[path]
        if compiles(old) and not compiles(new):
            yield f"{path}: does not compile after the fix"
        stray = [min(rows) for rows in changes(old, new) if rows.isdisjoint(allowed.get(path, set()))]
        if stray:
            yield f"{path}: changed without a finding at line {min(stray)}"


def touched_lines(findings: Sequence[Mapping[str, Any]], work: Path) -> dict[str, set[int]]:
    """For each file the lines on which a finding or one of its edits lies."""
    lines: dict[str, set[int]] = {}
    for finding in findings:
        name = Path(finding["filename"])
        path = (name if name.is_absolute() else Path.cwd() / name).resolve().relative_to(work).as_posix()
        edits = (finding.get("fix") or {}).get("edits", [])
        for place in (finding, *edits):
            rows = range(place["location"]["row"], place["end_location"]["row"] + 1)
            lines.setdefault(path, set()).update(rows)
    return lines


def changes(old: bytes, new: bytes) -> Iterator[frozenset[int]]:
    """Each changed place as the lines of `old` (1-based) of which one has to be allowed.

    A line that `new` lacks or alters stands for itself, an import that nothing reads any more for none. An insertion
    counts as the line that it stands before; between equal lines, as any before which it may have been put.
    """
    first, second = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, start, end, begin, stop in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "insert":
            slides = 0
            while stop + slides < len(second) and second[begin + slides] == second[stop + slides]:
                slides += 1
            yield frozenset(range(start + 1, start + slides + 2))
        elif kind != "equal":
            lines = range(start, end)
            yield from (frozenset({one + 1}) for one in lines if not _is_unread(first[one], new))


def _is_unread(line: bytes, code: bytes) -> bool:
    """Whether a line is an import of names that do not stand in some code."""
    found = _IMPORT.match(line)
    names = [one.split()[-1] for one in found[1].split(b",") if one.split()] if found else []
    return bool(names) and not any(re.search(rb"\b" + re.escape(name) + rb"\b", code) for name in names)


def compiles(data: bytes) -> bool:
    """Whether Python makes byte code of it; more than parsing: a misplaced `__future__` import fails here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "<file>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True
