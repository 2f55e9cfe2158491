"""Imports of several modules that are one module today: they become one import."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from normfix.checks.sites import Scan
from normfix.fixes.binding_order import crosses
from normfix.fixes.imports import MovedName
from normfix.fixes.width import has_room, left_alone, width
from normfix.semantics.blocks import Block, block_of

Moves = Mapping[ast.Import | ast.ImportFrom, Collection[MovedName]]
"""Where the names of import statements go that can be trusted equally far."""


class MergedImports:
    """The import statements of each block that move to the same module as a whole."""

    def __init__(self, scan: Scan, moves: Moves) -> None:
        self._scan = scan
        self._moves = moves
        self._alike: dict[tuple[Block, int, str], list[ast.ImportFrom]] = defaultdict(list)
        for node in moves:
            if isinstance(node, ast.ImportFrom) and self._is_whole(node) and not left_alone(scan, node):
                self._alike[self._group(node)].append(node)
        self._short = {group: self._is_short(nodes) for group, nodes in self._alike.items()}

    def first(self, node: ast.Import | ast.ImportFrom) -> ast.ImportFrom | None:
        """An earlier import of the same block, all of which moves to the module that all of `node` moves to."""
        if not isinstance(node, ast.ImportFrom) or not self._is_whole(node):
            return None
        group = self._group(node)
        first = next(iter(self._alike.get(group, ())), None)
        if first is None or first is node or left_alone(self._scan, node):
            return None
        wanted = {target.clause for target in self._moves[node]}
        missing = wanted.difference(target.clause for target in self._moves[first])
        on_lines = (first.end_lineno or first.lineno) > first.lineno
        fits = has_room(self._scan, first, sorted(missing)) if on_lines else self._short[group]
        names = {target.local for target in self._moves[node]}
        return first if (fits or not missing) and not crosses(self._scan, node, first, names) else None

    def _group(self, node: ast.ImportFrom) -> tuple[Block, int, str]:
        part, _ = self._scan.source.part_of(node.lineno)
        return block_of(self._scan.bindings, node), part, next(target.module for target in self._moves[node])

    def _is_short(self, nodes: Sequence[ast.ImportFrom]) -> bool:
        """Whether all the names of some statements fit on a line."""
        every = [target for one in nodes for target in self._moves[one]]
        clauses = dict.fromkeys(target.clause for target in every)
        line = f"from {every[0].module} import {', '.join(clauses)}"
        return nodes[0].col_offset + len(line) <= width(self._scan)

    def _is_whole(self, node: ast.ImportFrom) -> bool:
        """Whether every name of a statement moves, and all to one module."""
        found = self._moves.get(node, ())
        return len(found) == len(node.names) and len({target.module for target in found}) == 1
