"""Statements among their neighbours: the line of one, whether it can go, and what is written beside it."""

from __future__ import annotations

import ast

from normfix.checks.sites import span_of
from normfix.semantics.bindings import Bindings
from normfix.semantics.blocks import block_of
from normfix.source.text import Edit, SourceText


def line_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of the first character of the line at `start` and of the first one after the line at `end`."""
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    after = end
    while after < len(text) and text[after] not in "\r\n":
        after += 1
    after += 2 if text[after : after + 2] == "\r\n" else 1
    return first, min(after, len(text))


def stands_alone(source: SourceText, statement: ast.stmt) -> bool:
    """Whether nothing else, not even a comment, shares the statement's lines."""
    span = span_of(source, statement)
    first, after = line_bounds(source.text, span.start, span.end)
    return not source.text[first : span.start].strip() and not source.text[span.end : after].strip()


def removable(source: SourceText, bindings: Bindings, statement: ast.stmt) -> bool:
    """Whether a statement can be deleted with its line and leave a block that still has one."""
    return stands_alone(source, statement) and len(block_of(bindings, statement)) > 1


def remove_statement(source: SourceText, statement: ast.stmt) -> Edit:
    """An edit that deletes a statement with its line."""
    span = span_of(source, statement)
    first, after = line_bounds(source.text, span.start, span.end)
    return Edit(first, after, "")


def insert_below(source: SourceText, statement: ast.stmt, lines: str) -> Edit:
    """An edit that puts one statement on a line of its own below `statement`, indented like it."""
    span = span_of(source, statement)
    first, after = line_bounds(source.text, span.start, span.end)
    line = source.text[first : span.start]
    indent = line[: len(line) - len(line.lstrip())]
    ends_open = after == len(source.text) and not source.text.endswith(("\n", "\r"))
    if ends_open:
        return Edit(after, after, f"{source.newline}{indent}{lines}")
    return Edit(after, after, f"{indent}{lines}{source.newline}")


def insert_above(source: SourceText, statement: ast.stmt, lines: str) -> Edit | None:
    """An edit that puts one statement on a line of its own above `statement`; None where that does not begin a line."""
    span = span_of(source, statement)
    first, _ = line_bounds(source.text, span.start, span.start)
    indent = source.text[first : span.start]
    return Edit(first, first, f"{indent}{lines}{source.newline}") if not indent.strip() else None
