"""Layers that belong into `__init__`: made there, and called where the function of TensorFlow 1 was."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from normfix.checks.sites import Scan, Site, span_of
from normfix.fixes.blocks import insert_above, insert_below, line_bounds
from normfix.fixes.call_context import CallContext, local_names, parameters
from normfix.fixes.names import Spelled
from normfix.fixes.outcome import CallText, Rewrite, Withheld, in_one_line, weakest
from normfix.source.python import expression_of
from normfix.source.text import Applicability, Edit
from normfix.table.table import Kind

_TRAINING = ("training", "is_training")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def hoisted(
    scan: Scan, site: Site, context: CallContext, spelled: Spelled, result: CallText, rewrite: Rewrite
) -> Rewrite | Withheld:
    """The layer made in `__init__` and called where the function was, or why not, with the lines to write."""
    assert context.method is not None
    assert context.owner is not None
    assert site.reference is not None
    assert site.reference.call is not None
    owner, call = context.owner, site.reference.call
    around = next(one for one in scan.bindings.ancestors(call) if isinstance(one, _Function))
    me = _me(around) or "self"
    name = _free_attribute(scan, spelled.text, _before(scan, owner, site))
    by_hand = f"{context.refused}: `{me}.{name} = {in_one_line(result.layer)}` there, "
    by_hand += f"`{applied_text(result, f'{me}.{name}')}` here"
    init = next((one for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
    if init is None or not _can_take(scan, init, around, result.layer):
        return Withheld(by_hand)
    told = "training" in parameters(context.method) or _is_settled(call)
    if not told and "BatchNormalization" in result.layer:
        return Withheld(f"{by_hand}; `{context.method.name}` has no `training` argument to hand on, and needs one")
    made = _made(scan, init, f"{_me(init)}.{name} = {result.layer}", result.layer)
    if made is None:
        return Withheld(by_hand)
    span = span_of(scan.source, call)
    applied = f"{me}.{name}{result.applied}"
    used = Edit(span.start, span.end, f"{result.outer}({applied})" if result.outer else applied)
    notes = (*rewrite.notes, f"the layer is made in `__init__` of `{owner.name}`")
    trust = weakest(Applicability.UNSAFE, rewrite.applicability)
    return replace(rewrite, edits=(made, used, *spelled.imports), notes=notes, applicability=trust)


def applied_text(result: CallText, layer: str) -> str:
    """The call of a layer that is made elsewhere, as words show it."""
    applied = f"{layer}{result.applied}"
    return in_one_line(f"{result.outer}({applied})" if result.outer else applied)


def _can_take(scan: Scan, init: ast.FunctionDef, around: _Function, layer: str) -> bool:
    """Whether a line at the end of `__init__` always runs and means the same as in the method `around`."""
    me = _me(init)
    read = {part.id for part in ast.walk(expression_of(layer)) if isinstance(part, ast.Name)}
    known = me is not None and (me == _me(around) or _me(around) not in read)
    start = span_of(scan.source, init.body[0]).start
    on_lines = not scan.source.text[line_bounds(scan.source.text, start, start)[0] : start].strip()
    # What `__init__` binds for itself may have the name of something else that the layer's arguments read.
    apart = not read & (local_names(scan, around) | local_names(scan, init)) - {me}
    return known and on_lines and apart and not any(isinstance(one, ast.Return | ast.Raise) for one in _own(init))


def _is_settled(call: ast.Call) -> bool:
    """Whether the author wrote at the call, for good, whether it is training."""
    return any(one.arg in _TRAINING and isinstance(one.value, ast.Constant) for one in call.keywords)


def _made(scan: Scan, init: ast.FunctionDef, line: str, layer: str) -> Edit | None:
    """The line that makes the layer: above the first statement that may need it, else at the end of `__init__`.

    None where something that the layer's arguments read is set only below.
    """
    user = next((one for one in init.body if _hands_on(one, _me(init))), None)
    if user is None:
        return insert_below(scan.source, init.body[-1], line)
    above = init.body[: init.body.index(user)]
    read = {ast.unparse(one) for one in ast.walk(expression_of(layer)) if isinstance(one, ast.Attribute)}
    stored = (one for part in above for one in ast.walk(part) if isinstance(one, ast.Attribute))
    missing = {one for one in read if one.startswith(f"{_me(init)}.")}
    missing -= {ast.unparse(one) for one in stored if isinstance(one.ctx, ast.Store)}
    return insert_above(scan.source, user, line) if not missing else None


def _hands_on(statement: ast.stmt, me: str | None) -> bool:
    """Whether a statement of `__init__` may run a method of its object: it calls one, or gives the object away."""
    parents = {child: node for node in ast.walk(statement) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(statement):
        if not (isinstance(node, ast.Name) and node.id == me and isinstance(node.ctx, ast.Load)):
            continue
        outer = parents.get(node)
        if not isinstance(outer, ast.Attribute):
            if not _is_super(outer) and not _calls_base(parents, node):
                return True
        elif isinstance(call := parents.get(outer), ast.Call) and call.func is outer:
            return True
    return False


def _is_super(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _calls_base(parents: dict[ast.AST, ast.AST], node: ast.AST) -> bool:
    """Whether an object is handed to the `__init__` of a base class."""
    call = parents.get(node)
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function that are not in a function of its own."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Function | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _me(function: _Function) -> str | None:
    """What a method calls its object; None for a method that gets none."""
    if any(isinstance(one, ast.Name) and one.id in ("staticmethod", "classmethod") for one in function.decorator_list):
        return None
    given = (*function.args.posonlyargs, *function.args.args)
    return given[0].arg if given else None


def _before(scan: Scan, owner: ast.ClassDef, site: Site) -> int:
    """How many layers of the same kind earlier lines of a class ask for."""
    inside = span_of(scan.source, owner)
    return sum(
        other.target == site.target and other.rule.kind is Kind.TO_LAYER and other.reference is not None
        for other in scan.sites
        if inside.start <= other.span.start < site.span.start
    )


def _free_attribute(scan: Scan, layer: str, number: int) -> str:
    """An attribute name for a layer that no object and no class of the file has yet."""
    words = layer.rpartition(".")[2]
    base = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in words).strip("_")
    taken = {node.attr for node in ast.walk(scan.tree) if isinstance(node, ast.Attribute) and _is_own(node)}
    for node, scope in scan.bindings.scopes.items():
        if isinstance(node, ast.ClassDef):
            taken |= scope.bindings.keys()
    names = (base, *(f"{base}_{count}" for count in range(2, len(taken) + number + 3)))
    return [name for name in names if name not in taken][number]


def _is_own(node: ast.Attribute) -> bool:
    """Whether an attribute may be one of an object of this file, and not one of a module."""
    stored = isinstance(node.ctx, ast.Store)
    return isinstance(node.value, ast.Name) and (stored or node.value.id == "self")
