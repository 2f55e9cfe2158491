"""`.apply(x)`, by which layers of TensorFlow 1 were called: today's layers are called themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from normfix.checks.sites import Scan, span_of
from normfix.source.text import Edit

_METHOD = "apply"


def called_directly(scan: Scan, layer: ast.Call) -> Iterator[Edit]:
    """Edits that turn each `.apply(...)` of the layer that a call makes into a call of it."""
    parent = scan.bindings.parents.get(layer)
    chain = [parent] if isinstance(parent, ast.Attribute) else []
    held = {ast.unparse(target) for target in parent.targets} if isinstance(parent, ast.Assign) else set()
    if held:
        chain += [node for node in scan.bindings.parents if isinstance(node, ast.Attribute)]
    for node in chain:
        outer = scan.bindings.parents.get(node)
        own = node is parent or (node.attr == _METHOD and ast.unparse(node.value) in held)
        if own and node.attr == _METHOD and isinstance(outer, ast.Call) and outer.func is node:
            start, end = span_of(scan.source, node.value).end, span_of(scan.source, node).end
            yield Edit(start, end, "")
