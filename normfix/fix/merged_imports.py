"""Imports of several modules that are one module today: they become one import."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence

from normfix.checks.sites import Scan
from normfix.fix.binding_order import crosses
from normfix.fix.blocks import block_of
from normfix.fix.imports import MovedName
from normfix.fix.width import has_room, left_alone, width

Moves = Mapping[ast.Import | ast.ImportFrom, Collection[MovedName]]
"""Where the names of import statements go that can be trusted equally far."""


def landing_of(scan: Scan, node: ast.Import | ast.ImportFrom, moves: Moves) -> ast.ImportFrom | None:
    """An earlier import of the same block, all of which moves to the module that all of `node` moves to."""
    if not isinstance(node, ast.ImportFrom) or not _whole(node, moves) or left_alone(scan, node):
        return None
    wanted = {target.clause for target in moves[node]}
    block = block_of(scan.bindings, node)
    alike = [
        one
        for one in block
        if isinstance(one, ast.ImportFrom) and _whole(one, moves) and _module(one, moves) == _module(node, moves)
        if not left_alone(scan, one)
    ]
    first = alike[0]
    apart = wanted.isdisjoint(target.clause for target in moves[first])
    on_lines = (first.end_lineno or first.lineno) > first.lineno
    fits = has_room(scan, first, sorted(wanted)) if on_lines else _is_short(scan, alike, moves)
    if first is node or not apart or not fits:
        return None
    return None if crosses(scan, node, first, {target.local for target in moves[node]}) else first


def _is_short(scan: Scan, statements: Sequence[ast.ImportFrom], moves: Moves) -> bool:
    """Whether all the names of some statements fit on a line."""
    clauses = [target.clause for one in statements for target in moves[one]]
    line = f"from {_module(statements[0], moves)} import {', '.join(clauses)}"
    return statements[0].col_offset + len(line) <= width(scan)


def _whole(node: ast.ImportFrom, moves: Moves) -> bool:
    """Whether every name of a statement moves, and all to one module."""
    found = moves.get(node, ())
    return len(found) == len(node.names) and len({target.module for target in found}) == 1


def _module(node: ast.ImportFrom, moves: Moves) -> str:
    return next(target.module for target in moves[node])
