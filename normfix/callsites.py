"""The normalization calls in a file, with the arguments that are literals: what `verify PATHS` has tried."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from normfix.errors import UserError
from normfix.runtime.checks import CallSite
from normfix.scan.bindings import CallSite as Call
from normfix.scan.parsing import ParseFailure, parse
from normfix.scan.project import Project
from normfix.scan.scanner import scan
from normfix.scan.sites import Scan, span_of
from normfix.table import Table
from normfix.text import TextError, decode


class UnreadableError(UserError):
    """A file whose calls cannot be told."""


def call_sites(files: Iterable[Path], table: Table) -> Iterator[CallSite]:
    """The calls of each file. Raises UnreadableError for a file that cannot be read or parsed."""
    project = Project(table)
    for file in files:
        yield from _sites(_scanned(file, table, project))


def _scanned(file: Path, table: Table, project: Project) -> Scan:
    try:
        source = decode(file.read_bytes(), str(file))
    except TextError as error:
        raise UnreadableError(f"{file}:{error.line}: {error}") from error
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from error
    tree = parse(source)
    if isinstance(tree, ParseFailure):
        raise UnreadableError(f"{file}:{tree.line}:{tree.column}: {tree.reason}")
    return scan(source, tree, table, project)


def _sites(scanned: Scan) -> Iterator[CallSite]:
    for call in scanned.bindings.calls:
        target = _target(call, scanned)
        if target is None:
            continue
        place = scanned.source.position(span_of(scanned.source, call.node).start)
        positional = tuple(_literals(call.node.args, scanned))
        keywords = {
            one.arg: text
            for one in call.node.keywords
            if one.arg and (text := _literal(one.value, scanned)) is not None
        }
        yield CallSite(
            path=scanned.source.path,
            line=place.line,
            column=place.column,
            target=target,
            positional=positional,
            keywords=tuple(keywords.items()),
            complete=len(positional) == len(call.node.args) and len(keywords) == len(call.node.keywords),
        )


def _target(call: Call, scanned: Scan) -> str | None:
    """The dotted path of a normalization that is called, today's spelling first where the name may mean several."""
    if not isinstance(call.node.func, ast.Name | ast.Attribute):
        return None
    meaning = scanned.resolver.expression(call.node.func, call.scope, call.branch)
    known = [path for path in meaning.paths if _is_normalization(path, scanned.table)]
    return min(known, key=lambda path: scanned.table.match(path) is not None, default=None)


def _is_normalization(path: str, table: Table) -> bool:
    if table.layer_name(path) is not None or table.function_name(path) is not None:
        return True
    match = table.match(path)
    return match is not None and not table.is_sibling(match.entry.old)


def _literals(nodes: Iterable[ast.expr], scanned: Scan) -> Iterator[str]:
    """The texts of leading literals, up to the first argument that is none."""
    for node in nodes:
        text = _literal(node, scanned)
        if text is None:
            return
        yield text


def _literal(node: ast.expr, scanned: Scan) -> str | None:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    span = span_of(scanned.source, node)
    return scanned.source.text[span.start : span.end]
