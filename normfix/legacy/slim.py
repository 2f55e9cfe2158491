"""Slim in a graph program: `tensorflow.contrib.slim` is gone, and the package tf_slim has what programs use of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from normfix.checks.finding import Severity, SiteKind
from normfix.checks.nominate import imported_path
from normfix.checks.sites import ImportedName, Preamble, Scan, Site, span_of
from normfix.fix.names import References, exported, references_of
from normfix.semantics.bindings import ImportSite, from_module
from normfix.semantics.scopes import Binding, Branch, Reference, Scope
from normfix.semantics.users import taken_elsewhere
from normfix.source.text import Edit

CODE = "NF903"
OLD = "tensorflow.contrib.slim"
NEW = "tf_slim"
_NOTE = "needs tf-slim beside TensorFlow: pip install tf-slim"
_MODULE = re.compile(r"from\s+(tensorflow\.contrib\.slim)\b")


def slim_sites(scan: Scan) -> Iterator[Site]:
    """A site for each name of slim that can mean tf_slim from now on; `scan` says which of its uses go elsewhere."""
    if "slim" not in scan.source.text:
        return
    references = references_of(scan)
    leaving = {one.reference.reference for one in scan.sites if one.reference and not _stays(one)}
    for statement in scan.bindings.imports:
        yield from _imported(scan, statement, references, leaving)
    for bindings in scan.bindings.module.bindings.values():
        for binding in bindings:
            node, value = binding.node, binding.value
            if not (isinstance(node, ast.Assign) and isinstance(value, ast.Attribute)):
                continue
            useful = _is_slim(scan, binding, value) and _useful(scan, references[binding], leaving)
            if useful and _alone(scan, binding):
                edit = _replaced(scan, node, f"import {NEW} as {binding.name}")
                yield _site(scan, value, binding.scope, binding.branch, edit, (binding,))


def without_slim(sites: list[Site], moved: list[Site]) -> list[Site]:
    """Sites without those that `moved` stand for."""
    spans = {one.span for one in moved}
    return [one for one in sites if one.span not in spans or one.rule.code != CODE]


def _is_slim(scan: Scan, binding: Binding, value: ast.Attribute) -> bool:
    means = scan.resolver.expression(value, binding.scope, binding.branch)
    return means.certain and means.paths == (OLD,)


def _stays(site: Site) -> bool:
    return site.new is None or site.new.partition(".")[0] == NEW


def _alone(scan: Scan, binding: Binding) -> bool:
    """Whether a binding is the only one of its name, hangs on no condition, and no other file takes the name."""
    node = binding.node
    if not isinstance(node, ast.stmt) or binding.branch:
        return False
    only = len(binding.scope.bindings[binding.name]) == 1
    return only and not taken_elsewhere(scan.project, scan.source.path, binding.name)


def _imported(scan: Scan, statement: ImportSite, references: References, leaving: set[Reference]) -> Iterator[Site]:
    """The site for one import statement that brings slim, or parts of it, and nothing else."""
    node = statement.node
    asked = [imported_path(statement, alias) for alias in node.names]
    if not all(path == OLD or path.startswith(f"{OLD}.") for path in asked):
        return
    bound = [_binding(statement, alias) for alias in node.names]
    bindings = tuple(one for one in bound if one is not None and _alone(scan, one) and not exported(scan, one))
    if not bindings or len(bindings) != len(node.names):
        return
    paths = [str(one.path) for one in bindings]
    if len(paths) == 1 and paths[0] == OLD:
        name = bindings[0].name
        if isinstance(node, ast.Import) and node.names[0].asname is None:
            return
        if not _useful(scan, references[bindings[0]], leaving):
            return
        edit = _replaced(scan, node, f"import {NEW} as {name}")
    elif isinstance(node, ast.ImportFrom) and all(_has(scan, path) for path in paths):
        span = span_of(scan.source, node)
        match = _MODULE.match(scan.source.text, span.start, span.end)
        if match is None or from_module(node).partition(OLD)[0]:
            return
        edit = Edit(match.start(1), match.end(1), NEW)
    else:
        return
    imported = ImportedName(statement, node.names[0])
    yield _site(scan, node.names[0], statement.scope, statement.branch, edit, bindings, imported)


def _binding(statement: ImportSite, alias: ast.alias) -> Binding | None:
    name = alias.asname or alias.name.partition(".")[0]
    return next((one for one in statement.scope.bindings.get(name, ()) if one.alias is alias), None)


def _has(scan: Scan, path: str) -> bool:
    """Whether tf_slim has a part of slim that is no business of any other rule."""
    part = path.removeprefix(f"{OLD}.")
    known = part != path and part.partition(".")[0] in scan.table.graph.slim
    return known and scan.table.match(path) is None


def _useful(scan: Scan, references: list[Reference], leaving: set[Reference]) -> bool:
    """Whether something of slim is still used, and tf_slim has all of it."""
    kept = [one.attributes[0] if one.attributes else "" for one in references if one not in leaving]
    return bool(kept) and scan.table.graph.slim.issuperset(kept)


def _replaced(scan: Scan, node: ast.stmt, text: str) -> Edit:
    span = span_of(scan.source, node)
    return Edit(span.start, span.end, text)


def _site(
    scan: Scan,
    node: ast.expr | ast.alias,
    scope: Scope,
    branch: Branch,
    edit: Edit,
    bindings: tuple[Binding, ...],
    imported: ImportedName | None = None,
) -> Site:
    return Site(
        rule=scan.table.rules[CODE],
        kind=SiteKind.ATTRIBUTE if imported is None else SiteKind.IMPORT,
        path=OLD,
        new=NEW,
        target=NEW,
        span=span_of(scan.source, node),
        scope=scope,
        branch=branch,
        imported=imported,
        severity=Severity.ERROR,
        preamble=Preamble((edit,), notes=(_NOTE,), binds=tuple((one, _today(one)) for one in bindings)),
    )


def _today(binding: Binding) -> str:
    return NEW + (binding.path or OLD).removeprefix(OLD)
