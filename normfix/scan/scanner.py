"""From a parsed file to its sites: every place whose dotted path, arguments or use the rule table knows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from normfix.scan.arguments import argument_sites
from normfix.scan.bindings import Bindings, ImportSite, collect, from_module
from normfix.scan.finding import SiteKind
from normfix.scan.guards import guarded
from normfix.scan.project import Project
from normfix.scan.resolve import Meaning, Resolver, literal_string
from normfix.scan.scopes import Binding, BindingKind, Reference
from normfix.scan.sites import ImportedName, Scan, Site, UsedName, span_of
from normfix.scan.usage import usage_sites
from normfix.table import Entry, Kind, Match, Table
from normfix.text import SourceText

_NEEDS_NEW_CALL = (Kind.TO_LAYER, Kind.RENAMED, Kind.REMOVED)


def scan(source: SourceText, tree: ast.Module, table: Table, project: Project) -> Scan:
    """Nominate every site of one file. `tree` is the file's own `ast`, positions unchanged."""
    bindings = collect(tree)
    resolver = Resolver(project.library_exports, bindings, project.view(source.path))
    sites = tuple(sorted(_Scanner(source, table, bindings, resolver).run(), key=lambda site: site.span))
    return Scan(source, table, project, tree, bindings, resolver, sites)


class _Scanner:
    def __init__(self, source: SourceText, table: Table, bindings: Bindings, resolver: Resolver) -> None:
        self.source = source
        self.table = table
        self.bindings = bindings
        self.resolver = resolver
        self.modern = False
        self.carriers: set[Binding] = set()
        self.nominated: set[ast.AST] = set()

    def run(self) -> Iterator[Site]:
        sites = [*self._imports(), *self._references()]
        sites += argument_sites(self.source, self.table, self.bindings, self.resolver)
        sites += usage_sites(self.source, self.table, self.bindings, self.resolver)
        sites += self._strings(bool(sites))
        yield from sites
        if sites or self.modern:
            yield from self._siblings()
        yield from self._carriers()

    # -- imports

    def _imports(self) -> Iterator[Site]:
        for site in self.bindings.imports:
            for alias in site.node.names:
                found = self._imported(site, alias)
                if found is not None:
                    yield found

    def _imported(self, site: ImportSite, alias: ast.alias) -> Site | None:
        path = imported_path(site, alias)
        if alias.name == "*":
            return self._star(site, alias)
        match = self.table.match(path)
        if match is not None and match.entry.rule.kind is not Kind.SIBLING:
            return self._import_site(site, alias, match)
        self.modern = self.modern or self.table.layer_name(path) is not None
        if path not in self.table.norm_modules:
            return None
        entry = self._sibling(path) or self.table.norm_modules[path]
        return self._import_site(site, alias, Match(entry, path, entry.new))

    def _star(self, site: ImportSite, alias: ast.alias) -> Site | None:
        assert isinstance(site.node, ast.ImportFrom)
        module = from_module(site.node)
        entry = self.table.exporters.get(module) if self.table.dead(module) else None
        return self._import_site(site, alias, Match(entry, f"{entry.old}.*", None)) if entry else None

    def _import_site(self, site: ImportSite, alias: ast.alias, match: Match) -> Site:
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
            guarded=guarded(site.branch, site.scope, name, self.resolver),
            imported=ImportedName(site, alias),
        )

    # -- uses

    def _references(self) -> Iterator[Site]:
        interesting = interesting_names(self.bindings, self.table)
        for reference in self.bindings.references:
            if reference.name in interesting or self._may_come_from_project(reference):
                found = self._used(reference)
                if found is not None:
                    yield found

    def _may_come_from_project(self, reference: Reference) -> bool:
        """Whether a reference ends like a legacy symbol, so that a name of unknown origin is worth following."""
        names = self.table.symbol_names
        return reference.name in names or not names.isdisjoint(reference.attributes)

    def _used(self, reference: Reference) -> Site | None:
        meaning = self.resolver.reference(reference)
        matches = [found for path in meaning.paths if (found := self._longest(path, reference.attributes))]
        if not matches:
            return None
        match, depth = matches[0]
        mixed = len(matches) < len(meaning.paths)
        if depth == 0 and (match.entry.rule.kind not in _NEEDS_NEW_CALL or mixed):
            return None
        self.carriers.update(meaning.bindings)
        return self._use_site(reference, meaning, match, depth, mixed)

    def _longest(self, path: str, attributes: tuple[str, ...]) -> tuple[Match, int] | None:
        """The longest prefix of a chain that the table knows, with the number of attributes it takes."""
        for depth in range(len(attributes), -1, -1):
            full = ".".join((path, *attributes[:depth]))
            match = self.table.match(full)
            if match is not None and match.entry.rule.kind is not Kind.SIBLING:
                return match, depth
            self.modern = self.modern or self.table.layer_name(full) is not None
        return None

    def _use_site(self, reference: Reference, meaning: Meaning, match: Match, depth: int, mixed: bool) -> Site:
        node = chain_node(reference, depth)
        self.nominated.add(node)
        kind, call = self._context(node, reference)
        guard = guarded(reference.branch, reference.scope, None, self.resolver)
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
            guarded=guard or mixed,
            reference=UsedName(reference, node, depth, call),
        )

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

    # -- strings

    def _strings(self, evidence: bool) -> Iterator[Site]:
        for call in self.bindings.calls:
            literal = literal_string(call.node)
            if literal is None:
                continue
            meaning = self.resolver.expression(call.node, call.scope, call.branch)
            outer, attributes = self._outer_chain(call.node)
            for path in meaning.paths:
                found = self._longest(path, attributes)
                match = found[0] if found else self._dead_module(path) if evidence else None
                if match is not None:
                    self.nominated.update(ast.walk(outer))
                    yield Site(
                        rule=match.entry.rule,
                        kind=SiteKind.STRING,
                        path=match.path,
                        new=match.new,
                        target=match.entry.new,
                        span=span_of(self.source, outer),
                        scope=call.scope,
                        branch=call.branch,
                        certain=meaning.certain,
                        guarded=guarded(call.branch, call.scope, None, self.resolver),
                    )
                    break

    def _outer_chain(self, node: ast.expr) -> tuple[ast.expr, tuple[str, ...]]:
        attributes: list[str] = []
        parent = self.bindings.parents.get(node)
        while isinstance(parent, ast.Attribute):
            attributes.append(parent.attr)
            node = parent
            parent = self.bindings.parents.get(node)
        return node, tuple(attributes)

    # -- what fails beside a normalization

    def _siblings(self) -> Iterator[Site]:
        for site in self.bindings.imports:
            for alias in site.node.names:
                entry = self._sibling(imported_path(site, alias)) if alias.name != "*" else None
                if entry is not None and alias not in self.nominated:
                    yield self._import_site(site, alias, Match(entry, entry.old, entry.new))
        interesting = interesting_names(self.bindings, self.table)
        for reference in self.bindings.references:
            if reference.name not in interesting or reference.root in self.nominated:
                continue
            meaning = self.resolver.reference(reference)
            for depth in range(1, len(reference.attributes) + 1):
                path = ".".join((*meaning.paths[:1], *reference.attributes[:depth]))
                entry = self._sibling(path)
                if entry is not None and not self._is_module_chain(reference, depth):
                    if entry.new is not None and self._moves_with_import(meaning):
                        break
                    yield self._use_site(reference, meaning, Match(entry, path, entry.new), depth, mixed=False)
                    break

    def _moves_with_import(self, meaning: Meaning) -> bool:
        """Whether the import that a name comes from is a finding already, which mends its uses."""
        return bool(meaning.bindings) and all(binding.alias in self.nominated for binding in meaning.bindings)

    def _is_module_chain(self, reference: Reference, depth: int) -> bool:
        """Whether the part of a chain up to `depth` is only on the way to a longer module path."""
        return (
            depth < len(reference.attributes)
            and self.table.module_move(
                ".".join((*self.resolver.reference(reference).paths[:1], *reference.attributes[:depth]))
            )
            is not None
        )

    def _sibling(self, path: str) -> Entry | None:
        """A name of a module that moved, as an entry made on the spot; None when it is not one."""
        if self.table.match(path) is not None:
            return None
        whole = self.table.module_move(path)
        if whole is not None:
            return Entry(path, whole.new, whole.rule)
        module, _, name = path.rpartition(".")
        move = self.table.module_move(module)
        if move is None:
            return None
        known = move.whole or self.table.public(move.new, name)
        return Entry(path, f"{move.new}.{name}" if known else None, move.rule)

    def _carriers(self) -> Iterator[Site]:
        """The imports and aliases through which a normalization is reached and which themselves fail."""
        for binding in sorted(self.carriers, key=lambda one: one.place):
            if binding.path is not None and binding.alias is not None:
                match = self._dead_module(_carried_path(binding))
                if match is not None and binding.alias not in self.nominated:
                    site = next(one for one in self.bindings.imports if one.node is binding.node)
                    yield self._import_site(site, binding.alias, match)
            elif binding.value is not None:
                yield from self._carrying_value(binding.value)

    def _carrying_value(self, value: ast.expr) -> Iterator[Site]:
        for reference in self.bindings.references:
            if reference.node is value:
                meaning = self.resolver.reference(reference)
                for path in meaning.paths:
                    match = self._dead_module(".".join((path, *reference.attributes)))
                    if match is not None:
                        yield self._use_site(reference, meaning, match, len(reference.attributes), mixed=False)

    def _dead_module(self, path: str) -> Match | None:
        match = self.table.match(path)
        return match if match is not None and match.entry.rule.kind is Kind.SIBLING else None


