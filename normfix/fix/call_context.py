"""Where a call stands: is the code around it run once, so that a layer made there is made once?

A function of TensorFlow 1 made its weights by scope and name; a layer makes new ones each time that it is built. So a
function call may become a layer only where the model is built, not where it is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from normfix.checks.sites import Scan
from normfix.semantics.scopes import ScopeKind

RUN_METHODS = frozenset({"call", "__call__", "forward"})
_BUILDER = re.compile(r"(?i)^_*(?:build|create|make|define|construct|get|init|main|run|train|test)|model|network|graph")
_REPEATED = re.compile(r"(?i)step|batch(?!_?norm)|epoch|iter|forward|predict|loss|eval")
_TRACED = "`{}` is traced by tf.function, where no new weights may be made"
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a layer may be made at a call.

    `refused` says why not. `doubt` says what has to be true for it. `method` is the method that runs a layer or model,
    where the layer can be made in `__init__` of `owner` instead.
    """

    refused: str | None = None
    doubt: str | None = None
    method: _Function | None = None
    owner: ast.ClassDef | None = None


def standing_of(scan: Scan, node: ast.AST) -> Standing:
    """Classify the place of a call."""
    return _climb(scan, node, frozenset())


def _climb(scan: Scan, node: ast.AST, seen: frozenset[ast.AST]) -> Standing:
    inner = node
    for outer in scan.bindings.ancestors(node):
        if isinstance(outer, _LOOPS) and not _is_head(outer, inner):
            return Standing(refused="it is in a loop, so a layer made here would be made again in each turn")
        if isinstance(outer, ast.Lambda):
            return Standing(refused="it is in a lambda, so a layer made here would be made again at each call")
        if isinstance(outer, ast.With | ast.AsyncWith) and _shares_weights(outer):
            return Standing(refused="it is in a scope with `reuse`, which shares weights by name")
        if isinstance(outer, _Function):
            return _in_function(scan, outer, inner, seen)
        inner = outer
    return Standing()


def _is_head(loop: ast.AST, inner: ast.AST) -> bool:
    """Whether `inner` is the part of a loop that is evaluated once."""
    return isinstance(loop, ast.For | ast.AsyncFor) and inner in (loop.iter, loop.target)


def _shares_weights(node: ast.With | ast.AsyncWith) -> bool:
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    return any(keyword.arg == "reuse" for call in calls for keyword in call.keywords)


def _in_function(scan: Scan, function: _Function, inner: ast.AST, seen: frozenset[ast.AST]) -> Standing:
    if inner not in function.body:
        return _climb(scan, function, seen)
    if any("function" in _callee_name(one) for one in function.decorator_list):
        return Standing(refused=_TRACED.format(function.name))
    if any(isinstance(one, ast.Attribute) and one.attr == "reuse_variables" for one in ast.walk(function)):
        return Standing(refused=f"`{function.name}` calls reuse_variables(), which shares weights by name")
    owner = scan.bindings.parents.get(function)
    if isinstance(owner, ast.ClassDef) and function.name in RUN_METHODS:
        reason = f"`{function.name}` runs again and again, so the layer belongs in `__init__`"
        return Standing(refused=reason, method=function, owner=owner)
    if function in seen:
        return Standing(refused=f"`{function.name}` calls itself")
    calls = list(_calls_of(scan, function))
    if len(calls) > 1:
        return Standing(refused=f"`{function.name}` is called {len(calls)} times, and each would make new weights")
    if calls and not _is_called(scan, calls[0]):
        taker = scan.bindings.parents.get(calls[0])
        if isinstance(taker, ast.Call) and _callee_name(taker) == "function":
            return Standing(refused=_TRACED.format(function.name))
        return Standing(doubt=f"right only if what gets `{function.name}` runs it once for each model")
    if calls:
        return _climb(scan, calls[0], seen | {function})
    if _BUILDER.search(function.name) and not _REPEATED.search(function.name):
        return Standing()
    return Standing(doubt=f"right only if `{function.name}` runs once for each model")


def _callee_name(node: ast.expr) -> str:
    """The last name of a decorator, whatever it is called with."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]


def _is_called(scan: Scan, node: ast.AST) -> bool:
    """Whether a name, with the attributes behind it, is called and not handed on."""
    outer = scan.bindings.parents.get(node)
    while isinstance(outer, ast.Attribute):
        node, outer = outer, scan.bindings.parents.get(outer)
    return isinstance(outer, ast.Call) and outer.func is node


def _calls_of(scan: Scan, function: _Function) -> Iterator[ast.AST]:
    """The references to a function, or to a method through any object, in its own file."""
    owner = scan.bindings.parents.get(function)
    for reference in scan.bindings.references:
        if isinstance(owner, ast.ClassDef):
            if function.name in reference.attributes and not scan.resolver.reference(reference).paths:
                yield reference.root
        elif reference.name == function.name and not isinstance(reference.root, ast.Call):
            meaning = scan.resolver.reference(reference)
            if any(binding.node is function for binding in meaning.bindings):
                yield reference.root


def parameters(function: _Function) -> frozenset[str]:
    """The names of a function's parameters."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return frozenset(one.arg for one in every if one is not None)


def local_names(scan: Scan, function: _Function) -> frozenset[str]:
    """Every name that a function binds for itself, `self` aside."""
    scope = scan.bindings.scopes[function]
    assert scope.kind is ScopeKind.FUNCTION
    return frozenset(scope.bindings) - {"self"}
