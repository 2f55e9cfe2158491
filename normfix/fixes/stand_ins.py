"""What is handed on, where a name will not do: a small function or class of the same behaviour is written for it.

It takes the old arguments with their old defaults; a function makes a layer at each call, as the old one made weights.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from normfix.checks.finding import SiteKind
from normfix.checks.sites import Scan, Site, UsedName, span_of
from normfix.fixes.binding_order import is_free
from normfix.fixes.call_context import runs_again
from normfix.fixes.hazards.precision import has_doubles
from normfix.fixes.names import Spelled
from normfix.fixes.outcome import Rewrite, Withheld
from normfix.fixes.statement_above import above_statement
from normfix.fixes.values import is_class
from normfix.fixes.width import width
from normfix.semantics.relevance import PARTIAL
from normfix.semantics.scopes import Binding, ScopeKind, start_place
from normfix.source.text import Applicability, Edit
from normfix.table.argument_map import CallMap
from normfix.table.table import Kind

_HAZARD = "`{}` makes a new layer each time that it is called: right only where each of its calls runs once for a model"
_GIVEN = "those who make a `{}` give its arguments by keyword"
_USUAL = 79
_DEFAULTS: Mapping[str, str] = {"name": "None", "axis": "-1"}
"""What today's layers and the old functions have alike where nothing is given."""

_Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_BUILTINS = frozenset(dir(builtins)) - {"dict"}
_INPUTS, _REST = "inputs", "options"


@dataclass(frozen=True, slots=True)
class _Form:
    """A function as it is written: its parameters behind the first, and what the layer and its call are given."""

    parameters: tuple[str, ...]
    made: tuple[str, ...]
    called: tuple[str, ...]
    outer: str | None


def stand_in(
    scan: Scan, site: Site, used: UsedName, spelled: Spelled, written: dict[str, Spelled]
) -> Rewrite | Withheld | None:
    """A function of the same behaviour above the first line that needs it, and its name here.

    `spelled` is the class of the layer, and `written` has the one of each function that other lines have come to. None
    where the function is not handed on in a way that is known here.
    """
    entry = site.symbol.entry
    assert entry is not None
    is_function = site.rule.kind is Kind.TO_LAYER
    if site.kind is not SiteKind.VALUE or not _is_handed(scan, used.node):
        return None
    if is_function and is_class(site):
        # Some classes stand among the functions of old whose arguments they take: their call makes an object.
        return None
    if is_function and (again := _run_again(scan, used)):
        return Withheld(again)
    form = _form(scan, entry.arguments)
    if isinstance(form, Withheld):
        return form
    if not is_function and (form.parameters or not form.made):
        return None
    first = _first(scan, site)
    spelled = written.get(site.path, spelled)
    needed = _needed(scan, spelled)
    if needed and not any(_reaches(one, first) for one in needed):
        return Withheld(_out_of_reach(needed))
    if any(one.start > span_of(scan.source, first).start for one in spelled.imports):
        return Withheld("a function in its place would stand above the import that it needs")
    written[site.path] = spelled
    old = site.path.rpartition(".")[2]
    text = _function if is_function else _class
    body = text(scan, site.path.replace("tensorflow.", "tf.", 1), spelled.text, form)
    name = next((one for one in _candidates(old) if body.replace("{}", one, 1) in scan.source.text), None)
    edits: list[Edit] = []
    if name is None:
        name = next((one for one in _candidates(old) if is_free(scan, one, "")), None)
        if name is None:
            return Withheld("a function in its place has no name that is free for sure: a star import may bring any")
        edits += above_statement(scan, first, body.replace("{}", name, 1))
    span = span_of(scan.source, used.node)
    edits += [Edit(span.start, span.end, name), *spelled.imports]
    hazard = _HAZARD.format(name) if is_function else _GIVEN.format(name)
    return Rewrite(tuple(edits), (hazard,), Applicability.UNSAFE)


def _candidates(old: str) -> Iterator[str]:
    yield old
    yield f"new_{old}" if old.islower() else f"Old{old}"
    yield from (f"{old}_{number}" for number in range(2, 100))


