"""Turns a match into a site: the span to underline, how the symbol is used there, and whether a guard surrounds it."""

from __future__ import annotations

import ast

from normfix.checks.finding import SiteKind
from normfix.checks.sites import ImportedName, Site, UsedName, span_of
from normfix.semantics.bindings import Bindings, ImportSite, from_module
from normfix.semantics.guards import Guarded, guarded
from normfix.semantics.resolve import Meaning, Resolver
from normfix.semantics.scopes import Binding, Reference
from normfix.source.text import SourceText
from normfix.table.table import Match, Table


class Nominator:
    """Makes the sites of one file and remembers which nodes have one, so that none is reported twice."""

    def __init__(self, source: SourceText, table: Table, bindings: Bindings, resolver: Resolver) -> None:
        self.source = source
        self.table = table
        self.bindings = bindings
        self.resolver = resolver
        self.nominated: set[ast.AST] = set()
        self._guarded: dict[Binding, bool] = {}

    def imported(self, site: ImportSite, alias: ast.alias, match: Match) -> Site:
        """The site for one name of an import statement."""
        self.nominated.add(alias)
        name = alias.asname or alias.name.partition(".")[0]
        return Site(
            rule=match.entry.rule,
            kind=SiteKind.IMPORT,
            path=match.path,
            new=match.entry.new,
            target=match.entry.new,
            span=span_of(self.source, alias),
            scope=site.scope,
            branch=site.branch,
            entry=match.entry,
            guarded=guarded(Guarded(site.node, site.branch, site.scope, name), self.resolver),
            imported=ImportedName(site, alias),
        )

    def used(self, reference: Reference, meaning: Meaning, match: Match, depth: int, *, mixed: bool = False) -> Site:
        """The site for a use; `mixed` when the name may also mean something that works today."""
        node = chain_node(reference, depth)
        self.nominated.add(node)
        kind, call = self._context(node, reference)
        return Site(
            rule=match.entry.rule,
            kind=kind,
            path=match.path,
            new=match.new,
            target=match.entry.new,
            span=span_of(self.source, reference.quoted or node),
            scope=reference.scope,
            branch=reference.branch,
            entry=match.entry,
            certain=meaning.certain,
            guarded=mixed or self._used_in_guard(reference) or self._from_guard(meaning),
            reference=UsedName(reference, node, depth, call),
        )

    def _used_in_guard(self, reference: Reference) -> bool:
        return guarded(Guarded(reference.quoted or reference.node, reference.branch, reference.scope), self.resolver)

    def _from_guard(self, meaning: Meaning) -> bool:
        """Whether a name comes from one import that the code around it can do without.

        Of several imports one is executed on every release, and its name is judged.
        """
        imports = [one for one in meaning.bindings if one.alias is not None]
        return len(imports) == 1 and self._is_guarded(imports[0])

    def _is_guarded(self, binding: Binding) -> bool:
        if binding not in self._guarded:
            asked = Guarded(binding.node, binding.branch, binding.scope, binding.name)
            self._guarded[binding] = guarded(asked, self.resolver)
        return self._guarded[binding]

    def _context(self, node: ast.expr, reference: Reference) -> tuple[SiteKind, ast.Call | None]:
        if reference.quoted is not None:
            return SiteKind.ANNOTATION, None
        parent = self.bindings.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return SiteKind.CALL, parent
        if isinstance(parent, ast.ClassDef):
            return (SiteKind.BASE if node in parent.bases else SiteKind.DECORATOR), None
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and node in parent.decorator_list:
            return SiteKind.DECORATOR, None
        if self._annotates(node):
            return SiteKind.ANNOTATION, None
        return (SiteKind.ATTRIBUTE if isinstance(parent, ast.Attribute | ast.Expr) else SiteKind.VALUE), None

    def _annotates(self, node: ast.expr) -> bool:
        inner: ast.AST = node
        for outer in self.bindings.ancestors(node):
            if isinstance(outer, ast.arg) or inner is getattr(outer, "returns", None):
                return True
            if isinstance(outer, ast.AnnAssign):
                return inner is outer.annotation
            if isinstance(outer, ast.stmt):
                return False
            inner = outer
        return False


def imported_path(site: ImportSite, alias: ast.alias) -> str:
    """The full dotted path that one name of an import statement asks for."""
    if isinstance(site.node, ast.Import):
        return alias.name
    module = from_module(site.node)
    return f"{module}.{alias.name}" if site.node.module else f"{module}{alias.name}"


def chain_node(reference: Reference, depth: int) -> ast.expr:
    """The node of a reference that covers the root and the first `depth` attributes."""
    node = reference.node
    for _ in range(len(reference.attributes) - depth):
        assert isinstance(node, ast.Attribute)
        node = node.value
    return node
