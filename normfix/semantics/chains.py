"""Chains of names and attributes, and expressions as text, of whatever depth."""

from __future__ import annotations

import ast


def dotted(node: ast.expr) -> str:
    """A name with its attributes, as `a.b.c`; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))


def written(node: ast.expr) -> str:
    """An expression as `ast` writes it; one that is too deep for that, as a text that no other has."""
    chain = dotted(node)
    if chain:
        return chain
    try:
        return ast.unparse(node)
    except RecursionError:
        return f"<{node.lineno}:{node.col_offset}>"
