"""Which names and calls of a file are worth resolving: resolving is what costs, and most names lead nowhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from normfix.scan.bindings import Bindings, CallSite
from normfix.scan.scopes import Binding, BindingKind, Reference
from normfix.slips import meant_layer
from normfix.table import Table

_PARTIAL = "functools.partial"


@dataclass(frozen=True, slots=True)
class Relevance:
    """Names that may lead to a library of the table (`interesting`), or be one of its symbols (`bearing`).

    `words` are the last components of all that the table speaks of; `partial` the names of functools.partial.
    """

    interesting: frozenset[str]
    bearing: frozenset[str]
    partial: frozenset[str]
    words: frozenset[str]

    def follows(self, reference: Reference) -> bool:
        """Whether a reference may be a symbol of the table."""
        return reference.name in self.bearing or not self.words.isdisjoint(reference.attributes)

    def calls(self, bindings: Bindings) -> list[CallSite]:
        """The calls whose arguments a rule may speak of."""
        return [call for call in bindings.calls if self._callable(call.node.func)]

    def _callable(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Attribute):
            return function.attr in self.words or function.attr == "partial"
        return isinstance(function, ast.Name) and (function.id in self.bearing or function.id in self.partial)


def relevance(bindings: Bindings, table: Table) -> Relevance:
    """Sort the names of a file, by what somewhere in it they are bound to."""
    every = [binding for scope in bindings.scopes.values() for group in scope.bindings.values() for binding in group]
    words = table.symbol_names | table.function_names | _slips(bindings, table)
    imported = [one for one in every if one.path and one.path.partition(".")[0] in table.roots]
    interesting = {one.name for one in imported}
    libraries = frozenset(interesting)
    bearing = {one.name for one in imported if str(one.path).rpartition(".")[2] in words} | words
    if any(scope.stars for scope in bindings.scopes.values()):
        interesting |= table.symbol_names
    aliases = [_alias(one, words, libraries) for one in every if one.kind is BindingKind.ALIAS and one.value]
    grown = True
    while grown:
        before = len(interesting) + len(bearing)
        for name, used, bears in aliases:
            if not used.isdisjoint(interesting):
                interesting.add(name)
                if bears or not used.isdisjoint(bearing):
                    bearing.add(name)
        grown = len(interesting) + len(bearing) > before
    partial = frozenset(one.name for one in every if one.path == _PARTIAL)
    return Relevance(frozenset(interesting), frozenset(bearing), partial, words)


def _slips(bindings: Bindings, table: Table) -> frozenset[str]:
    """Attributes that look like a layer with a slip in its name."""
    layers = frozenset(table.layers)
    attributes = {name for one in bindings.references for name in one.attributes if "orm" in name}
    return frozenset(name for name in attributes if meant_layer(name, layers) is not None)


def _alias(binding: Binding, words: frozenset[str], libraries: frozenset[str]) -> tuple[str, frozenset[str], bool]:
    """An alias, the names that its value may go back to, and whether the value itself may be a symbol."""
    assert binding.value is not None
    parts = list(_parts(binding.value))
    names = frozenset(part.id for part in parts if isinstance(part, ast.Name))
    bears = any(isinstance(part, ast.Attribute) and part.attr in words for part in parts)
    if any(isinstance(part, ast.Call) for part in parts) and not names <= libraries:
        # What a function of the project returns may depend on anything that it is given.
        return binding.name, frozenset(part.id for part in ast.walk(binding.value) if isinstance(part, ast.Name)), True
    return binding.name, names, bears


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """The parts of an expression that decide what it means."""
    stack = [value]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.Attribute | ast.NamedExpr):
            stack.append(node.value)
        elif isinstance(node, ast.Call):
            stack.append(node.func)
        elif isinstance(node, ast.IfExp):
            stack += (node.body, node.orelse)
        elif isinstance(node, ast.BoolOp):
            stack += node.values
