"""From a parsed file to its sites: every place whose dotted path, arguments or use the rule table knows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from normfix.checks.call_time import call_time_sites
from normfix.checks.class_for_object import class_sites
from normfix.checks.contrib import contrib_sites
from normfix.checks.ended import ended_sites
from normfix.checks.finding import SiteKind
from normfix.checks.gone_attributes import gone_attribute_sites, model_attribute_sites
from normfix.checks.groups import group_sites
from normfix.checks.handed import road_calls
from normfix.checks.layer_strings import layer_strings
from normfix.checks.misspelled_arguments import unknown_arguments
from normfix.checks.nominate import Nominator, imported_path
from normfix.checks.other_library import not_foreign
from normfix.checks.private_methods import private_method_sites
from normfix.checks.refused import argument_sites
from normfix.checks.setups import setup_sites
from normfix.checks.siblings import dead_module, handed_on_sites, moved_name, sibling_sites
from normfix.checks.sites import Scan, Site, Symbol
from normfix.checks.special_cases import with_imports_aimed
from normfix.checks.statistics import statistics_sites
from normfix.checks.update_ops import update_ops_sites
from normfix.checks.usage import usage_sites
from normfix.semantics.bindings import Bindings, ImportSite, from_module
from normfix.semantics.chains import has_default, literal_string
from normfix.semantics.graph_mode import graph_marks
from normfix.semantics.guards import Guarded, guarded
from normfix.semantics.meaning import Meaning
from normfix.semantics.project import Project
from normfix.semantics.relevance import relevance
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Reference
from normfix.semantics.view import View
from normfix.semantics.walk import collect
from normfix.source.text import SourceText, Span
from normfix.table.entries import Match
from normfix.table.table import Kind, Table

_NEEDS_NEW_CALL = (Kind.TO_LAYER, Kind.RENAMED, Kind.REMOVED)
_PRIVATE = "tensorflow.python."
_KERAS_KINDS = (Kind.MOVED, Kind.RENAMED, Kind.MISSPELLED, Kind.ARGUMENTS, Kind.USAGE)


def without_sites(source: SourceText, tree: ast.Module, table: Table, project: Project) -> Scan:
    """One file with its names, in which nothing has been looked for. `tree` is its own `ast`, positions unchanged."""
    known = project.known(source)
    bindings = known if known is not None and known.tree is tree else collect(tree)
    resolver = Resolver(project.library_exports, bindings, project.view(source.path), project.steps)
    return Scan(source, table, project, tree, bindings, resolver, ())


def scan(source: SourceText, tree: ast.Module, table: Table, project: Project) -> Scan:
    """Nominate every site of one file. `tree` is the file's own `ast`, positions unchanged."""
    found = without_sites(source, tree, table, project)
    scanner = _Scanner(source, table, found.bindings, found.resolver, project.view(source.path))
    return replace(found, sites=tuple(_outermost(sorted(scanner.run(), key=lambda site: site.span))))


def _outermost(sites: Iterable[Site]) -> Iterator[Site]:
    """Sites in order, without uses that stand in another: `getattr(a.b, "c").d` is one use, and changes as one."""
    around = Span(0, 0)
    for site in sites:
        if site.reference is None or not (around.start < site.span.start and site.span.end <= around.end):
            yield site
        if site.reference is not None and site.span.end > around.end:
            around = site.span


