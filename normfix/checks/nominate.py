"""Turns a match into a site, and remembers which nodes have one, so that none is reported twice."""

from __future__ import annotations

import ast

from normfix.checks.site_maker import SiteMaker, chain_node
from normfix.checks.sites import Site, Symbol
from normfix.semantics.bindings import Bindings, ImportSite, from_module
from normfix.semantics.guards import Guarded, guarded
from normfix.semantics.meaning import Meaning
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Binding, Reference
from normfix.source.text import SourceText
from normfix.table.entries import Match
from normfix.table.table import Table


class Nominator:
    """Makes the sites of the matches of one file."""

    def __init__(self, source: SourceText, table: Table, bindings: Bindings, resolver: Resolver) -> None:
        self.source = source
        self.table = table
        self.bindings = bindings
        self.resolver = resolver
        self.maker = SiteMaker(source, bindings, resolver)
        self.nominated: set[ast.AST] = set()
        self._guarded: dict[Binding, bool] = {}

    def imported(self, statement: ImportSite, alias: ast.alias, match: Match) -> Site:
        """The site for one name of an import statement."""
        self.nominated.add(alias)
        symbol = Symbol(match.entry.rule, match.path, match.entry.new, match.entry.new, match.entry)
        is_guarded = self.maker.import_is_guarded(statement, alias)
        return self.maker.imported(symbol, statement, alias, guarded=is_guarded)

    def used(self, reference: Reference, meaning: Meaning, match: Match, depth: int, *, mixed: bool = False) -> Site:
        """The site for a use; `mixed` when the name may also mean something that works today."""
        self.nominated.add(chain_node(reference, depth))
        symbol = Symbol(match.entry.rule, match.path, match.new, match.entry.new, match.entry)
        is_guarded = mixed or self.maker.use_is_guarded(reference) or self._from_guard(meaning)
        return self.maker.used(symbol, reference, depth, certain=meaning.certain, guarded=is_guarded)

    def _from_guard(self, meaning: Meaning) -> bool:
        """Whether a name comes from one import that the code around it can do without.

        Of several imports one is executed on every release, and its name is assessed.
        """
        imports = [one for one in meaning.bindings if one.alias is not None]
        return len(imports) == 1 and self._is_guarded(imports[0])

    def _is_guarded(self, binding: Binding) -> bool:
        if binding not in self._guarded:
            asked = Guarded(binding.node, binding.branch, binding.scope, binding.name)
            told = guarded(asked, self.resolver)
            self._guarded[binding] = told or bool(binding.path and self.resolver.elsewhere.optional(binding.path))
        return self._guarded[binding]


def imported_path(site: ImportSite, alias: ast.alias) -> str:
    """The full dotted path that one name of an import statement asks for."""
    if isinstance(site.node, ast.Import):
        return alias.name
    module = from_module(site.node)
    return f"{module}.{alias.name}" if site.node.module else f"{module}{alias.name}"
