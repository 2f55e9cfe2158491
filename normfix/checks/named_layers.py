"""Layers that a dictionary names by their path, with what it gives them beside `_target_` or in `config`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from normfix.checks.finding import SiteKind
from normfix.checks.misspelled_arguments import unknown_arguments
from normfix.checks.refused import argument_sites
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Scan, Site, Symbol
from normfix.semantics.bindings import CallSite
from normfix.semantics.project import Project
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Reference
from normfix.semantics.walk import collect
from normfix.source.data_files import mappings
from normfix.source.text import SourceText
from normfix.table.rule import Kind
from normfix.table.table import Table

TARGET = "_target_"
CLASS = "class_name"
_MODULE = "module"
_CONFIG = "config"
_THROUGH = f"it is given where a text names the layer: change it there by hand, beside `{TARGET}` or in `{_CONFIG}`"


@dataclass(frozen=True, slots=True)
class _Named:
    """A layer that a text names: its path, the node of the text, and the items that its call gets."""

    path: str
    node: ast.expr
    given: ast.Dict


def named_sites(maker: SiteMaker, table: Table, dicts: Iterable[ast.Dict]) -> Iterator[Site]:
    """A site for each layer that a dictionary names by a path of old, and for each argument that it gives one."""
    calls: list[CallSite] = []
    for named in (one for node in dicts for one in _named(node)):
        match = table.match(named.path)
        if match is not None and match.entry.rule.kind is not Kind.SIBLING:
            symbol = Symbol(match.entry.rule, match.path, None, match.entry.new, match.entry)
            yield maker.at(symbol, SiteKind.STRING, named.node, _standing(named.node, maker))
        elif table.layer_name(named.path) is not None:
            calls.append(CallSite(_call(named), maker.bindings.module, ()))
    for site in (*argument_sites(maker, table, calls), *unknown_arguments(maker, table, calls)):
        assert site.argument is not None
        yield replace(site, used=replace(site.argument, through=_THROUGH))


def written_out(node: ast.expr) -> ast.Dict | None:
    """A dictionary that is written out, be it as `dict(a=1)` with Python's own `dict`; None for anything else."""
    if isinstance(node, ast.Dict):
        return node
    called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if not isinstance(node, ast.Call) or called != "dict" or node.args:
        return None
    named = [one for one in node.keywords if one.arg is not None]
    keys: list[ast.expr | None] = [_spanning(ast.Constant(one.arg), one, len(str(one.arg))) for one in named]
    return ast.Dict(keys, [written_out(one.value) or one.value for one in named]) if named == node.keywords else None


def data_scan(source: SourceText, table: Table, project: Project, loader: str) -> Scan:
    """The scan of a data file that the code in the file `loader` loads."""
    tree = ast.Module([], [])
    bindings = collect(tree)
    resolver = Resolver(project.library_exports, bindings, project.view(loader), project.steps)
    maker, dicts = SiteMaker(source, bindings, resolver), mappings(source)
    sites = [*named_sites(maker, table, dicts), *_other_texts(maker, table, dicts)]
    # Which Keras is meant is a matter of the program that loads the file.
    read = replace(source, path=loader)
    return Scan(read, table, project, tree, bindings, resolver, tuple(sorted(sites, key=lambda one: one.span)))


def _other_texts(maker: SiteMaker, table: Table, dicts: Iterable[ast.Dict]) -> Iterator[Site]:
    """The sites for layers whose path of old is the value of any other key."""
    for key, value in ((key, value) for node in dicts for key, value in zip(node.keys, node.values, strict=True)):
        if not isinstance(key, ast.Constant) or key.value == TARGET:
            continue
        for one in value.elts if isinstance(value, ast.List) else (value,):
            text = one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else ""
            match = table.match(text) if "." in text else None
            if match is not None and match.entry.rule.kind is not Kind.SIBLING:
                symbol = Symbol(match.entry.rule, match.path, None, match.entry.new, match.entry)
                yield maker.at(symbol, SiteKind.STRING, one, _standing(one, maker))


def _standing(node: ast.expr, maker: SiteMaker) -> Reference:
    return Reference(node, ast.Name("", ast.Load()), "", (), maker.bindings.module, ())


def _named(node: ast.Dict) -> Iterator[_Named]:
    """The layer that a dictionary names, if its text is a dotted path."""
    items = {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    target, module, name = (_text(items.get(one)) for one in (TARGET, _MODULE, CLASS))
    if "." in target:
        yield _Named(target, items[TARGET], node)
    elif module and name:
        config = items.get(_CONFIG)
        given = written_out(config) if config is not None else None
        yield _Named(f"{module}.{name}", items[_MODULE], given or ast.Dict([], []))


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _call(named: _Named) -> ast.Call:
    """The call that a text with its items stands for."""
    home, _, name = named.path.rpartition(".")
    nothing = ast.Constant(None)
    module = ast.Call(
        ast.Name("__import__", ast.Load()),
        [ast.Constant(home), nothing, nothing, ast.List([ast.Constant(name)], ast.Load())],
        [],
    )
    keywords = [
        ast.keyword(
            key.value,
            value,
            lineno=key.lineno,
            col_offset=key.col_offset,
            end_lineno=value.end_lineno,
            end_col_offset=value.end_col_offset,
        )
        for key, value in zip(named.given.keys, named.given.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and not key.value.startswith("_")
        if key.value not in (CLASS, _MODULE)
    ]
    function = ast.copy_location(ast.Attribute(module, name, ast.Load()), named.node)
    call = ast.copy_location(ast.Call(function, [], keywords), named.node)
    for inner in ast.walk(module):
        ast.copy_location(inner, named.node)
    return call


def _spanning(node: ast.Constant, keyword: ast.keyword, width: int) -> ast.Constant:
    """A node where the name of a keyword stands."""
    node.lineno = node.end_lineno = keyword.lineno
    node.col_offset = keyword.col_offset
    node.end_col_offset = keyword.col_offset + width
    return node
