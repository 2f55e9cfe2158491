"""What a fix must not do to a tree: lose a file, break one that compiled, or change a line without a finding."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Tree = Mapping[str, bytes]


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
        stray = changed_lines(old, new) - allowed.get(path, set())
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


def changed_lines(old: bytes, new: bytes) -> set[int]:
    """Lines of `old` (1-based) that `new` lacks or alters; an insertion counts as the line that it stands before."""
    first, second = old.splitlines(keepends=True), new.splitlines(keepends=True)
    changed: set[int] = set()
    for kind, start, end, _, _ in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "insert":
            changed.add(start + 1)
        elif kind != "equal":
            changed.update(range(start + 1, end + 1))
    return changed


def compiles(data: bytes) -> bool:
    """Whether Python makes byte code of it; more than parsing: a misplaced `__future__` import fails here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "<file>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True