def imported_path(site: ImportSite, alias: ast.alias) -> str:
    """The full dotted path that one name of an import statement asks for."""
    if isinstance(site.node, ast.Import):
        return alias.name
    module = from_module(site.node)
    return f"{module}.{alias.name}" if site.node.module else f"{module}{alias.name}"


def _carried_path(binding: Binding) -> str:
    alias = binding.alias
    assert alias is not None
    return alias.name if isinstance(binding.node, ast.Import) else str(binding.path)


def chain_node(reference: Reference, depth: int) -> ast.expr:
    """The node of a reference that covers the root name and the first `depth` attributes."""
    node = reference.node
    for _ in range(len(reference.attributes) - depth):
        assert isinstance(node, ast.Attribute)
        node = node.value
    return node


def interesting_names(bindings: Bindings, table: Table) -> frozenset[str]:
    """Names that somewhere in the file are bound, directly or through other names, to something the table knows of."""
    every = [binding for scope in bindings.scopes.values() for group in scope.bindings.values() for binding in group]
    names = {binding.name for binding in every if binding.path and binding.path.partition(".")[0] in table.roots}
    if any(scope.stars for scope in bindings.scopes.values()):
        names |= table.symbol_names
    aliases = [(binding.name, _names_in(binding.value)) for binding in every if binding.kind is BindingKind.ALIAS]
    grown = True
    while grown:
        more = {name for name, used in aliases if name not in names and not used.isdisjoint(names)}
        names |= more
        grown = bool(more)
    return frozenset(names)


def _names_in(value: ast.expr | None) -> frozenset[str]:
    return frozenset(node.id for node in _nodes(value) if isinstance(node, ast.Name))


def _nodes(value: ast.expr | None) -> Iterable[ast.AST]:
    return ast.walk(value) if value is not None else ()
