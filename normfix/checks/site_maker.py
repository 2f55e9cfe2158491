"""The one place where sites are made: an imported name, a use, a call or an argument, a whole file."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Protocol

from normfix.checks.finding import SiteKind
from normfix.checks.sites import (
    Assessment,
    ImportedName,
    Located,
    Location,
    Preamble,
    Scan,
    Site,
    Symbol,
    UsedArgument,
    UsedName,
    span_of,
)
from normfix.checks.special_cases import special_case
from normfix.semantics.bindings import Bindings, CallSite, ImportSite
from normfix.semantics.guards import ARGUMENT_ERRORS, IMPORT_ERRORS, Guarded, guarded
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Branch, Reference, Scope
from normfix.source.text import SourceText, Span

_NOT_ASSESSED = Assessment()


class Placed(Protocol):
    """What stands in a scope and its arms: an import statement, a call, a reference, a binding."""

    @property
    def scope(self) -> Scope:
        """The scope that it stands in."""

    @property
    def branch(self) -> Branch:
        """The arms around it."""


@dataclass(frozen=True, slots=True)
class SiteMaker:
    """Makes the sites of one file."""

    source: SourceText
    bindings: Bindings
    resolver: Resolver

    def imported(
        self,
        symbol: Symbol,
        statement: ImportSite,
        alias: ast.alias,
        *,
        guarded: bool = False,
        assessment: Assessment = _NOT_ASSESSED,
        preamble: Preamble | None = None,
    ) -> Site:
        """The site for one name of an import statement."""
        location, used = self._location(alias, statement), ImportedName(statement, alias)
        return Site(symbol, SiteKind.IMPORT, location, used, True, guarded, assessment, preamble)

    def used(
        self,
        symbol: Symbol,
        reference: Reference,
        depth: int,
        *,
        certain: bool = True,
        guarded: bool = False,
        assessment: Assessment = _NOT_ASSESSED,
    ) -> Site:
        """The site for a reference whose root and first `depth` attributes are the symbol."""
        node = chain_node(reference, depth)
        kind, call = self._context(node, reference)
        location = self._location(reference.quoted or node, reference)
        special = special_case(call, symbol.entry.arguments) if call is not None and symbol.entry is not None else None
        symbol = replace(symbol, new=special.to, target=special.to) if special is not None else symbol
        return Site(symbol, kind, location, UsedName(reference, node, depth, call), certain, guarded, assessment)

    def argument(
        self,
        used: UsedArgument,
        path: str,
        *,
        certain: bool = True,
        assessment: Assessment = _NOT_ASSESSED,
    ) -> Site:
        """The site for an argument that a rule matched at a call of `path`."""
        location, is_guarded = self._location(used.node, used.call), self.call_is_guarded(used.call)
        return Site(Symbol(used.match.rule, path), SiteKind.CALL, location, used, certain, is_guarded, assessment)

    def at(
        self,
        symbol: Symbol,
        kind: SiteKind,
        node: Located | Span,
        placed: Placed,
        *,
        certain: bool = True,
        guarded: bool = False,
        assessment: Assessment = _NOT_ASSESSED,
        preamble: Preamble | None = None,
    ) -> Site:
        """The site for a node, or some characters, of which nothing is known but where it stands."""
        return Site(symbol, kind, self._location(node, placed), None, certain, guarded, assessment, preamble)

    def file(self, symbol: Symbol, span: Span, assessment: Assessment, preamble: Preamble) -> Site:
        """The site for what belongs to the file as a whole."""
        location = Location(span, self.bindings.module, ())
        return Site(symbol, SiteKind.FILE, location, assessment=assessment, preamble=preamble)

    def import_is_guarded(self, statement: ImportSite, alias: ast.alias) -> bool:
        """Whether code can do without an imported name."""
        return self._guarded(statement.node, statement, alias.asname or alias.name.partition(".")[0])

    def use_is_guarded(self, reference: Reference) -> bool:
        """Whether code chooses between releases around a use."""
        return self._guarded(reference.quoted or reference.node, reference)

    def call_is_guarded(self, call: CallSite) -> bool:
        """Whether code chooses between the arguments of releases around a call."""
        return self._guarded(call.node, call, errors=ARGUMENT_ERRORS)

    def _guarded(
        self, node: ast.AST, placed: Placed, name: str | None = None, errors: frozenset[str] = IMPORT_ERRORS
    ) -> bool:
        return guarded(Guarded(node, placed.branch, placed.scope, name, errors), self.resolver)

    def _location(self, node: Located | Span, placed: Placed) -> Location:
        span = node if isinstance(node, Span) else span_of(self.source, node)
        return Location(span, placed.scope, placed.branch)

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


def maker_of(scan: Scan) -> SiteMaker:
    """What makes further sites of a file that was scanned."""
    return SiteMaker(scan.source, scan.bindings, scan.resolver)


def chain_node(reference: Reference, depth: int) -> ast.expr:
    """The node of a reference that covers the root and the first `depth` attributes."""
    node = reference.node
    for _ in range(len(reference.attributes) - depth):
        assert isinstance(node, ast.Attribute)
        node = node.value
    return node
