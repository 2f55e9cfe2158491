"""What a graph program uses of TensorFlow 1 and finds elsewhere today: in tf_slim, or in `tensorflow.compat.v1`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import replace

from normfix.checks.contrib import contrib_path
from normfix.checks.finding import Severity, SiteKind
from normfix.checks.nominate import imported_path
from normfix.checks.site_maker import maker_of
from normfix.checks.sites import Assessment, Location, Preamble, Scan, Site, Symbol, span_of
from normfix.fixes.blocks import removable, remove_statement
from normfix.fixes.names import References, references_of
from normfix.legacy.uses import may_have_moved
from normfix.semantics.bindings import ImportSite
from normfix.semantics.guards import Guarded, guarded
from normfix.semantics.scopes import Binding, Reference
from normfix.semantics.users import taken_elsewhere
from normfix.source.text import Edit
from normfix.table.entries import Entry
from normfix.table.graph_words import CONTRIB, SLIM
from normfix.table.table import Kind

DEAD_MODULE = "NF903"
REST = "NF906"
_ERROR = Assessment(Severity.ERROR)
_PLAIN = "tensorflow"
_V1 = "tensorflow.compat.v1"
_OWN_WAY = ("compat", "contrib", "core", "examples", "python", "tools")
_NOTE = "needs tf-slim beside TensorFlow: pip install tf-slim"


def moved_sites(scan: Scan) -> list[Site]:
    """The sites of a graph program with those for all that moved; what its other names need no more is left out."""
    rebound = list(_rebound(scan, references_of(scan)))
    bindings = {one for site in rebound if site.preamble for one, _ in site.preamble.binds}
    spans = {site.span for site in rebound}
    aliases = {one.alias for one in bindings if one.alias is not None}
    found = [one for one in scan.sites if one.rule.code != REST]
    found = [one for one in found if one.imported is None or one.imported.alias not in aliases]
    sites = [one for one in found if one.span not in spans and not _moves_elsewhere(scan, one)]
    known = {one.imported.alias for one in sites if one.imported and one.symbol.entry and one.symbol.entry.new}
    imported = list(_imported(scan, known, bindings))
    spans |= {site.span for site in imported}
    sites = [one for one in sites if one.span not in spans]
    named = {one.reference.reference for one in sites if one.reference}
    named |= {one for site in imported if site.symbol.new for one in _reading(scan, site)}
    taken = {site.span for site in (*rebound, *imported, *sites)}
    left = [one for one in scan.sites if one.rule.code == REST and one.imported and one.span not in taken]
    left = [one for one in left if one.imported and one.imported.alias not in aliases]
    return [*rebound, *imported, *sites, *left, *(one for one in _used(scan, named, bindings) if one.span not in spans)]


def _moves_elsewhere(scan: Scan, site: Site) -> bool:
    """Whether a use changes with the project file that its name comes from."""
    if site.reference is None or not site.path.startswith(f"{CONTRIB}."):
        return False
    bindings = scan.resolver.reference(site.reference.reference).bindings
    return bool(bindings) and all(_from_project(scan, one) for one in bindings)


def _from_project(scan: Scan, binding: Binding) -> bool:
    return binding.path is not None and not scan.project.external(binding.path)


# -- names for whole modules


def _rebound(scan: Scan, references: References) -> Iterator[Site]:
    """A site for each name of a module that another module can stand for."""
    for statement in scan.bindings.imports:
        yield from _rebound_import(scan, statement, references)
    if CONTRIB.rpartition(".")[2] not in scan.source.text:
        return
    for scope in scan.bindings.scopes.values():
        for bindings in scope.bindings.values():
            for binding in bindings:
                node, value = binding.node, binding.value
                if not (isinstance(node, ast.Assign) and isinstance(value, ast.Attribute) and len(node.targets) == 1):
                    continue
                means = scan.resolver.expression(value, binding.scope, binding.branch)
                path = contrib_path(means.paths, ()) if means.certain else None
                home = _home(scan, path, binding, references) if path is not None else None
                if path is not None and home is not None:
                    idle = not references[binding] and not taken_elsewhere(scan.project, scan.source.path, binding.name)
                    yield _rebinding(scan, node, path, home, binding, idle=idle)


def _rebound_import(scan: Scan, statement: ImportSite, references: References) -> Iterator[Site]:
    node = statement.node
    paths = {alias: imported_path(statement, alias) for alias in node.names}
    if not any(path.startswith(f"{CONTRIB}.") for path in paths.values()):
        return
    found: dict[ast.alias, tuple[Binding, str]] = {}
    for alias, path in paths.items():
        binding = _binding(statement, alias)
        plain = isinstance(node, ast.Import) and alias.asname is None
        home = None if binding is None or plain else _home(scan, path, binding, references)
        if binding is not None and home is not None:
            found[alias] = binding, home
    if not found:
        return
    lines = [f"import {home} as {binding.name}" for binding, home in found.values()]
    span = span_of(scan.source, node)
    rest = [alias for alias in node.names if alias not in found]
    if "#" in scan.source.text[span.start : span.end] or (rest and isinstance(node, ast.Import)):
        return
    if rest:
        clauses = ", ".join(f"{one.name} as {one.asname}" if one.asname else one.name for one in rest)
        assert isinstance(node, ast.ImportFrom)
        lines.insert(0, f"from {node.module} import {clauses}")
    indent = scan.source.line(node.lineno)[: node.col_offset]
    text = f"{scan.source.newline}{indent}".join(lines)
    binds = tuple(found.values())
    first = next(iter(found))
    yield replace(
        _site(scan, first, paths[first], found[first][1], statement),
        location=Location(span, statement.scope, statement.branch),
        preamble=Preamble((Edit(span.start, span.end, text),), notes=_notes(home for _, home in binds), binds=binds),
    )


def _rebinding(scan: Scan, node: ast.Assign, path: str, home: str, binding: Binding, *, idle: bool) -> Site:
    """The site for a name of a module that an assignment gives; where nothing reads it, the assignment goes."""
    assert node.value is not None
    if idle and removable(scan.source, scan.bindings, node):
        rule = replace(scan.table.rules[DEAD_MODULE], advice="Nothing uses it: remove the line.")
        symbol, preamble = Symbol(rule, path, None, None), Preamble((remove_statement(scan.source, node),))
    else:
        rule = replace(scan.table.rules[DEAD_MODULE], advice=f"Use `{home}`.")
        span = span_of(scan.source, node)
        edit = Edit(span.start, span.end, f"import {home} as {binding.name}")
        preamble = Preamble((edit,), notes=_notes([home]), binds=((binding, home),))
        symbol = Symbol(rule, path, home, home)
    return maker_of(scan).at(symbol, SiteKind.ATTRIBUTE, node.value, binding, assessment=_ERROR, preamble=preamble)


def _home(scan: Scan, path: str, binding: Binding, references: References) -> str | None:
    """The module that has all that is used of another one under a name; None where there is none."""
    moves = scan.table.graph.moves.get(path)
    if moves is None or binding.branch or len(binding.scope.bindings[binding.name]) > 1:
        return None
    used = references[binding]
    return moves.to if all(one.attributes and one.attributes[0] in moves.names for one in used) else None


def _binding(statement: ImportSite, alias: ast.alias) -> Binding | None:
    name = alias.asname or alias.name.partition(".")[0]
    return next((one for one in statement.scope.bindings.get(name, ()) if one.alias is alias), None)


def _notes(homes: Collection[str] | Iterator[str]) -> tuple[str, ...]:
    return (_NOTE,) if SLIM in homes else ()


# -- names one by one


def _imported(scan: Scan, known: Collection[ast.alias], rebound: Collection[Binding]) -> Iterator[Site]:
    """A site for each imported name: where it is imported from today, or that nobody has what contrib had."""
    for statement in scan.bindings.imports:
        for alias in statement.node.names:
            binding = _binding(statement, alias)
            if alias in known or alias.name == "*" or binding is None or binding in rebound:
                continue
            path = imported_path(statement, alias)
            new = scan.table.graph.moved(path) or _in_v1(scan, statement, path)
            if new is None and not f"{path}.".startswith(f"{CONTRIB}."):
                continue
            if not guarded(Guarded(statement.node, statement.branch, statement.scope, binding.name), scan.resolver):
                yield _site(scan, alias, path, new, statement)


def _in_v1(scan: Scan, statement: ImportSite, path: str) -> str | None:
    """The path of a public name of TensorFlow below its TensorFlow 1 interface."""
    plain = isinstance(statement.node, ast.Import) and statement.node.names[0].asname is None
    root, _, rest = path.partition(".")
    if root != _PLAIN or not rest or plain or rest.partition(".")[0] in _OWN_WAY:
        return None
    if rest.partition(".")[0] == "keras" and "compat.v1" in scan.source.text:
        return None
    modern = any(path == one or path.startswith(f"{one}.") for one in scan.table.graph.modern)
    return None if modern else f"{_V1}.{rest}"


def _used(scan: Scan, named: Collection[Reference], rebound: Collection[Binding]) -> Iterator[Site]:
    """A site for each use that has no other: with its new path, or, once for each, with none."""
    if not may_have_moved(scan.project, scan.source.path, scan.table.graph):
        return
    said: set[str] = set()
    foreign = _imported_from_project(scan)
    for reference in scan.bindings.references:
        if reference in named or not reference.attributes:
            continue
        if isinstance(reference.root, ast.Name) and reference.name in foreign:
            continue
        meaning = scan.resolver.reference(reference)
        if any(one in rebound or _from_project(scan, one) for one in meaning.bindings):
            continue
        path = contrib_path(meaning.paths, reference.attributes) or _private_path(scan, meaning.paths, reference)
        if path is None or guarded(Guarded(reference.node, reference.branch, reference.scope), scan.resolver):
            continue
        new = scan.table.graph.moved(path)
        if new is not None:
            yield _use(scan, reference, path, new, len(meaning.paths) == 1 and meaning.certain)
        elif path.startswith(CONTRIB) and path not in said:
            said.add(path)
            yield _use(scan, reference, path, None, certain=True)


def _imported_from_project(scan: Scan) -> frozenset[str]:
    """The names that a file has from other files of its project alone: what these mean changes there."""
    taken: set[str] = set()
    other: set[str] = set()
    for scope in scan.bindings.scopes.values():
        for name, bindings in scope.bindings.items():
            (taken if all(_from_project(scan, one) for one in bindings) else other).add(name)
    return frozenset(taken - other)


def _private_path(scan: Scan, paths: Collection[str], reference: Reference) -> str | None:
    """The path of a private function of TensorFlow that moved."""
    for path in paths:
        full = ".".join((path, *reference.attributes))
        if full.startswith("tensorflow.python.") and scan.table.graph.moved(full):
            return full
    return None


def _reading(scan: Scan, site: Site) -> Iterator[Reference]:
    """The references that read an imported name."""
    assert site.imported is not None
    binding = _binding(site.imported.site, site.imported.alias)
    if binding is not None:
        yield from references_of(scan)[binding]


def _use(scan: Scan, reference: Reference, path: str, new: str | None, certain: bool) -> Site:
    rule = replace(scan.table.rules[REST], kind=Kind.RENAMED if new else Kind.SIBLING)
    symbol = Symbol(rule, path, new, new, Entry(path, new, rule))
    return maker_of(scan).used(symbol, reference, len(reference.attributes), certain=certain, assessment=_ERROR)


def _site(scan: Scan, alias: ast.alias, path: str, new: str | None, statement: ImportSite) -> Site:
    code = REST if path.startswith(CONTRIB) else "NF005"
    rule = replace(scan.table.rules[code], kind=Kind.MOVED if new else Kind.SIBLING)
    symbol = Symbol(rule, path, new, new, Entry(path, new, rule))
    return maker_of(scan).imported(symbol, statement, alias, assessment=_ERROR)
