"""Import statements that fit: on a line where the project's width allows, else a name a line; and those left alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from normfix.checks.sites import Scan, once_per_scan, span_of
from normfix.fixes.blocks import line_bounds

_SKIP = re.compile(r"#\s*(?:isort:\s*skip|fmt:\s*skip|yapf:\s*disable)\b")
_OFF = re.compile(r"#\s*(isort|fmt|yapf)\s*:\s*(off|on|disable|enable)\b")
_STARTS = ("off", "disable")
_INDENT = "    "


@once_per_scan
def width(scan: Scan) -> int:
    """How many characters a line may have: as the project's formatter is told, else as the longest line of the file."""
    # Few files have imports that meet: only they pay for reading the project's settings.
    from normfix.config.line_length import line_length  # noqa: PLC0415

    path = Path(scan.source.path)
    said = scan.project.remembered((line_length, path.parent), lambda: line_length(path))
    return said or max((len(line) for line in scan.source.text.splitlines()), default=0)


def import_text(scan: Scan, node: ast.stmt, module: str, clauses: Sequence[str], *, at_least: int = 0) -> str:
    """A from-import that stands where `node` does, in brackets with a name a line where it would be too wide.

    `at_least` are the characters that it may have however short the lines of the file are.
    """
    start = span_of(scan.source, node).start
    first, _ = line_bounds(scan.source.text, start, start)
    indent = scan.source.text[first:start]
    line = f"from {module} import {', '.join(clauses)}"
    if len(indent) + len(line) <= max(width(scan), at_least):
        return line
    margin = indent if not indent.strip() else ""
    names = "".join(f"{margin}{_INDENT}{clause},{scan.source.newline}" for clause in clauses)
    return f"from {module} import ({scan.source.newline}{names}{margin})"


def has_room(scan: Scan, node: ast.ImportFrom, clauses: Sequence[str]) -> bool:
    """Whether the last line of a statement with names can take some more."""
    name = span_of(scan.source, node.names[-1])
    first, after = line_bounds(scan.source.text, name.start, name.end)
    line = scan.source.text[first:after].rstrip()
    alone = len(node.names) > 1 and not scan.source.text[first : name.start].strip()
    more = 0 if alone else sum(len(clause) + 2 for clause in clauses)
    return len(line) + more <= width(scan)


def left_alone(scan: Scan, node: ast.stmt) -> bool:
    """Whether a comment tells tools to leave the lines of a statement as they are."""
    span = span_of(scan.source, node)
    first, after = line_bounds(scan.source.text, span.start, span.end)
    if _SKIP.search(scan.source.text, first, after):
        return True
    return any(start <= node.lineno <= end for start, end in _switched_off(scan))


@once_per_scan
def _switched_off(scan: Scan) -> tuple[tuple[int, int], ...]:
    """The lines between the comments that switch a tool off and on again."""
    if not _OFF.search(scan.source.text):
        return ()
    lines = scan.source.text.splitlines()
    found: list[tuple[int, int]] = []
    open_at: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        switch = _OFF.search(line)
        if switch is None:
            continue
        if switch[2] in _STARTS:
            open_at.setdefault(switch[1], number)
        elif switch[1] in open_at:
            found.append((open_at.pop(switch[1]), number))
    return (*found, *((start, len(lines)) for start in open_at.values()))
