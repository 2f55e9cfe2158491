"""Which dotted path stands under the cursor, whatever name the author has for it."""

from __future__ import annotations

import ast

from normfix.checks.nominate import imported_path
from normfix.semantics.bindings import Bindings
from normfix.semantics.meaning import Meaning
from normfix.semantics.project import Project
from normfix.semantics.resolve import Resolver
from normfix.semantics.walk import collect
from normfix.server.checking import Checked
from normfix.source.documents import read_document
from normfix.source.python import ParseFailure, parse
from normfix.source.text import Position, SourceText, TextError


def symbol_at(checked: Checked, cell: int | None, place: Position) -> str | None:
    """The path of the name at a place; None where there is none, or it may be several things."""
    document, table = checked.document, checked.job.table
    try:
        source = read_document(document.data, document.path)
    except TextError:
        return None
    tree = parse(source)
    if isinstance(tree, ParseFailure):
        return None
    project = Project(table, checked.texts, full=checked.job.options.full)
    bindings = collect(tree)
    resolver = Resolver(project.library_exports, bindings, project.view(document.path), project.steps)
    offset = source.index(Position(source.line_of(cell, place.line), place.column))
    path = _imported(source, bindings, offset) or _read(source, bindings, resolver, offset)
    return path if path is not None and not project.owns(document.path, path) else None


def _imported(source: SourceText, bindings: Bindings, offset: int) -> str | None:
    for site in bindings.imports:
        for alias in site.node.names:
            if _holds(source, alias, offset):
                return imported_path(site, alias)
    return None


def _read(source: SourceText, bindings: Bindings, resolver: Resolver, offset: int) -> str | None:
    """The path of the innermost chain of names around a place."""
    around = [one for one in bindings.references if one.quoted is None and _holds(source, one.node, offset)]
    if not around:
        return None
    reference = max(around, key=lambda one: one.place)
    found: Meaning = resolver.reference(reference)
    for name in reference.attributes:
        found = found.attribute(name)
    return found.paths[0] if found.certain else None


def _holds(source: SourceText, node: ast.expr | ast.alias, offset: int) -> bool:
    if node.end_lineno is None or node.end_col_offset is None:
        return False
    start = source.offset(node.lineno, node.col_offset)
    return start <= offset <= source.offset(node.end_lineno, node.end_col_offset)
