"""Classes that extend a layer whose arguments changed: what they hand to its `__init__`, and what they use of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from normfix.checks.sites import Scan, UsedName, span_of
from normfix.fixes.apply_method import METHOD, called_directly
from normfix.fixes.blocks import line_bounds
from normfix.fixes.call_context import RUN_METHODS
from normfix.fixes.hazards.made import subclasses
from normfix.fixes.outcome import Withheld
from normfix.source.text import Edit
from normfix.table.argument_map import CallMap

GIVEN_ELSEWHERE = "those who make one give its arguments"
_INSIDE = frozenset(
    {
        *("fused", "renorm", "renorm_clipping", "renorm_momentum", "virtual_batch_size", "adjustment"),
        *("add_update", "updates", "get_updates_for", "add_variable", "apply", "graph", "scope_name", "inbound_nodes"),
    }
)
"""What the old layers had besides their methods of today and what begins with an underscore."""

_HOOK = "line {} defines `{}`, which the old class called and today's does not"
_USES = "line {} uses `{}` of the old class, which today's does not have"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Own:
    """A class that extends another, its `__init__`, and the call by which that reaches the base."""

    node: ast.ClassDef
    init: ast.FunctionDef | None
    handing: tuple[ast.Call, ...]


def handed_on(scan: Scan, used: UsedName, mapping: CallMap) -> list[Edit] | Withheld:
    """Edits of what a class hands to its base, and of the calls that make one, for the base of today."""
    node = scan.bindings.parents[used.node]
    assert isinstance(node, ast.ClassDef)
    refused = _unlike(node) or _extended(scan, used, node)
    if refused is not None:
        return Withheld(refused)
    init = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
    own = _Own(node, init, tuple(_handing(init, used)) if init is not None else ())
    if init is not None and len(own.handing) != 1:
        return Withheld(f"line {init.lineno}: `__init__` of `{node.name}` does not call that of its base once")
    edits = _makers(scan, own, mapping) if init is None else _handed(scan, own, mapping)
    if isinstance(edits, Withheld) or any(isinstance(one, _Function) and one.name == METHOD for one in node.body):
        return edits
    return [*edits, *(edit for made in _made(scan, node) for edit in called_directly(scan, made))]


def reached_by_name(scan: Scan, used: UsedName, mapping: CallMap) -> bool:
    """Whether a use is `Base.method(self, ...)` in a class that extends the base and can go on to do so."""
    parent = scan.bindings.parents.get(used.node)
    owner = next((one for one in scan.bindings.ancestors(used.node) if isinstance(one, ast.ClassDef)), None)
    if owner is None or not isinstance(parent, ast.Attribute):
        return False
    base = next((one for one in owner.bases if ast.unparse(one) == ast.unparse(used.node)), None)
    if base is None:
        return False
    extended = replace(used, node=base)
    return not isinstance(handed_on(scan, extended, mapping), Withheld)


def _handing(init: ast.FunctionDef, used: UsedName) -> Iterator[ast.Call]:
    """The calls of the base's `__init__`: through `super()`, or by the name of the base."""
    base = ast.unparse(used.node)
    for one in ast.walk(init):
        if not (isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "__init__"):
            continue
        if _is_super(one.func.value) or ast.unparse(one.func.value) == base:
            yield one


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _handed(scan: Scan, own: _Own, mapping: CallMap) -> list[Edit] | Withheld:
    """The call of the base's `__init__` with its arguments mapped; `**options` of `__init__` goes on as it is."""
    # libcst takes longer to import than most checks take, so only a call that is rewritten pays for it.
    from normfix.fixes.calls import rewrite_call  # noqa: PLC0415

    call = own.handing[0]
    assert own.init is not None
    assert isinstance(call.func, ast.Attribute)
    rest = own.init.args.kwarg.arg if own.init.args.kwarg is not None else None
    splats = [one for one in call.keywords if one.arg is None]
    passed = [one for one in splats if isinstance(one.value, ast.Name) and one.value.id == rest]
    if passed and mapping.add:
        return Withheld(f"line {call.lineno} hands on arguments that are not seen here")
    if passed and (refused := _unknown(scan, own, mapping)) is not None:
        return Withheld(refused)
    kept = 0 if _is_super(call.func.value) else 1
    span = span_of(scan.source, call)
    text, func = scan.source.text[span.start : span.end], span_of(scan.source, call.func)
    callee = scan.source.text[func.start : func.end]
    result = rewrite_call(text, scan.source.newline, callee, mapping, kept=kept, handed_on=rest if passed else None)
    if isinstance(result, Withheld):
        return Withheld(f"line {call.lineno}: {result.reason}")
    if result.unsettled:
        return Withheld(f"line {call.lineno}: the default of `{result.unsettled[0]}` changed between releases: give it")
    before, new = text[func.end - span.start :], result.text.removeprefix(callee)
    return [Edit(func.end, span.end, new)] if new != before else []


