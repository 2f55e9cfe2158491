"""How layers of TensorFlow 1 and Keras 2 were called: today's are called themselves, with tensors alone by place."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from normfix.checks.sites import Scan, Site, once_per_scan, span_of
from normfix.fixes.hazards.made import holders
from normfix.source.text import Edit
from normfix.table.table import Kind

METHOD = "apply"
_SECOND = "training"
_TRAINED = ".BatchNormalization"


def called_directly(scan: Scan, layer: ast.Call) -> Iterator[Edit]:
    """Edits that turn each `.apply(...)` of the layer that a call makes into a call of it."""
    for call in _calls_of(scan, layer):
        if isinstance(call.func, ast.Attribute) and call.func.attr == METHOD:
            yield Edit(span_of(scan.source, call.func.value).end, span_of(scan.source, call.func).end, "")


def training_by_name(scan: Scan, site: Site, layer: ast.Call) -> Iterator[Edit]:
    """Edits that name the `training` which calls of a site's layer give by place: Keras 3 takes tensors alone so."""
    if scan.legacy or site.rule.kind is Kind.TO_LAYER or not str(site.target).endswith(_TRAINED):
        return
    for call in _calls_of(scan, layer):
        if len(call.args) == 2 and not any(isinstance(one, ast.Starred) for one in call.args):
            start = span_of(scan.source, call.args[1]).start
            yield Edit(start, start, f"{_SECOND}=")


def _calls_of(scan: Scan, layer: ast.Call) -> Iterator[ast.Call]:
    """The calls of the layer that a call makes: on the spot, and under what it is stored as."""
    parent = scan.bindings.parents.get(layer)
    outer = scan.bindings.parents.get(parent) if isinstance(parent, ast.Attribute) else parent
    function = parent if isinstance(parent, ast.Attribute) and parent.attr == METHOD else layer
    if isinstance(outer, ast.Call) and outer.func is function:
        yield outer
    for target in holders(scan, layer):
        text = ast.unparse(target)
        if all(_is_like(value, layer) for value in _stored(scan)[text]):
            yield from _by_text(scan)[text]


def _is_like(value: ast.expr, layer: ast.Call) -> bool:
    """Whether what is stored under a name is a layer of the same class, so that no other thing is called there."""
    return isinstance(value, ast.Call) and ast.dump(value.func) == ast.dump(layer.func)


@once_per_scan
def _stored(scan: Scan) -> Mapping[str, list[ast.expr]]:
    """What is assigned to each name or attribute of a file."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    statements = {one for one in scan.bindings.parents.values() if isinstance(one, ast.Assign | ast.AnnAssign)}
    for one in statements:
        for target in one.targets if isinstance(one, ast.Assign) else [one.target]:
            if one.value is not None and isinstance(target, ast.Name | ast.Attribute):
                found[ast.unparse(target)].append(one.value)
    return found


@once_per_scan
def _by_text(scan: Scan) -> Mapping[str, list[ast.Call]]:
    """The calls of each name or attribute of a file, and of its `apply`."""
    found: dict[str, list[ast.Call]] = defaultdict(list)
    for one in scan.bindings.calls:
        function = one.node.func
        if isinstance(function, ast.Attribute) and function.attr == METHOD:
            function = function.value
        if isinstance(function, ast.Name | ast.Attribute):
            found[ast.unparse(function)].append(one.node)
    return found
