"""Initializers of the old form: functions that today's layers call with a `dtype`, and scales taken from a shape."""

from __future__ import annotations

import ast

from normfix.checks.sites import Scan
from normfix.fixes.code import code_of, defined_elsewhere
from normfix.semantics.bindings import CallSite
from normfix.semantics.scopes import start_place

EFFECT = "initial-scale"
_TYPE = "dtype"
_ENDINGS = ("_init", "_initializer")
_SCALED = ("he_", "he", "glorot_", "glorot", "lecun_", "lecun", "variance_scaling", "variancescaling")
_STANDALONE = "keras."
_SIGNATURE = "the function given in line {} is called with `dtype=` by today's layers, which it does not take"
_TEXT = "line {} is handed its `dtype` as a text by today's layers, which not every function of the old form takes"
_FANS = (
    "line {} takes its scale from the shape: Keras before 2.4 reckoned with the root of the number of channels, "
    "today's Keras with the number"
)


def unfit(scan: Scan, call: CallSite, value: ast.expr) -> str:
    """Why an initializer that is no text may fail in today's layers, or cannot be told; empty where it fits."""
    function = _function(scan, call, value)
    if isinstance(function, ast.Lambda | ast.FunctionDef):
        takes = _takes_type(function.args)
        return "" if takes else _SIGNATURE.format(value.lineno)
    return ""


def doubtful(scan: Scan, call: CallSite, path: str) -> str | None:
    """Why the initializers of a call may give other numbers or none in today's layers; None where they fit.

    `path` is where the class of the call was imported from.
    """
    for keyword in call.node.keywords:
        if not str(keyword.arg).endswith(_ENDINGS):
            continue
        reason = unfit(scan, call, keyword.value)
        if reason:
            return reason
        if path.startswith(_STANDALONE) and _is_scaled(scan, call, keyword.value):
            return _FANS.format(keyword.value.lineno)
        function = _function(scan, call, keyword.value)
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            return _TEXT.format(keyword.value.lineno)
    return None


def _function(scan: Scan, call: CallSite, value: ast.expr) -> ast.AST:
    """What an expression is defined as, here or in another file: a lambda, a function, or the expression itself."""
    other = defined_elsewhere(code_of(scan), value) if isinstance(value, ast.Name | ast.Attribute) else None
    if other is not None:
        return other[1].value if isinstance(other[1].value, ast.Lambda) else other[1].node
    if not isinstance(value, ast.Name):
        return value
    bindings = scan.resolver.name(value.id, call.scope, call.branch, start_place(value)).bindings
    if len(bindings) != 1:
        return value
    return bindings[0].value if isinstance(bindings[0].value, ast.Lambda) else bindings[0].node


def _takes_type(given: ast.arguments) -> bool:
    """Whether a function takes a shape by place and `dtype` by name, and needs nothing else."""
    named = [*given.args, *given.kwonlyargs]
    positional = [*given.posonlyargs, *given.args]
    needed = positional[1 : len(positional) - len(given.defaults)]
    needed += [one for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is None]
    takes = given.kwarg is not None or any(one.arg == _TYPE for one in named)
    return takes and bool(positional or given.vararg) and all(one.arg == _TYPE for one in needed)


def _is_scaled(scan: Scan, call: CallSite, value: ast.expr) -> bool:
    """Whether an initializer takes its scale from the shape of the weights."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and value.value.lower().startswith(_SCALED)
    function = value.func if isinstance(value, ast.Call) else value
    other = defined_elsewhere(code_of(scan), value) if isinstance(value, ast.Name | ast.Attribute) else None
    given = other[1].value if other is not None else None
    if isinstance(given, ast.Constant | ast.Call):
        return _is_scaled(scan, call, given)
    if isinstance(value, ast.Name):
        bindings = scan.resolver.name(value.id, call.scope, call.branch, start_place(value)).bindings
        given = bindings[0].value if len(bindings) == 1 else None
        if given is not None and not isinstance(given, ast.Name):
            return _is_scaled(scan, call, given)
    if not isinstance(function, ast.Name | ast.Attribute):
        return False
    return ast.unparse(function).rpartition(".")[2].lower().startswith(_SCALED)
