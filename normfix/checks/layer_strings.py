"""Layers that are named in texts: `import_module` of one that is gone, `_target_`, `deserialize`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from normfix.checks.finding import SiteKind
from normfix.checks.named_layers import CLASS, TARGET, named_sites, written_out
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Site, Symbol
from normfix.prefilter.objects import LOOKED_UP
from normfix.semantics.bindings import CallSite
from normfix.semantics.chains import imported_text, last_name
from normfix.semantics.scopes import Reference
from normfix.table.table import LAYER_HOMES, Kind, Table

WITHOUT_MODULE = "NF728"
_OTHER_NAMES = frozenset({"BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"})
_DESERIALIZE = frozenset(f"{home}.deserialize" for home in LAYER_HOMES if not home.startswith("tf_keras"))


def layer_strings(maker: SiteMaker, table: Table) -> Iterator[Site]:
    """A site for each text that names a layer, or a module of layers, which is not there any more."""
    for call in maker.bindings.calls:
        yield from _module(maker, table, call)
        yield from _looked_up(maker, table, call)
        yield from _deserialized(maker, table, call)
    if TARGET in maker.source.text or CLASS in maker.source.text:
        yield from named_sites(maker, table, _dictionaries(maker))


def _dictionaries(maker: SiteMaker) -> Iterator[ast.Dict]:
    """The dictionaries that a file writes out."""
    yield from (node for node in ast.walk(maker.bindings.tree) if isinstance(node, ast.Dict))
    for call in maker.bindings.calls:
        found = written_out(call.node) if {one.arg for one in call.node.keywords} & {TARGET, CLASS} else None
        if found is not None and not maker.resolver.expression(call.node.func, call.scope, call.branch).bindings:
            yield found


def _module(maker: SiteMaker, table: Table, call: CallSite) -> Iterator[Site]:
    """`import_module("keras.layers.normalization")` or `__import__`, whatever is done with the module."""
    text = imported_text(call.node)
    read_on = isinstance(maker.bindings.parents.get(call.node), ast.Attribute)
    if text is None or text not in table.norm_modules or read_on:
        return
    meaning = maker.resolver.expression(call.node, call.scope, call.branch)
    # Without names to take from it, `__import__` returns the package above, and imports the module all the same.
    imports = isinstance(call.node.func, ast.Name) and call.node.func.id == "__import__"
    above = imports and meaning.paths == (text.partition(".")[0],)
    if meaning.paths == (text,) or above:
        standing = Reference(call.node, call.node, "", (), call.scope, call.branch)
        symbol = Symbol(table.norm_modules[text].rule, text)
        yield maker.at(symbol, SiteKind.STRING, call.node, call, guarded=maker.use_is_guarded(standing))


def _looked_up(maker: SiteMaker, table: Table, call: CallSite) -> Iterator[Site]:
    """`mock.patch("keras.layers.normalization.BatchNormalization")` and others that go to a path by its text."""
    node = call.node
    text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if last_name(node.func) not in LOOKED_UP or not isinstance(text, str) or text.partition(".")[0] not in table.roots:
        return
    parts = text.split(".")
    paths = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
    match = next((found for path in paths if (found := table.match(path)) is not None), None)
    if match is not None and match.entry.rule.kind is not Kind.SIBLING:
        standing = Reference(node, node, "", (), call.scope, call.branch)
        symbol = Symbol(match.entry.rule, match.path, match.new, match.entry.new, match.entry)
        yield maker.at(symbol, SiteKind.STRING, node.args[0], call, guarded=maker.use_is_guarded(standing))


def _deserialized(maker: SiteMaker, table: Table, call: CallSite) -> Iterator[Site]:
    """`keras.layers.deserialize({"class_name": ...})` of a dictionary that does not say the module of the class."""
    function = call.node.func
    named = (isinstance(function, ast.Attribute) and function.attr == "deserialize") or isinstance(function, ast.Name)
    if not named or not call.node.args or not isinstance(function, ast.Name | ast.Attribute):
        return
    meaning = maker.resolver.expression(function, call.scope, call.branch)
    if not meaning.certain or meaning.paths[0] not in _DESERIALIZE:
        return
    held = maker.resolver.follower.origins(call.node.args[0], call.scope, call.branch)
    texts = _texts(held.found[0].node) if len(held.found) == 1 and not held.unknown else {}
    if texts.get(CLASS) in {*table.layers, *_OTHER_NAMES} and "module" not in texts:
        symbol = Symbol(table.rules[WITHOUT_MODULE], meaning.paths[0])
        yield maker.at(symbol, SiteKind.CALL, call.node, call, guarded=maker.call_is_guarded(call))


def _texts(node: ast.expr) -> dict[str, str | None]:
    """The keys of a dictionary that is written out whole, with the values that are texts."""
    found = written_out(node)
    keys = [one.value if isinstance(one, ast.Constant) else None for one in found.keys] if found is not None else []
    if found is None or not all(isinstance(one, str) for one in keys):
        return {}
    values = [one.value if isinstance(one, ast.Constant) else None for one in found.values]
    return {str(key): value if isinstance(value, str) else None for key, value in zip(keys, values, strict=True)}
