"""What is written above a statement of a module: clear of its decorators and of the comments that belong to it."""

from __future__ import annotations

import ast

from normfix.checks.sites import Scan, span_of
from normfix.fixes.blocks import line_bounds
from normfix.source.text import Edit


def above_statement(scan: Scan, statement: ast.stmt, lines: str) -> list[Edit]:
    """Edits that put some lines above a statement of the module, its decorators and the comments on it."""
    decorators = getattr(statement, "decorator_list", [])
    span = span_of(scan.source, decorators[0] if decorators else statement)
    text, newline = scan.source.text, scan.source.newline
    start, _ = line_bounds(text, span.start, span.start)
    while start:
        before, _ = line_bounds(text, start - 1, start - 1)
        if not text.startswith("#", before) or before == 0:
            break
        start = before
    above = text[:start]
    gap = "" if not above or above.endswith(newline * 3) else newline if above.endswith(newline * 2) else newline * 2
    # Two functions at one place share the lines above them.
    return [Edit(start, start, one) for one in (gap, f"{lines}{newline}{newline}") if one]
