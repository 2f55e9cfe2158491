"""Values that stand under a key of a dictionary or an attribute, and which of these names the code changes."""

from __future__ import annotations

import ast

from normfix.semantics.bindings import Bindings
from normfix.semantics.members import owner_of

_READING = frozenset({"get", "items", "keys", "values", "copy"})


def key_of(node: ast.AST) -> str | None:
    """The attribute or the literal key that a node reads or sets; None for any other node."""
    if isinstance(node, ast.Attribute):
        return node.attr
    key = node.slice if isinstance(node, ast.Subscript) else None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def changed_keys(bindings: Bindings) -> frozenset[str]:
    """The keys and attributes whose value may be changed where it is kept, or handed to code that may do so."""
    found = set()
    for node in ast.walk(bindings.tree):
        name = key_of(node)
        if name is not None and not _is_only_read(node, bindings):
            found.add(name)
    return frozenset(found)


def _is_only_read(node: ast.AST, bindings: Bindings) -> bool:
    parent = bindings.parents.get(node)
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        reference = bindings.reference_at(node.value)
        told = reference is not None and owner_of(reference.name, reference.scope) is not None
        return told and isinstance(parent, ast.Assign | ast.AnnAssign)
    if isinstance(parent, ast.keyword):
        return parent.arg is None
    if isinstance(parent, ast.Dict):
        return any(key is None and value is node for key, value in zip(parent.keys, parent.values, strict=True))
    if isinstance(parent, ast.Subscript):
        return parent.value is node and isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.Attribute) and parent.attr in _READING
