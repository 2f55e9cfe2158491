"""The normalization calls in a file, with the arguments that are literals: what `verify PATHS` has tried."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from normfix.checks.arguments import literal_entries
from normfix.checks.finding import Finding
from normfix.checks.findings import SYNTAX_ERROR, broken_parts, failed, unparseable, unreadable
from normfix.checks.scanner import without_sites
from normfix.checks.sites import Scan, span_of
from normfix.config.errors import UserError
from normfix.config.selection import enabled
from normfix.config.settings import Settings
from normfix.prefilter.prefilter import prefilter_of
from normfix.run.request import table_for
from normfix.runtime.checks import Check, LiteralCall, site_checks
from normfix.semantics.bindings import CallSite
from normfix.semantics.project import Project
from normfix.source.contents import contents, readable
from normfix.source.documents import read_document
from normfix.source.parts import PartsText
from normfix.source.python import ParseFailure, parse
from normfix.source.text import Span
from normfix.table.table import Table


def checks_for(
    files: Iterable[str], settings: Settings, named: Collection[str]
) -> tuple[tuple[Check, ...], list[Finding]]:
    """A check for each call in some files, and those problems with files that are enabled in the settings.

    Of files that were not `named`, those are passed over whose bytes tell that they call nothing.
    """
    table = table_for(settings)
    prefilter = prefilter_of(table)
    project = Project(table)

    def may_call(file: str) -> bool:
        data = readable(file)
        return data is None or prefilter.may_call(data, file, project.told_by_text(file))

    found: list[Finding] = []
    chosen = (Path(file) for file in files if file in named or may_call(file))
    sites = tuple(call_sites(chosen, table, project, found))
    select = (*settings.select, *settings.extend_select)
    problems = [one for one in found if enabled(one.code, select, (*settings.ignore, *settings.ignored_in(one.path)))]
    return site_checks(sites, table), problems


def call_sites(files: Iterable[Path], table: Table, project: Project, problems: list[Finding]) -> Iterator[LiteralCall]:
    """The calls of each file of a project.

    What cannot be read or parsed of one, and what normfix fails on, goes to `problems`.
    """
    for file in files:
        try:
            yield from list(_calls(file, table, project, problems))
        except UserError:
            raise
        except Exception as error:
            problems.append(failed(str(file), error))


def _calls(file: Path, table: Table, project: Project, problems: list[Finding]) -> Iterator[LiteralCall]:
    try:
        source = read_document(contents(file), str(file))
    except (OSError, ValueError) as error:
        problems.append(unreadable(str(file), error))
        return
    if isinstance(source, PartsText):
        problems += (one for one in broken_parts(source, table) if one.code == SYNTAX_ERROR)
    tree = parse(source)
    if isinstance(tree, ParseFailure):
        problems.append(next(unparseable(source, tree, table)))
        return
    for _, site in sites_in(without_sites(source, tree, table, project)):
        yield site


def sites_in(scanned: Scan) -> Iterator[tuple[Span, LiteralCall]]:
    """The normalization calls of one file, each with the span of the whole call, that of a new layer included.

    A function that is handed on with its arguments, to `partial` or as `normalizer_fn=`, counts as called with them.
    """
    for call in scanned.bindings.calls:
        target = _target(call.node.func, call, scanned)
        if target is None:
            for one in _handed_on(call, scanned):
                yield span_of(scanned.source, call.node), replace(one, legacy=_is_legacy(scanned))
            continue
        span = span_of(scanned.source, call.node)
        cell, place = scanned.source.place(scanned.source.position(span.start))
        parent = scanned.bindings.parents.get(call.node)
        outer = parent if isinstance(parent, ast.Call) and parent.func is call.node else None
        applied = _keywords(outer.keywords, scanned) if outer else {}
        # The first argument of a function is its input, which is never a literal.
        arguments = call.node.args if target.rpartition(".")[2][:1].isupper() else call.node.args[1:]
        positional = tuple(_literals(arguments, scanned))
        keywords = _keywords(call.node.keywords, scanned)
        given = [*call.node.keywords, *(outer.keywords if outer else ())]
        yield (
            span_of(scanned.source, outer) if outer else span,
            LiteralCall(
                path=scanned.source.path,
                line=place.line,
                column=place.column,
                cell=cell,
                target=target,
                positional=positional,
                keywords=tuple(keywords.items()),
                complete=len(positional) == len(arguments) and len(keywords) == len(call.node.keywords),
                applied=tuple(applied.items()),
                left_out=_left_out(given, {*keywords, *applied}, len(arguments) - len(positional)),
                legacy=_is_legacy(scanned),
            ),
        )


def _is_legacy(scanned: Scan) -> bool:
    """Whether a file is part of a program that switches the legacy Keras on."""
    return scanned.project.legacy_programs.has(scanned.source.path)


def _handed_on(call: CallSite, scanned: Scan) -> Iterator[LiteralCall]:
    """The normalizations that a call gets as values, with the arguments that go along."""
    named = {str(one.arg): one.value for one in call.node.keywords}
    handed = {name: value for name, value in named.items() if name.endswith("_fn")}
    values = [(value, named.get(name.removesuffix("_fn") + "_params")) for name, value in handed.items()]
    if ast.unparse(call.node.func).rpartition(".")[2] == "partial" and call.node.args:
        given = [one for one in call.node.keywords if one.arg]
        values.append((call.node.args[0], ast.Dict([ast.Constant(one.arg) for one in given], [o.value for o in given])))
    for value, parameters in values:
        target = _target(value, call, scanned)
        if target is None:
            continue
        entries = tuple(literal_entries(parameters, call, scanned.resolver)) if parameters is not None else ()
        keywords = {key: text for key, one in entries if (text := _literal(one, scanned)) is not None}
        cell, place = scanned.source.place(scanned.source.position(span_of(scanned.source, value).start))
        yield LiteralCall(
            path=scanned.source.path,
            line=place.line,
            column=place.column,
            cell=cell,
            target=target,
            keywords=tuple(keywords.items()),
            complete=len(keywords) == len(entries),
        )


def _keywords(given: Iterable[ast.keyword], scanned: Scan) -> dict[str, str]:
    return {one.arg: text for one in given if one.arg and (text := _literal(one.value, scanned)) is not None}


def _left_out(given: Iterable[ast.keyword], kept: Collection[str], positional: int) -> tuple[str, ...]:
    return tuple(one.arg or "**" for one in given if one.arg not in kept) + ("*",) * positional


def _target(function: ast.expr, call: CallSite, scanned: Scan) -> str | None:
    """The dotted path of a normalization that is called, today's spelling first where the name may mean several."""
    if not isinstance(function, ast.Name | ast.Attribute):
        return None
    meaning = scanned.resolver.expression(function, call.scope, call.branch)
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