def _unknown(scan: Scan, own: _Own, mapping: CallMap) -> str | None:
    """Why an argument that reaches the base through `**` is none of today's; None where all that are seen are."""
    assert own.init is not None
    given = own.init.args
    named = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    for call in _made(scan, own.node):
        if any(one.arg is None for one in call.keywords):
            return f"line {call.lineno} gives arguments through `**`, which reach the old class"
        changed = {*mapping.drop, *mapping.values, *mapping.rename, *mapping.spread}
        bad = next((one.arg for one in call.keywords if one.arg not in named and one.arg in changed), None)
        if bad is not None:
            return f"line {call.lineno} gives `{bad}`, which today's class does not take: take it out"
    return None


def _makers(scan: Scan, own: _Own, mapping: CallMap) -> list[Edit] | Withheld:
    """The calls of a class without an `__init__`, whose arguments are those of its base."""
    from normfix.fixes.calls import rewrite_call  # noqa: PLC0415

    edits: list[Edit] = []
    if mapping.add:
        added = _with_init(scan, own.node, mapping.add)
        if added is None:
            return Withheld(f"line {own.node.lineno}: its `__init__` would have to give what the old class had")
        edits.append(added)
        mapping = replace(mapping, add={})
    for call in _made(scan, own.node):
        if edits and call.args and not mapping.positional:
            return Withheld(f"line {call.lineno} gives arguments by place: name them")
        span, func = span_of(scan.source, call), span_of(scan.source, call.func)
        text, callee = scan.source.text[span.start : span.end], scan.source.text[func.start : func.end]
        result = rewrite_call(text, scan.source.newline, callee, mapping)
        if isinstance(result, Withheld):
            return Withheld(f"line {call.lineno}: {result.reason}")
        if any(not one.arg for one in call.keywords) or result.text == text:
            continue
        edits.append(Edit(func.end, span.end, result.text.removeprefix(callee)))
    return edits


def _with_init(scan: Scan, node: ast.ClassDef, added: Mapping[str, str]) -> Edit | None:
    """An `__init__` that gives today's class what was the old one's default; None where it has no line to stand on."""
    first, text, newline = node.body[0], scan.source.text, scan.source.newline
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    span = span_of(scan.source, first)
    line, below = line_bounds(text, span.start, span.end)
    margin, step = text[line : span.start], text[line : span.start][node.col_offset :]
    if margin.strip() or (below == len(text) and not text.endswith(newline)):
        return None
    entries = ", ".join(f'"{name}": {value}' for name, value in added.items())
    lines = f"{margin}def __init__(self, **kwargs):{newline}"
    lines += f"{margin}{step}super().__init__(**{{{entries}, **kwargs}}){newline}"
    if isinstance(first, ast.Pass):
        return Edit(line, below, lines)
    if not documented:
        return Edit(line, line, f"{lines}{newline}")
    after = newline if len(node.body) > 1 and not text.startswith(newline, below) else ""
    return Edit(below, below, f"{newline}{lines}{after}")


def _made(scan: Scan, owner: ast.ClassDef) -> Iterator[ast.Call]:
    for reference in scan.bindings.references_to(owner.name):
        parent = scan.bindings.parents.get(reference.node)
        meant = any(one.node is owner for one in scan.resolver.reference(reference).bindings)
        if meant and isinstance(parent, ast.Call) and parent.func is reference.node:
            yield parent


def _extended(scan: Scan, used: UsedName, node: ast.ClassDef) -> str | None:
    """Why a class that others extend stays: an `__init__` of theirs reaches the old base through it."""
    for one in subclasses(scan, [used.node]):
        if one is not node and any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in one.body):
            return f"line {one.lineno} extends `{node.name}` in turn, and its `__init__` hands arguments on"
    return None


def _unlike(node: ast.ClassDef) -> str | None:
    """What a class needs of the inside of its old base; None where it needs nothing of it."""
    methods = [one for one in node.body if isinstance(one, _Function)]
    reads = [
        one for method in methods for one in ast.walk(method) if isinstance(one, ast.Attribute) and _own(method, one)
    ]
    set_here = {one.attr for one in reads if isinstance(one.ctx, ast.Store)} | {one.name for one in methods}
    set_here |= {one.id for part in node.body for one in ast.walk(part) if isinstance(one, ast.Name) and _is_set(one)}
    called = {one.attr for one in reads if isinstance(one.ctx, ast.Load) and not _through_super(one)}
    for method in methods:
        if _is_private(method.name) and method.name not in called:
            return _HOOK.format(method.lineno, method.name)
    for one in reads:
        inner = _is_private(one.attr) or one.attr in _INSIDE
        if inner and isinstance(one.ctx, ast.Load) and (one.attr not in set_here or _through_super(one)):
            return _USES.format(one.lineno, one.attr)
    run = next((one for one in methods if one.name in RUN_METHODS - {"call"}), None)
    return _HOOK.format(run.lineno, run.name) if run is not None and run.name == "forward" else None


def _is_set(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _own(method: _Function, node: ast.Attribute) -> bool:
    """Whether an attribute is one of the object that a method is of."""
    first: Sequence[ast.arg] = (*method.args.posonlyargs, *method.args.args)[:1]
    named = isinstance(node.value, ast.Name) and any(one.arg == node.value.id for one in first)
    return named or _through_super(node)


def _through_super(node: ast.Attribute) -> bool:
    return _is_super(node.value)
