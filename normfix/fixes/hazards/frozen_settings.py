"""The lines that set `trainable` of something, and whether that may be a layer that is asked about."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from normfix.fixes.call_context import parameters
from normfix.fixes.code import Code
from normfix.semantics.scopes import start_place

WORD = "trainable"
_MODELS = frozenset({"Sequential", "Model", "Functional"})


@dataclass(frozen=True, slots=True)
class Setting:
    """A line that sets `trainable` of a target to what may be false."""

    target: ast.expr
    of_some_layer: bool
    node: ast.expr


def is_held(setting: Setting, held: Iterable[ast.expr]) -> bool:
    """Whether a setting is of what is stored somewhere, or of an attribute of any object that has the name of one."""
    for one in held:
        if ast.unparse(one) == ast.unparse(setting.target):
            return True
        attributes = isinstance(one, ast.Attribute) and isinstance(setting.target, ast.Attribute)
        if attributes and getattr(one, "attr", "") == getattr(setting.target, "attr", None):
            return True
    return False


def settings(code: Code) -> Iterator[Setting]:
    """Every `x.trainable = ...` and `setattr(x, "trainable", ...)` that does not say True."""
    found = list(_set(code))
    given = _given_to_attributes(code) if any(isinstance(target, ast.Attribute) for target, _ in found) else {}
    for target, node in found:
        own = isinstance(target, ast.Attribute) and _is_own_model(code, given.get(ast.unparse(target), ()))
        yield Setting(target, own or _is_some_layer(code, target), node)


def _set(code: Code) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What `trainable` is set of, and the expression that says so."""
    for node, parent in code.bindings.parents.items():
        if not (isinstance(node, ast.Attribute) and node.attr == WORD and isinstance(parent, ast.Assign)):
            continue
        if node in parent.targets and not is_true(parent.value):
            yield node.value, node
    for one in code.bindings.calls:
        given = one.node.args
        if not (isinstance(one.node.func, ast.Name) and one.node.func.id == "setattr" and len(given) == 3):
            continue
        if isinstance(given[1], ast.Constant) and given[1].value == WORD and not is_true(given[2]):
            yield given[0], given[0]


def of_parameter(code: Code, setting: Setting) -> bool:
    """Whether a function sets it of what it is given: others may hand it any layer or model."""
    above = list(code.bindings.ancestors(setting.node))
    function = next((one for one in above if isinstance(one, ast.FunctionDef)), None)
    if function is None or not isinstance(code.bindings.parents.get(function), ast.Module):
        return False
    parts = [setting.target, *(one.iter for one in above if isinstance(one, ast.For))]
    named = {one.id for part in parts for one in ast.walk(part) if isinstance(one, ast.Name)}
    return not named.isdisjoint(parameters(function))


def _is_some_layer(code: Code, node: ast.expr) -> bool:
    """Whether an expression is a layer of some model or a model: what is frozen with it may be any layer."""
    if isinstance(node, ast.Subscript):
        return _are_layers(node.value)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "get_layer"
    if not isinstance(node, ast.Name):
        return False
    loops = [one for one in code.bindings.ancestors(node) if isinstance(one, ast.For)]
    if any(_binds(loop.target, node.id) for loop in loops):
        return any(_binds(loop.target, node.id) and _are_layers(loop.iter) for loop in loops)
    return _is_model(code, node)


def _is_model(code: Code, node: ast.Name) -> bool:
    """Whether a name may be a model of this program: a parameter, what a function of its own or a model class made."""
    holder = code.bindings.reference_at(node)
    if holder is None:
        return False
    meaning = code.resolver.name(node.id, holder.scope, holder.branch, start_place(node))
    return any(
        isinstance(one.node, ast.arg) or (isinstance(one.value, ast.Call) and _makes_model(code, one.value))
        for one in meaning.bindings
    )


def _is_own_model(code: Code, made: Iterable[ast.expr]) -> bool:
    """Whether an attribute is given what a function of the program or a model class made."""
    return any(isinstance(value, ast.Call) and _makes_model(code, value) for value in made)


def _given_to_attributes(code: Code) -> Mapping[str, list[ast.expr]]:
    """What each attribute of the file is given, as it is spelled."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node, parent in code.bindings.parents.items():
        if isinstance(node, ast.Attribute) and isinstance(parent, ast.Assign) and node in parent.targets:
            found[ast.unparse(node)].append(parent.value)
    return found


def _makes_model(code: Code, call: ast.Call) -> bool:
    site = code.bindings.call_at(call)
    if site is None or not isinstance(call.func, ast.Name | ast.Attribute):
        return False
    meaning = code.resolver.expression(call.func, site.scope, site.branch)
    names = {path.rpartition(".")[2] for path in meaning.paths if code.project.external(path)}
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