class _Scanner:
    def __init__(self, source: SourceText, table: Table, bindings: Bindings, resolver: Resolver, view: View) -> None:
        self.source = source
        self.table = table
        self.bindings = bindings
        self.resolver = resolver
        self.nominator = Nominator(source, table, bindings, resolver)
        self.relevance = relevance(bindings, table, view)
        self.project = view.project
        self.modern = False

    def run(self) -> Iterator[Site]:
        sites = [*not_foreign(self.nominator.maker, [*self._imports(), *self._references()])]
        sites = [*with_imports_aimed(sites, self.resolver)]
        calls = self.relevance.calls(self.bindings)
        handing = list(dict.fromkeys([*calls, *road_calls(self.bindings, self.relevance)]))
        sites += argument_sites(self.nominator.maker, self.table, handing)
        sites += unknown_arguments(self.nominator.maker, self.table, handing)
        sites += usage_sites(self.nominator.maker, self.table, calls, self.project)
        sites += group_sites(self.nominator.maker, self.table, calls)
        sites += statistics_sites(self.nominator.maker, self.table, calls)
        sites += class_sites(self.nominator.maker, self.table, calls, self.relevance)
        sites += call_time_sites(self.nominator.maker, self.table)
        sites += gone_attribute_sites(self.nominator.maker, self.table)
        sites += private_method_sites(self.nominator.maker, self.table)
        sites += update_ops_sites(self.nominator.maker, self.table, calls)
        sites += self._strings(evidence=bool(sites))
        sites += layer_strings(self.nominator.maker, self.table)
        sites = [site for site in sites if not self._is_own(site.path)]
        yield from sites
        if sites or self.modern:
            yield from model_attribute_sites(self.nominator.maker, self.table)
            keras = self.modern or any(self._is_keras(site) for site in sites)
            beside = sibling_sites(self.nominator, self.relevance.interesting, keras=keras)
            yield from (site for site in beside if not self._is_own(site.path))
        yield from (site for site in handed_on_sites(self.nominator) if not self._is_own(site.path))
        yield from (site for site in contrib_sites(self.nominator) if not self._is_own(site.path))
        yield from (site for site in ended_sites(self.nominator) if not self._is_own(site.path))
        yield from setup_sites(self.nominator)

    def _is_own(self, path: str) -> bool:
        """Whether a path is one of the project's own, which only has the name of a library's."""
        return self.project.owns(self.source.path, path)

    def _is_layer(self, path: str) -> bool:
        return self.table.layer_name(path) is not None and not self._is_own(path)

    def _is_keras(self, site: Site) -> bool:
        """Whether a normalization is a Keras layer, or will be one after its fix.

        What is said beside it must not hang on whether it is fixed already. In a graph program a function stays one.
        """
        if site.rule.kind in _KERAS_KINDS:
            return True
        if ".keras." not in str(site.target) or _PRIVATE not in self.source.text:
            return False
        is_function = site.path.rpartition(".")[2].islower()
        return not (is_function and graph_marks(self.resolver, self.table.graph))

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
            return self.nominator.imported(site, alias, match)
        self.modern = self.modern or self._is_layer(path)
        entry = moved_name(self.table, path)
        if path in self.table.norm_modules:
            entry = entry or self.table.norm_modules[path]
        elif entry is not None and alias.name not in self.table.layers:
            entry = None
        return self.nominator.imported(site, alias, Match(entry, path, entry.new)) if entry else None

    def _star(self, site: ImportSite, alias: ast.alias) -> Site | None:
        assert isinstance(site.node, ast.ImportFrom)
        module = from_module(site.node)
        entry = self.table.exporters.get(module) if self.table.dead(module) else None
        if entry is None:
            return None
        found = self.nominator.imported(site, alias, Match(entry, f"{entry.old}.*", None))
        # A private module that is still there fails no `try`: the star only brings less.
        is_there = module.startswith(_PRIVATE) and module not in self.table.norm_modules
        return replace(found, guarded=False) if is_there else found

    def _references(self) -> Iterator[Site]:
        for reference in self.bindings.references:
            if self.relevance.follows(reference):
                found = self._used(reference)
                if found is not None:
                    yield found

    def _used(self, reference: Reference) -> Site | None:
        meaning = self.resolver.reference(reference)
        matches = [found for path in meaning.paths if (found := self._longest(path, reference.attributes))]
        if not matches:
            return self._read_off_a_module(reference, meaning) or self._read_off_self(reference)
        # A symbol that an import has already is told there; what goes on from another one is told here.
        match, depth = next((found for found in matches if found[1]), matches[0])
        mixed = len(matches) < len(meaning.paths)
        mended = bool(meaning.bindings) or self.table.dead(match.path.rpartition(".")[0])
        if depth == 0 and (mixed or (mended and match.entry.rule.kind not in _NEEDS_NEW_CALL)):
            # The import that the name comes from is a finding, and mending it mends this.
            return None
        return self.nominator.used(reference, meaning, match, depth, mixed=mixed)

    def _read_off_a_module(self, reference: Reference, meaning: Meaning) -> Site | None:
        """The site for a symbol that another file has, or has the module of (`ops.IN()`, `ops.L.layer_norm()`)."""
        for depth, attribute in enumerate(reference.attributes, 1):
            meaning = meaning.attribute(attribute)
            told = self.resolver.in_project(meaning)
            if told is not meaning:
                found = self._longest(told.paths[0], reference.attributes[depth:]) if told.certain else None
                if found is None or (not found[1] and found[0].entry.rule.kind not in _NEEDS_NEW_CALL):
                    return None
                match, further = found
                return self.nominator.used(reference, told, match, depth + further)
        return None

    def _read_off_self(self, reference: Reference) -> Site | None:
        """The site for a symbol of a module that a class keeps in an attribute (`self.layers.layer_norm`)."""
        meaning = self.resolver.kept(reference)
        for path in meaning.paths if meaning is not None else ():
            found = self._longest(path, reference.attributes[1:])
            if found is not None and meaning is not None:
                match, depth = found
                return self.nominator.used(reference, meaning, match, depth + 1, mixed=len(meaning.paths) > 1)
        return None

    def _longest(self, path: str, attributes: tuple[str, ...]) -> tuple[Match, int] | None:
        """The longest prefix of a chain that the table knows, with the number of attributes it takes."""
        for depth in range(len(attributes), -1, -1):
            full = ".".join((path, *attributes[:depth]))
            match = self.table.match(full)
            if match is not None and match.entry.rule.kind is not Kind.SIBLING:
                return match, depth
            self.modern = self.modern or self._is_layer(full)
        return None

    def _strings(self, *, evidence: bool) -> Iterator[Site]:
        for call in self.bindings.calls:
            if literal_string(call.node) is None:
                continue
            meaning = self.resolver.expression(call.node, call.scope, call.branch)
            outer, attributes = self._outer_chain(call.node)
            if outer in self.nominator.nominated:
                continue
            for path in meaning.paths:
                found = self._longest(path, attributes)
                match = found[0] if found else dead_module(self.table, path) if evidence else None
                if match is not None:
                    self.nominator.nominated.update(ast.walk(outer))
                    asked = Guarded(call.node, call.branch, call.scope)
                    is_guarded = has_default(call.node) or guarded(asked, self.resolver)
                    symbol = Symbol(match.entry.rule, match.path, match.new, match.entry.new)
                    certain = meaning.certain
                    yield self.nominator.maker.at(
                        symbol, SiteKind.STRING, outer, call, certain=certain, guarded=is_guarded
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
