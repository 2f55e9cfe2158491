"""Which names and calls of a file are worth resolving: resolving is what costs, and most names lead nowhere."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from normfix.semantics.bindings import Bindings, CallSite
from normfix.semantics.chains import literal_string
from normfix.semantics.elsewhere import Elsewhere
from normfix.semantics.meaning import Meaning
from normfix.semantics.scopes import Binding, BindingKind, Reference
from normfix.table.misspellings import meant_layer
from normfix.table.table import Table

PARTIAL = "functools.partial"


@dataclass(frozen=True, slots=True)
class Relevance:
    """Names that may lead to a library of the table (`interesting`), or be one of its symbols (`bearing`).

    `words` are the last components of all that the table speaks of; `partial` the names of functools.partial; `own`
    those of imports from files of the project that have to do with normalization.
    """

    interesting: frozenset[str]
    bearing: frozenset[str]
    partial: frozenset[str]
    words: frozenset[str]
    own: frozenset[str]

    def follows(self, reference: Reference) -> bool:
        """Whether a reference may be a symbol of the table."""
        return reference.name in self.bearing or not self.words.isdisjoint(reference.attributes)

    def may_be_symbol(self, node: ast.expr) -> bool:
        """Whether an expression may be a symbol of the table."""
        if isinstance(node, ast.Attribute):
            return node.attr in self.words
        return isinstance(node, ast.Name) and node.id in self.bearing

    def calls(self, bindings: Bindings) -> list[CallSite]:
        """The calls whose arguments a rule may speak of."""
        return [call for call in bindings.calls if self._callable(call.node.func)]

    def _callable(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Attribute) and function.attr == "partial":
            return True
        if isinstance(function, ast.Call):
            return literal_string(function) in self.words
        return self.may_be_symbol(function) or (isinstance(function, ast.Name) and function.id in self.partial)


def relevance(bindings: Bindings, table: Table, elsewhere: Elsewhere) -> Relevance:
    """Sort the names of a file, by what somewhere in it they are bound to; `elsewhere` is the rest of the project."""
    every = [binding for scope in bindings.scopes.values() for group in scope.bindings.values() for binding in group]
    words = table.symbol_names | table.function_names | _misspellings(bindings, table)
    given = [one for one in every if one.path and one.path.partition(".")[0] not in table.roots]
    renamed = frozenset(one.name for one in given if _is_symbol(elsewhere.meaning(str(one.path)), words))
    renamed |= _brought_by_stars(bindings, words, elsewhere)
    words |= _read_off_modules(bindings, given, words, elsewhere)
    imported = [one for one in every if one.path and one.path.partition(".")[0] in table.roots]
    interesting = {one.name for one in imported}
    bearing = {one.name for one in imported if str(one.path).rpartition(".")[2] in words} | words | renamed
    interesting |= renamed
    if any(scope.stars for scope in bindings.scopes.values()):
        interesting |= table.symbol_names
    links = _links(bindings, every, words, table)
    _follow(links, interesting, bearing)
    partial = partial_names(every)
    own = frozenset(one.name for one in given if elsewhere.speaks(f"{one.path}."))
    return Relevance(frozenset(interesting), frozenset(bearing), partial, words, own)


def partial_names(every: Iterable[Binding]) -> frozenset[str]:
    """The names of functools.partial among bindings."""
    return frozenset(one.name for one in every if one.path == PARTIAL)


def _is_symbol(meaning: Meaning, words: frozenset[str]) -> bool:
    """Whether something of the project may be a symbol of the table under a name of its own."""
    return any(path.rpartition(".")[2] in words for path in meaning.paths)


def _brought_by_stars(bindings: Bindings, words: frozenset[str], elsewhere: Elsewhere) -> frozenset[str]:
    """The names of their own for symbols that star imports bring from files of the project."""
    modules = {star.module for scope in bindings.scopes.values() for star in scope.stars}
    used = {one.name for one in bindings.references if one.name} if modules else set()
    names = used - bindings.module.bindings.keys()
    starts = [module if module.endswith(".") else f"{module}." for module in modules]
    return frozenset(
        name for name in names for start in starts if _is_symbol(elsewhere.meaning(f"{start}{name}"), words)
    )


def _read_off_modules(
    bindings: Bindings, given: Sequence[Binding], words: frozenset[str], elsewhere: Elsewhere
) -> frozenset[str]:
    """The attributes by which symbols are read off modules of the project (`ops.BN`)."""
    modules = {one.name: str(one.path) for one in given}
    chains = {(one.name, *one.attributes) for one in bindings.references if one.attributes and one.name in modules}
    found: set[str] = set()
    for name, *attributes in chains:
        for depth in range(1, len(attributes) + 1):
            path = ".".join((modules[name], *attributes[:depth]))
            if attributes[depth - 1] not in words and _is_symbol(elsewhere.meaning(path), words):
                found.add(attributes[depth - 1])
    return frozenset(found)


def _misspellings(bindings: Bindings, table: Table) -> frozenset[str]:
    """Attributes that look like a layer whose name is misspelled."""
    layers = frozenset(table.layers)
    attributes = {name for one in bindings.references for name in one.attributes if "orm" in name}
    return frozenset(name for name in attributes if meant_layer(name, layers) is not None)


_Link = tuple[str, frozenset[str], bool]
"""A name, the names that it may go back to, and whether there may be a symbol on the way."""


def _links(bindings: Bindings, every: Sequence[Binding], words: frozenset[str], table: Table) -> list[_Link]:
    """What aliases and functions of a file go back to: a function to what it returns."""
    written = [one for one in every if isinstance(one.node, ast.FunctionDef)]
    foreign = {one.name for one in every if one.path and one.path.partition(".")[0] not in table.roots}
    callees = _Callees(frozenset(one.name for one in written), frozenset(foreign | {"getattr"}))
    aliases = ((one.name, [one.value]) for one in every if one.kind is BindingKind.ALIAS and one.value)
    functions = (
        (one.name, [node.value for node in bindings.returns.get(one.node, ()) if node.value]) for one in written
    )
    return [_link(name, values, words, callees) for name, values in (*aliases, *functions) if values]


def _follow(links: Sequence[_Link], interesting: set[str], bearing: set[str]) -> None:
    """Add the names that go back to those of both sets, each link again only when a name that it uses has come in."""
    using: dict[str, list[_Link]] = defaultdict(list)
    for link in links:
        for one in link[1]:
            using[one].append(link)
    waiting = [*links]
    while waiting:
        name, used, bears = waiting.pop()
        if used.isdisjoint(interesting):
            continue
        bears = bears or not used.isdisjoint(bearing)
        if name not in interesting or (bears and name not in bearing):
            waiting += using[name]
        interesting.add(name)
        if bears:
            bearing.add(name)


@dataclass(frozen=True, slots=True)
class _Callees:
    """Names whose calls may come to something: functions of this file, and what may return anything at all."""

    written: frozenset[str]
    foreign: frozenset[str]


def _link(name: str, values: Sequence[ast.expr], words: frozenset[str], callees: _Callees) -> _Link:
    names: set[str] = set()
    bears = False
    stack = list(values)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute | ast.NamedExpr):
            bears = bears or (isinstance(node, ast.Attribute) and node.attr in words)
            stack.append(node.value)
        elif isinstance(node, ast.Call):
            root = _root(node.func)
            if root in callees.foreign:
                # What such a function returns may depend on anything that it is given.
                names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                bears = True
            elif root in callees.written:
                names.add(root)
        elif isinstance(node, ast.IfExp):
            stack += (node.body, node.orelse)
        elif isinstance(node, ast.BoolOp):
            stack += node.values
    return name, frozenset(names), bears


def _root(node: ast.expr) -> str:
    """The first name of a chain of attributes; empty for anything else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