def _is_handed(scan: Scan, node: ast.expr) -> bool:
    """Whether an expression is a value of this program: stored, in a container, a default, an argument of a call."""
    parent = scan.bindings.parents.get(node)
    call = scan.bindings.parents.get(parent) if isinstance(parent, ast.keyword) else parent
    if isinstance(call, ast.Call):
        return not _is_library(scan, call)
    outer = scan.bindings.parents.get(parent) if parent is not None else None
    if isinstance(parent, ast.List | ast.Tuple) and isinstance(outer, ast.Call):
        return not _is_library(scan, outer)
    if isinstance(parent, ast.Assign | ast.AnnAssign) and _is_called(scan, parent):
        return False
    stored = (ast.Assign, ast.AnnAssign, ast.Dict, ast.List, ast.Tuple, ast.IfExp, ast.Return)
    return isinstance(parent, stored) or is_default(scan, node)


def refused_argument(scan: Scan, mapping: CallMap) -> str | None:
    """Why a class cannot go under its new name alone: something that may be it is given what it no longer takes."""
    gone = {*mapping.drop, *mapping.values}
    found = next(((name, value.lineno) for name, value in _given(scan) if name in gone), None)
    return f"line {found[1]} gives `{found[0]}`, which today's class may not take: take it out" if found else None


def is_default(scan: Scan, node: ast.expr) -> bool:
    """Whether an expression is the default of a parameter."""
    parent = scan.bindings.parents.get(node)
    return isinstance(parent, _Defined) and node in (*parent.args.defaults, *parent.args.kw_defaults)


def _is_called(scan: Scan, assignment: ast.Assign | ast.AnnAssign) -> bool:
    """Whether a name is given that is called itself: such calls are rewritten, and the name goes."""
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    references = (one for target in targets if isinstance(target, ast.Name) for one in _reads(scan, target))
    parents = ((scan.bindings.parents.get(one), one) for one in references)
    return any(isinstance(parent, ast.Call) and parent.func is one for parent, one in parents)


def _is_library(scan: Scan, call: ast.Call) -> bool:
    """Whether a call is of something of a library other than `functools.partial`, which expects the old function."""
    if isinstance(call.func, ast.Name) and call.func.id in _BUILTINS:
        return True
    site = scan.bindings.call_at(call)
    if site is None or not isinstance(call.func, ast.Name | ast.Attribute):
        return site is None
    paths = scan.resolver.expression(call.func, site.scope, site.branch).paths
    return any(path != PARTIAL and path.partition(".")[0] in scan.table.roots for path in paths)


def _run_again(scan: Scan, used: UsedName) -> str | None:
    """Why what a function is handed to runs it again and again for one model, as far as this file shows."""
    waiting: list[ast.AST] = [used.node]
    seen: set[ast.AST] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        parent = scan.bindings.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            if again := runs_again(scan, parent):
                return f"line {parent.lineno} calls it: {again}"
        elif isinstance(parent, ast.Call | ast.IfExp | ast.Dict | ast.List | ast.Tuple | ast.Subscript | ast.keyword):
            waiting.append(parent)
        elif isinstance(parent, ast.Assign | ast.AnnAssign):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            waiting += (one for target in targets for one in _reads(scan, target))
        elif isinstance(parent, _Defined):
            waiting += _reads_of_default(scan, parent.args, node)
    return None


def _reads(scan: Scan, target: ast.expr) -> Iterator[ast.AST]:
    """Where what is stored under a target is read."""
    if isinstance(target, ast.Name):
        yield from (one.root for one in scan.bindings.references_to(target.id) if not one.attributes)
    elif isinstance(target, ast.Attribute):
        yield from (one.node for one in scan.bindings.readings_of(target.attr) if one.attributes[-1] == target.attr)


def _reads_of_default(scan: Scan, given: ast.arguments, node: ast.AST) -> Iterator[ast.AST]:
    positional = [*given.posonlyargs, *given.args]
    pairs = [*zip(reversed(positional), reversed(given.defaults), strict=False)]
    pairs += [(one, value) for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is not None]
    for parameter, value in pairs:
        if value is node:
            yield from _reads(scan, ast.Name(parameter.arg))


