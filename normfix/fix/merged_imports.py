"""Imports of several modules that are one module today: they become one import."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence

from normfix.checks.sites import Scan
from normfix.fix.binding_order import crosses
from normfix.fix.blocks import block_of
from normfix.fix.imports import MovedName

_LINE = 100

Moves = Mapping[ast.Import | ast.ImportFrom, Collection[MovedName]]
"""Where the names of import statements go that can be trusted equally far."""


def landing_of(scan: Scan, node: ast.Import | ast.ImportFrom, moves: Moves) -> ast.ImportFrom | None:
    """An earlier import of the same block, all of which moves to the module that all of `node` moves to."""
    if not isinstance(node, ast.ImportFrom) or not _whole(node, moves):
        return None
    wanted = {target.clause for target in moves[node]}
    block = block_of(scan.bindings, node)
    alike = [
        one
        for one in block
        if isinstance(one, ast.ImportFrom) and _whole(one, moves) and _module(one, moves) == _module(node, moves)
    ]
    first = alike[0]
    apart = wanted.isdisjoint(target.clause for target in moves[first])
    on_lines = (first.end_lineno or first.lineno) > first.lineno
    if first is node or not apart or not (on_lines or _is_short(alike, moves)):
        return None
    return None if crosses(scan, node, first, {target.local for target in moves[node]}) else first


def _is_short(statements: Sequence[ast.ImportFrom], moves: Moves) -> bool:
    """Whether all the names of some statements fit on a line."""
    clauses = [target.clause for one in statements for target in moves[one]]
    return len(f"from {_module(statements[0], moves)} import {', '.join(clauses)}") <= _LINE


def _whole(node: ast.ImportFrom, moves: Moves) -> bool:
    """Whether every name of a statement moves, and all to one module."""
    found = moves.get(node, ())
    return len(found) == len(node.names) and len({target.module for target in found}) == 1


def _module(node: ast.ImportFrom, moves: Moves) -> str:
    return next(target.module for target in moves[node])
