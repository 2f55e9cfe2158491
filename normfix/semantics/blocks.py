"""Blocks of statements, each indexed once: what stands where, which modules are imported, which names are mentioned."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from normfix.semantics.bindings import Bindings, from_module
from normfix.semantics.endings import leaves

_FIELDS = ("body", "orelse", "finalbody")
_ANY = "*"


class Block:
    """Statements that are executed one after the other."""

    def __init__(self, statements: Sequence[ast.stmt]) -> None:
        self.statements = statements
        self._mentions: dict[str, list[int]] = defaultdict(list)
        self._indexed = 0
        self._places = {statement: place for place, statement in enumerate(statements)}

    def __len__(self) -> int:
        return len(self.statements)

    def place(self, statement: ast.stmt) -> int:
        """The index of a statement among the others."""
        return self._places[statement]

    def imports_from(self, module: str) -> Sequence[ast.ImportFrom]:
        """The from-imports of a module, named as `from_module` does."""
        return self._imports.get(module, ())

    def only_imports(self, first: int, last: int) -> bool:
        """Whether nothing but imports stands between two places."""
        return bisect_right(self._others, first) == bisect_left(self._others, last)

    def mentions(self, names: Collection[str], first: int, last: int) -> bool:
        """Whether a statement between two places binds or reads one of some names, or may bind any."""
        mentioned = self._mentioned(last)
        found = (mentioned.get(name, ()) for name in {_ANY, *names})
        return any(bisect_right(places, first) < bisect_left(places, last) for places in found)

    def last_mention(self, names: Collection[str], before: int) -> ast.stmt | None:
        """The last statement above a place that binds or reads one of some names, or may bind any."""
        mentioned = self._mentioned(before)
        every = (mentioned.get(name, ()) for name in {_ANY, *names})
        found = [places[index - 1] for places in every if (index := bisect_left(places, before))]
        return self.statements[max(found)] if found else None

    def exits_above(self, statement: ast.stmt) -> Sequence[ast.If]:
        """Each `if` above a statement that leaves the block where its test holds, and does nothing else."""
        return [one for place, one in self._exits if place < self._places[statement]] if self._exits else []

    @cached_property
    def _exits(self) -> Sequence[tuple[int, ast.If]]:
        every = enumerate(self.statements)
        return [(at, one) for at, one in every if isinstance(one, ast.If) and not one.orelse and leaves(one.body)]

    @cached_property
    def _imports(self) -> Mapping[str, list[ast.ImportFrom]]:
        found: dict[str, list[ast.ImportFrom]] = defaultdict(list)
        for one in self.statements:
            if isinstance(one, ast.ImportFrom):
                found[from_module(one)].append(one)
        return found

    @cached_property
    def _others(self) -> list[int]:
        every = enumerate(self.statements)
        return [place for place, one in every if not isinstance(one, ast.Import | ast.ImportFrom)]

    def _mentioned(self, last: int) -> Mapping[str, list[int]]:
        """Where each name is mentioned, up to a place: most ask about the imports at the top of a long file."""
        for place in range(self._indexed, last):
            for name in set(_names_in(self.statements[place])):
                self._mentions[name].append(place)
        self._indexed = max(self._indexed, last)
        return self._mentions


def block_of(bindings: Bindings, statement: ast.stmt) -> Block:
    """The block that a statement stands in."""
    found = bindings.blocks.get(statement)
    if found is None:
        parent = bindings.parents[statement]
        block = next(block for name in _FIELDS if statement in (block := getattr(parent, name, [])))
        found = Block(block)
        bindings.blocks.update(dict.fromkeys(block, found))
    return found


def _names_in(statement: ast.stmt) -> Iterator[str]:
    """Every name that a statement binds or reads, and `*` for a star import."""
    for part in ast.walk(statement):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.alias):
            yield part.asname or part.name.partition(".")[0]
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            yield part.name or ""
        elif isinstance(part, ast.Global | ast.Nonlocal):
            yield from part.names
