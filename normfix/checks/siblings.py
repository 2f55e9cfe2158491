"""What fails beside a normalization: names of modules that moved, and modules that are gone.

`from keras.layers.core import Dense` dies on the next line once the normalization above it is mended.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from normfix.checks.nominate import Nominator, imported_path
from normfix.checks.sites import Site
from normfix.prefilter.imports import stands_alone
from normfix.semantics.meaning import Meaning
from normfix.semantics.scopes import Reference
from normfix.table.entries import Entry, Match
from normfix.table.table import Kind, Table

_PRIVATE = "tensorflow.python."
_Known = dict[tuple[str, tuple[str, ...], bool], tuple[Match, int] | None]


def sibling_sites(nominator: Nominator, interesting: frozenset[str], *, keras: bool) -> Iterator[Site]:
    """The sites beside a normalization; `keras` when one of the file's normalizations is a Keras layer.

    Private Keras modules only count beside a Keras layer: elsewhere they work, and moving some of them would mix
    private and public classes.
    """
    for site in nominator.bindings.imports:
        for alias in site.node.names:
            if alias.name == "*" or alias in nominator.nominated:
                continue
            path = imported_path(site, alias)
            match = dead_module(nominator.table, path) or _moved(nominator.table, path)
            if match is None and path in nominator.table.ended and not _is_used(nominator, alias):
                match = _gone_module(nominator.table, path)
            if match is not None and (keras or not path.startswith(_PRIVATE)):
                yield nominator.imported(site, alias, match)
    known: _Known = {}
    for reference in nominator.bindings.references:
        if reference.attributes and reference.name in interesting and reference.root not in nominator.nominated:
            yield from _used(nominator, reference, known, keras=keras)


def handed_on_sites(nominator: Nominator) -> Iterator[Site]:
    """The imports of modules that had normalizations and are gone, whose names only other files may use."""
    for site in nominator.bindings.imports:
        for alias in site.node.names:
            path = imported_path(site, alias)
            match = _gone_module(nominator.table, path)
            if match is None or alias in nominator.nominated:
                continue
            is_named = alias.asname or isinstance(site.node, ast.ImportFrom)
            if is_named and _stands_alone(nominator, alias.asname or alias.name):
                yield nominator.imported(site, alias, match)


def _gone_module(table: Table, path: str) -> Match | None:
    """The match for a module that had normalizations, and is gone by itself or with its library."""
    if path in table.ended:
        return Match(table.ended[path], path, None)
    return dead_module(table, path) if path in table.gone_modules else None


def _stands_alone(nominator: Nominator, name: str) -> bool:
    return stands_alone(nominator.source.text.encode(errors="replace"), name.encode(errors="replace"))


def _used(nominator: Nominator, reference: Reference, known: _Known, *, keras: bool) -> Iterator[Site]:
    meaning = nominator.resolver.reference(reference)
    if not meaning.paths:
        return
    is_assigned = isinstance(nominator.bindings.parents.get(reference.node), ast.Assign)
    key = (meaning.paths[0], reference.attributes, is_assigned)
    if key not in known:
        known[key] = _shortest(nominator.table, *key)
    found = known[key] or _gone_function(nominator, reference, meaning.paths[0])
    if found is None:
        return
    match, depth = found
    parent = nominator.bindings.parents.get(reference.node)
    if isinstance(parent, ast.Call) and parent.func is reference.node and match.new in nominator.table.surface:
        # What is called is no module: `keras.layers.merge(...)` was a function of Keras 1.
        return
    if (keras or not match.path.startswith(_PRIVATE)) and not _moves_with_import(nominator, meaning, match):
        yield nominator.used(reference, meaning, match, depth)


def _gone_function(nominator: Nominator, reference: Reference, start: str) -> tuple[Match, int] | None:
    """The match for a function that is gone for good, where it is called."""
    parent = nominator.bindings.parents.get(reference.node)
    if not isinstance(parent, ast.Call) or parent.func is not reference.node:
        return None
    match = dead_module(nominator.table, ".".join((start, *reference.attributes)))
    return (match, len(reference.attributes)) if match is not None else None


def _is_used(nominator: Nominator, alias: ast.alias) -> bool:
    """Whether anything in a file reads the name that an import gives."""
    name = alias.asname or alias.name.partition(".")[0]
    return bool(nominator.bindings.references_to(name))


def _shortest(table: Table, start: str, attributes: tuple[str, ...], is_assigned: bool) -> tuple[Match, int] | None:
    """The shortest part of a chain that is a sibling, and how many attributes it takes; a module in an assignment."""
    for depth in range(1, len(attributes) + 1):
        path = ".".join((start, *attributes[:depth]))
        whole = depth == len(attributes)
        gone = dead_module(table, path) if whole and is_assigned else None
        match = gone or _moved(table, path)
        if match is not None and (whole or table.module_move(path) is None):
            return match, depth
    return None


def _moves_with_import(nominator: Nominator, meaning: Meaning, match: Match) -> bool:
    """Whether the import that a name comes from is a finding already, which mends its uses."""
    if match.new is None or not meaning.bindings:
        return False
    return all(binding.alias in nominator.nominated for binding in meaning.bindings)


def dead_module(table: Table, path: str) -> Match | None:
    """The match for a module that is gone for good."""
    match = table.match(path)
    return match if match is not None and match.entry.rule.kind is Kind.SIBLING else None


def _moved(table: Table, path: str) -> Match | None:
    entry = moved_name(table, path)
    return Match(entry, path, entry.new) if entry is not None else None


def moved_name(table: Table, path: str) -> Entry | None:
    """A module that moved, or a name in one, as an entry made on the spot; None when it is neither.

    A name that its module's new home does not have gets no replacement.
    """
    if table.match(path) is not None:
        return None
    whole = table.module_move(path)
    if whole is not None:
        return Entry(path, whole.new, whole.rule)
    module, _, name = path.rpartition(".")
    move = table.module_move(module)
    # A module below one that moved is no name of it: its own names say where they are today.
    if move is None or path in table.exporters:
        return None
    known = move.whole or table.public(move.new, name)
    return Entry(path, f"{move.new}.{name}" if known else None, move.rule_for(name))
