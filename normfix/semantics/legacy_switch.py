"""Whether a program switches the legacy Keras on: `os.environ["TF_USE_LEGACY_KERAS"] = "1"` before TensorFlow comes.

TensorFlow reads `os.environ` when its Keras is first used; `os.putenv` does not change that, so it switches nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from normfix.semantics.bindings import from_module

SWITCH = "TF_USE_LEGACY_KERAS"
_LAZY = "tensorflow"
"""`import tensorflow` alone does not load Keras."""
_ON = frozenset({"1", "true", "True"})
_SETS = re.compile(
    rb"(?:setdefault|__setitem__)[^;]{0,200}%b|%b[\"'\s\\]*(?:\)*\s*\]\s*(?:\\\s*)?=(?!=)|\]\s*:|:|=(?!=)|#)"
    % (SWITCH.encode(), SWITCH.encode())
)
"""What sets the switch; where it is only read, as libraries do, nothing matches."""

Leads = Callable[[str], bool]
"""Whether importing a module leads to TensorFlow."""

Switches = Callable[[str], bool]
"""Whether importing a module of the project switches the legacy Keras on."""


def may_set(data: bytes) -> bool:
    """Whether a file with these bytes may set the switch at all."""
    return SWITCH.encode() in data and _SETS.search(data) is not None


def switches_on(tree: ast.Module, leads: Leads, elsewhere: Switches) -> bool:
    """Whether a module has the legacy Keras switched on when TensorFlow's Keras is first used, or at its end."""
    on = late = False
    for statement in _executed(tree.body):
        told = _setting(statement)
        if late and told is None and not isinstance(statement, ast.Import | ast.ImportFrom):
            # Whatever it does may use Keras.
            return on
        if isinstance(statement, ast.Import | ast.ImportFrom):
            modules = list(_modules(statement))
            on = on or any(elsewhere(module) for module in modules)
            late = late or _LAZY in modules
            if any(leads(module) for module in modules if module != _LAZY):
                return on
        else:
            on = on if told is None else told
    return on


def _executed(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that importing a module executes, those of blocks among them."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.ClassDef):
            yield statement
            continue
        blocks = [getattr(statement, name, None) for name in ("body", "orelse", "finalbody")]
        if any(blocks):
            for block in blocks:
                yield from _executed(block or [])
        else:
            yield statement


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    module = from_module(node)
    if node.module:
        yield module
    yield from (f"{module}{'.' if node.module else ''}{alias.name}" for alias in node.names if alias.name != "*")


def _setting(statement: ast.stmt) -> bool | None:
    """What a statement sets the switch to; None when it does not speak of it."""
    if isinstance(statement, ast.Assign) and any(_is_switch(target) for target in statement.targets):
        return _is_on(statement.value)
    if isinstance(statement, ast.AugAssign) and _is_environ(statement.target):
        return _entry(statement.value)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _called(statement.value)
    return None


def _called(call: ast.Call) -> bool | None:
    if not isinstance(call.func, ast.Attribute) or not _is_environ(call.func.value):
        return None
    if call.func.attr in ("setdefault", "__setitem__") and len(call.args) == 2 and _is_name(call.args[0]):
        return _is_on(call.args[1])
    if call.func.attr == "update":
        named = [keyword.value for keyword in call.keywords if keyword.arg == SWITCH]
        entries = [_is_on(named[0])] if named else [_entry(argument) for argument in call.args]
        return next((one for one in entries if one is not None), None)
    return None


def _entry(node: ast.expr) -> bool | None:
    """What a dictionary sets the switch to."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None and _is_name(key):
                return _is_on(value)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "dict":
        return next((_is_on(one.value) for one in node.keywords if one.arg == SWITCH), None)
    return None


def _is_switch(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and _is_environ(node.value) and _is_name(node.slice)


def _is_environ(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).rpartition(".")[2] == "environ"


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == SWITCH


def _is_on(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and len(node.args) == 1 and ast.unparse(node.func) == "str":
        return isinstance(node.args[0], ast.Constant) and str(node.args[0].value) in _ON
    return isinstance(node, ast.Constant) and node.value in _ON