def _form(scan: Scan, mapping: CallMap) -> _Form | Withheld:
    """The parameters and arguments of a function in the place of an old one, as far as this file uses any."""
    given = list(_given(scan))
    words = {name for name, _ in given}
    for name, value in given:
        if name != mapping.outer and (name in mapping.spread or name in mapping.values):
            return Withheld(f"line {value.lineno} gives `{name}`, and what it is given to may be this function")
    special = next(
        ((name, value) for name, value in given if any(one.argument == name for one in mapping.instead)), None
    )
    if special is not None:
        return Withheld(f"line {special[1].lineno} gives `{special[0]}`, which decides what replaces this function")
    parameters, made = [], []
    for old, new in mapping.rename.items():
        default = mapping.add.get(new, _DEFAULTS.get(new))
        if new in mapping.add or old in words:
            if default is None:
                return Withheld(f"the default of its `{old}` is not known")
            parameters.append(f"{old}={default}")
            made.append(f"{new}={old}")
    for new, default in mapping.add.items():
        if new not in mapping.rename.values():
            known = new in mapping.positional
            parameters += [f"{new}={default}"] if known else []
            made.append(f"{new}={new}" if known else f"{new}={default}")
    called = []
    for old, new in mapping.call.items():
        if old not in mapping.positional[:1]:
            parameters.append(f"{old}={mapping.call_add.get(new, 'None')}")
            called.append(f"{new}={old}")
    outer = mapping.outer if mapping.outer in words else None
    parameters += [f"{one}=None" for one in (*mapping.drop, outer) if one in words]
    if has_doubles(scan):
        made.append(f"dtype={_INPUTS}.dtype")
    return _Form(tuple(parameters), tuple(made), tuple(called), outer)


def _given(scan: Scan) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of calls that may be calls of the function, by keyword or in a dictionary: none of a library's."""
    for site in scan.bindings.calls:
        if not _is_library(scan, site.node):
            yield from ((one.arg, one.value) for one in site.node.keywords if one.arg)
    for node in scan.bindings.parents:
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            for one, value in pairs:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value, value


def _function(scan: Scan, path: str, callee: str, form: _Form) -> str:
    """A function that makes a layer and calls it, with a place for its name."""
    newline = scan.source.newline
    named = ("*", *form.parameters) if form.parameters else ()
    given = (_INPUTS, *named, f"**{_REST}")
    made = ", ".join((*form.made, f"**{_REST}"))
    called = ", ".join((_INPUTS, *form.called))
    head = f"def {{}}({', '.join(given)}):"
    if len(head) + len(path) > max(width(scan), _USUAL):
        head = newline.join(("def {}(", *(f"    {one}," for one in given), "):"))
    lines = [head, f'    """A new layer at each call, as `{path}` made one."""']
    lines.append(f"    layer = {callee}({made})")
    if form.outer is None:
        lines.append(f"    return layer({called})")
    else:
        lines.append(f"    outputs = layer({called})")
        lines.append(f"    return outputs if {form.outer} is None else {form.outer}(outputs)")
    return newline.join((*lines, ""))


def _class(scan: Scan, path: str, callee: str, form: _Form) -> str:
    """A class that gives today's layer the defaults of the old one, with a place for its name."""
    entries = ", ".join('"{}": {}'.format(*one.split("=", 1)) for one in form.made)
    lines = [
        f"class {{}}({callee}):",
        f'    """With the defaults of `{path}`."""',
        "",
        f"    def __init__(self, **{_REST}):",
    ]
    lines.append(f"        super().__init__(**{{{entries}, **{_REST}}})")
    return scan.source.newline.join((*lines, ""))


def _first(scan: Scan, site: Site) -> ast.stmt:
    """The statement of the module that hands the function on first."""
    same = [one for one in scan.sites if one.path == site.path and one.kind is SiteKind.VALUE and one.reference]
    node: ast.AST = min((one.reference.node for one in same if one.reference), key=start_place)
    statements = [one for one in scan.bindings.ancestors(node) if isinstance(one, ast.stmt)]
    return statements[-1]


def _needed(scan: Scan, spelled: Spelled) -> Sequence[Binding]:
    """The bindings, one of which a new text needs; none where it brings its own import."""
    if spelled.keeps is not None:
        return (spelled.keeps,)
    return () if spelled.imports else scan.bindings.module.bindings.get(spelled.text.partition(".")[0], ())


def _reaches(binding: Binding, first: ast.stmt) -> bool:
    """Whether a name is bound for the whole module, above a statement, once and for all."""
    at_top = binding.scope.kind is ScopeKind.MODULE and not binding.branch
    return at_top and binding.place < start_place(first) and binding.scope.bindings[binding.name][-1] is binding


def _out_of_reach(needed: Sequence[Binding]) -> str:
    """Why a function cannot use a name that it needs."""
    name, line = needed[0].name, needed[0].place[0]
    later = next((one.place[0] for one in needed[0].scope.bindings[name][1:]), None)
    if later is not None:
        return f"a function in its place would use `{name}`, which line {later} binds anew"
    return f"a function in its place would stand above line {line}, which it needs"
