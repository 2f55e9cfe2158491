"""Dictionaries of initializers that have a name: each entry is handed on by its key, so that the name keeps its use."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from normfix.checks.sites import Scan, UsedName, span_of
from normfix.semantics.scopes import Reference, start_place
from normfix.source.text import Edit
from normfix.table.argument_map import CallMap


def spelled_out(scan: Scan, used: UsedName, mapping: CallMap) -> list[Edit]:
    """Edits that write `{"beta": given["beta"]}` where a call is given `given`, a dictionary that never changes."""
    assert used.call is not None
    pairs = [(mapping.positional[index], one) for index, one in enumerate(used.call.args[: len(mapping.positional)])]
    pairs += [(one.arg or "", one.value) for one in used.call.keywords]
    edits = []
    for name, value in pairs:
        if name in mapping.spread and isinstance(value, ast.Name):
            keys = keys_of(scan, used.reference, value)
            if keys is not None:
                span = span_of(scan.source, value)
                entries = ", ".join(f'"{key}": {value.id}["{key}"]' for key in keys)
                edits.append(Edit(span.start, span.end, f"{{{entries}}}"))
    return edits


def keys_of(scan: Scan, reference: Reference, name: ast.Name) -> list[str] | None:
    """The keys of a dictionary that is named beside a reference; None where that may be another, or may change."""
    found = scan.resolver.name(name.id, reference.scope, reference.branch, start_place(name)).bindings
    if len(found) != 1 or len(found[0].scope.bindings[name.id]) != 1:
        return None
    if any(_may_change(scan, one) for one in _uses(scan, name.id)):
        return None
    return _texts(found[0].value)


def _texts(value: ast.expr | None) -> list[str] | None:
    if isinstance(value, ast.Dict):
        keys = [one.value for one in value.keys if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return keys if len(keys) == len(value.keys) else None
    plain = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict"
    if not plain or not isinstance(value, ast.Call) or value.args:
        return None
    return [one.arg for one in value.keywords if one.arg] if all(one.arg for one in value.keywords) else None


def _uses(scan: Scan, name: str) -> Iterator[ast.AST]:
    yield from (one.root for one in scan.bindings.references_to(name))


def _may_change(scan: Scan, node: ast.AST) -> bool:
    """Whether a use of a dictionary does more than hand it on by keyword or read an entry."""
    parent = scan.bindings.parents.get(node)
    if isinstance(parent, ast.Subscript):
        return not isinstance(parent.ctx, ast.Load)
    return not isinstance(parent, ast.keyword)
