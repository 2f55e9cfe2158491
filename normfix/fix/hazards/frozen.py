"""Frozen layers: the old class went on using batch statistics in training, today's uses the moving averages."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from normfix.checks.arguments import literal_entries
from normfix.checks.sites import Scan, once_per_scan
from normfix.fix.hazards.made import calls_of, holders, subclasses
from normfix.semantics.scopes import start_place

EFFECT = "frozen-statistics"
_FROZEN = (
    "line {} sets `trainable`: a frozen layer of the old class went on using batch statistics in training, one of "
    "today's uses the moving averages"
)
_WORD = "trainable"
_MODELS = frozenset({"Sequential", "Model", "Functional"})


def frozen(scan: Scan, nodes: Sequence[ast.AST]) -> str | None:
    """Why layers of a class may be frozen, however their `trainable` gets its value; None where nothing says so.

    `nodes` are the expressions that name the class.
    """
    if not _says_word(scan):
        return None
    calls = list(calls_of(scan, nodes))
    owners = subclasses(scan, nodes)
    lines = [line for call in calls for line in _given(scan, call)]
    lines += [line for owner in owners for line in _within(scan, owner)]
    held = {ast.unparse(target) for call in calls for target in holders(scan, call)}
    lines += [one.line for one in _settings(scan) if one.target in held or (calls and one.of_some_layer)]
    return _FROZEN.format(min(lines)) if lines else None


@once_per_scan
def _says_word(scan: Scan) -> bool:
    return _WORD in scan.source.text


@dataclass(frozen=True, slots=True)
class _Setting:
    """A line that sets `trainable` of a target to what may be false."""

    target: str
    of_some_layer: bool
    line: int


@once_per_scan
def _settings(scan: Scan) -> tuple[_Setting, ...]:
    return tuple(_Setting(ast.unparse(one), _is_some_layer(scan, one), line) for one, line in _set(scan))


def _given(scan: Scan, call: ast.Call) -> Iterator[int]:
    """The lines on which a call gets a `trainable` that may be false."""
    site = scan.bindings.call_at(call)
    for keyword in call.keywords:
        if keyword.arg == _WORD and not is_true(keyword.value):
            yield keyword.value.lineno
        elif keyword.arg is None and site is not None:
            entries = dict(literal_entries(keyword.value, site, scan.resolver))
            if _WORD in entries and not is_true(entries[_WORD]):
                yield entries[_WORD].lineno


def _within(scan: Scan, owner: ast.ClassDef) -> Iterator[int]:
    """The lines of a subclass that hand `trainable` on, set it, or have it as a default."""
    for node in ast.walk(owner):
        if isinstance(node, ast.Call):
            yield from _given(scan, node)
        elif isinstance(node, ast.Assign) and not is_true(node.value):
            yield from (one.lineno for one in node.targets if _names_it(one))
        elif isinstance(node, ast.arguments):
            yield from _defaults(node)


def _names_it(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == _WORD) or (isinstance(node, ast.Name) and node.id == _WORD)


def _defaults(given: ast.arguments) -> Iterator[int]:
    positional = [*given.posonlyargs, *given.args]
    paired = [*zip(reversed(positional), reversed(given.defaults), strict=False)]
    paired += [
        (one, value) for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is not None
    ]
    yield from (value.lineno for one, value in paired if one.arg == _WORD and not is_true(value))


def _set(scan: Scan) -> Iterator[tuple[ast.expr, int]]:
    """Every `x.trainable = ...` and `setattr(x, "trainable", ...)` that does not say True: x, and the line."""
    for node, parent in scan.bindings.parents.items():
        if not (isinstance(node, ast.Attribute) and node.attr == _WORD and isinstance(parent, ast.Assign)):
            continue
        if node in parent.targets and not is_true(parent.value):
            yield node.value, node.lineno
    for one in scan.bindings.calls:
        given = one.node.args
        if not (isinstance(one.node.func, ast.Name) and one.node.func.id == "setattr" and len(given) == 3):
            continue
        if isinstance(given[1], ast.Constant) and given[1].value == _WORD and not is_true(given[2]):
            yield given[0], one.node.lineno


def _is_some_layer(scan: Scan, node: ast.expr) -> bool:
    """Whether an expression is a layer of some model or a model: what is frozen with it may be any layer."""
    if isinstance(node, ast.Subscript):
        return _are_layers(node.value)
    if isinstance(node, ast.Attribute):
        return _is_own_model(scan, node)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "get_layer"
    if not isinstance(node, ast.Name):
        return False
    loops = [one for one in scan.bindings.ancestors(node) if isinstance(one, ast.For)]
    if any(_binds(loop.target, node.id) for loop in loops):
        return any(_binds(loop.target, node.id) and _are_layers(loop.iter) for loop in loops)
    return _is_model(scan, node)


def _is_model(scan: Scan, node: ast.Name) -> bool:
    """Whether a name may be a model of this program: a parameter, what a function of its own or a model class made."""
    holder = scan.bindings.reference_at(node)
    if holder is None:
        return False
    meaning = scan.resolver.name(node.id, holder.scope, holder.branch, start_place(node))
    return any(
        isinstance(one.node, ast.arg) or (isinstance(one.value, ast.Call) and _makes_model(scan, one.value))
        for one in meaning.bindings
    )


def _is_own_model(scan: Scan, node: ast.Attribute) -> bool:
    """Whether an attribute is given what a function of the program or a model class made."""
    made = _given_to_attributes(scan).get(ast.unparse(node), ())
    return any(isinstance(value, ast.Call) and _makes_model(scan, value) for value in made)


@once_per_scan
def _given_to_attributes(scan: Scan) -> Mapping[str, list[ast.expr]]:
    """What each attribute of the file is given, as it is spelled."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node, parent in scan.bindings.parents.items():
        if isinstance(node, ast.Attribute) and isinstance(parent, ast.Assign) and node in parent.targets:
            found[ast.unparse(node)].append(parent.value)
    return found


def _makes_model(scan: Scan, call: ast.Call) -> bool:
    site = scan.bindings.call_at(call)
    if site is None or not isinstance(call.func, ast.Name | ast.Attribute):
        return False
    meaning = scan.resolver.expression(call.func, site.scope, site.branch)
    names = {path.rpartition(".")[2] for path in meaning.paths if scan.project.external(path)}
    return not names or bool(names & _MODELS)


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(target))


def _are_layers(node: ast.expr) -> bool:
    """Whether an expression is the layers of a model, or some of them, or these in another order or with numbers."""
    while isinstance(node, ast.Subscript | ast.Call):
        if isinstance(node, ast.Call) and not node.args:
            return False
        node = node.value if isinstance(node, ast.Subscript) else node.args[0]
    return isinstance(node, ast.Attribute) and node.attr == "layers"


def is_true(node: ast.expr) -> bool:
    """Whether an expression is the literal True."""
    return isinstance(node, ast.Constant) and node.value is True
