"""Where a call stands: is the code around it run once, so that a layer made there is made once?

A function of TensorFlow 1 made its weights by scope and name; a layer makes new ones each time that it is built. So a
function call may become a layer only where the model is built, not where it is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normfix.checks.sites import Scan
from normfix.fixes.code import FileCode, code_of, whole
from normfix.semantics.scopes import ScopeKind
from normfix.semantics.users import How, all_readers, all_users

RUN_METHODS = frozenset({"call", "__call__", "forward"})
_BUILDER = re.compile(r"(?i)^_*(?:build|create|make|define|construct|get|init|main|run|train|test)|model|network|graph")
_MAKER = re.compile(r"(?i)^_*(?:build|create|make|define|construct|get)")
_REPEATED = re.compile(r"(?i)step|batch(?!_?norm)|epoch|iter|forward|predict|loss|eval")
_TRACED = "`{}` is traced by tf.function, where no new weights may be made"
_ANEW = "and each would make new weights"
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class CallContext:
    """Whether a layer may be made at a call.

    `refused` says why not. `hazard` says what has to be true for it. `method` is the method that runs a layer or model,
    where the layer can be made in `__init__` of `owner` instead. `traced`: tf.function runs the code around it.
    """

    refused: str | None = None
    hazard: str | None = None
    method: _Function | None = None
    owner: ast.ClassDef | None = None
    traced: bool = False


_Call = tuple[FileCode, ast.AST]
"""A reference to a function, in the file that has it."""


def call_context_of(scan: Scan, node: ast.AST) -> CallContext:
    """Classify the place of a call."""
    return _climb(code_of(scan), node, frozenset())


def runs_again(scan: Scan, node: ast.AST) -> str | None:
    """Why a call runs many times for one model, where each time would make new weights; None where nothing says so."""
    waiting: list[_Call] = [(code_of(scan), node)]
    seen: set[ast.AST] = set()
    while waiting:
        here, one = waiting.pop()
        inner = one
        for outer in here.bindings.ancestors(one):
            if isinstance(outer, ast.With | ast.AsyncWith) and _shares_weights(outer):
                return "it is in a scope with `reuse`, which shares weights by name"
            if isinstance(outer, _Function) and inner in outer.body and outer not in seen:
                if reason := _repeated(here, outer):
                    return reason
                seen.add(outer)
                waiting += ((here, call) for call in _calls_of(here, outer))
                waiting += _calls_elsewhere(here, outer)
            inner = outer
    return None


def _repeated(code: FileCode, function: _Function) -> str | None:
    """Why the body of a function runs many times for one model."""
    if is_traced(function):
        return _TRACED.format(function.name)
    if any(isinstance(one, ast.Attribute) and one.attr == "reuse_variables" for one in ast.walk(function)):
        return f"`{function.name}` calls reuse_variables(), which shares weights by name"
    if isinstance(code.bindings.parents.get(function), ast.ClassDef) and function.name in RUN_METHODS:
        return f"`{function.name}` runs again and again, so the layer belongs in `__init__`"
    if _REPEATED.search(function.name) and not _MAKER.search(function.name):
        return f"`{function.name}` sounds like one that runs again and again"
    return None


def _climb(code: FileCode, node: ast.AST, seen: frozenset[ast.AST]) -> CallContext:
    inner = node
    for outer in code.bindings.ancestors(node):
        if isinstance(outer, _LOOPS) and not _is_head(outer, inner):
            return CallContext(refused="it is in a loop, so a layer made here would be made again in each turn")
        if isinstance(outer, ast.Lambda):
            return CallContext(refused="it is in a lambda, so a layer made here would be made again at each call")
        if isinstance(outer, ast.With | ast.AsyncWith) and _shares_weights(outer):
            return CallContext(refused="it is in a scope with `reuse`, which shares weights by name")
        if isinstance(outer, _Function):
            return _in_function(code, outer, inner, seen)
        inner = outer
    return CallContext()


def _is_head(loop: ast.AST, inner: ast.AST) -> bool:
    """Whether `inner` is the part of a loop that is evaluated once."""
    return isinstance(loop, ast.For | ast.AsyncFor) and inner in (loop.iter, loop.target)


def _shares_weights(node: ast.With | ast.AsyncWith) -> bool:
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    return any(keyword.arg == "reuse" for call in calls for keyword in call.keywords)


def _in_function(code: FileCode, function: _Function, inner: ast.AST, seen: frozenset[ast.AST]) -> CallContext:
    if inner not in function.body:
        return _climb(code, function, seen)
    if is_traced(function):
        return CallContext(refused=_TRACED.format(function.name), traced=True)
    if any(isinstance(one, ast.Attribute) and one.attr == "reuse_variables" for one in ast.walk(function)):
        return CallContext(refused=f"`{function.name}` calls reuse_variables(), which shares weights by name")
    owner = code.bindings.parents.get(function)
    if isinstance(owner, ast.ClassDef) and function.name in RUN_METHODS:
        reason = f"`{function.name}` runs again and again, so the layer belongs in `__init__`"
        return CallContext(refused=reason, method=function, owner=owner)
    if function in seen:
        return CallContext(refused=f"`{function.name}` calls itself")
    calls = _together([(code, node) for node in _calls_of(code, function)], list(_calls_elsewhere(code, function)))
    if len(calls) > 1:
        return CallContext(refused=f"`{function.name}` is called {len(calls)} times{_where(calls)}, {_ANEW}")
    contexts = [_called(one, function, seen) for one in calls]
    if contexts:
        return contexts[0]
    users = all_users(code.project, code.path, function.name) if _is_shared(code, function) else ()
    if any(use.how is How.TEXT for use in users):
        return CallContext(
            hazard=f"right only if what looks `{function.name}` up by its text runs it once for each model"
        )
    if _BUILDER.search(function.name) and not _REPEATED.search(function.name):
        return CallContext()
    return CallContext(hazard=f"right only if `{function.name}` runs once for each model")


def _called(call: _Call, function: _Function, seen: frozenset[ast.AST]) -> CallContext:
    """What the one call of a function, or what it is handed to, says of the place of its body."""
    code, node = call
    if not _is_called(code, node):
        outer = code.bindings.parents.get(node)
        if isinstance(outer, ast.Call) and _callee_name(outer) == "function":
            return CallContext(refused=_TRACED.format(function.name), traced=True)
        return CallContext(hazard=f"right only if what gets `{function.name}` runs it once for each model")
    found = _climb(code, node, seen | {function})
    if code.own or found.refused is None:
        return found
    # A layer cannot be made in the `__init__` of a class in another file.
    return CallContext(refused=f"`{_place(call)}` calls `{function.name}`, and there {found.refused}")


def _together(own: list[_Call], others: list[_Call]) -> list[_Call]:
    """The calls that one program may make: those in the file itself, and those in files that some program joins."""
    if not others:
        return own
    programs = others[0][0].project.programs(others[0][0].path)
    above = {path: programs.above(others[0][0].project.resolved(path)) for path in {code.path for code, _ in others}}
    joined = [
        [call for call in others if not above[call[0].path].isdisjoint(above[first])]
        for first in dict.fromkeys(code.path for code, _ in others)
    ]
    return own + max(joined, key=len)


def _where(calls: Sequence[_Call]) -> str:
    places = [_place(one) for one in calls if not one[0].own]
    return f" (`{places[0]}`)" if places else ""


def _place(call: _Call) -> str:
    """The file and line of a call, as words show it."""
    code, node = call
    return f"{code.relative}:{getattr(node, 'lineno', 0)}"


def _callee_name(node: ast.expr) -> str:
    """The last name of a decorator, whatever it is called with."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]


def _is_called(code: FileCode, node: ast.AST) -> bool:
    """Whether a name, with the attributes behind it, is called and not handed on."""
    named = whole(code, node)
    outer = code.bindings.parents.get(named)
    return isinstance(outer, ast.Call) and outer.func is named


def _calls_of(code: FileCode, function: _Function) -> Iterator[ast.AST]:
    """The references to a function, or to a method through any object, in its own file."""
    owner = code.bindings.parents.get(function)
    if isinstance(owner, ast.ClassDef):
        yield from _method_calls(code, function.name)
        return
    for reference in code.bindings.references_to(function.name):
        if isinstance(reference.root, ast.Name):
            meaning = code.resolver.reference(reference)
            if any(binding.node is function for binding in meaning.bindings):
                yield reference.root


def _method_calls(code: FileCode, name: str) -> Iterator[ast.AST]:
    for reference in code.bindings.readings_of(name):
        if not code.resolver.reference(reference).paths:
            yield reference.root


def _is_shared(code: FileCode, function: _Function) -> bool:
    """Whether the other files of the project may use a function."""
    return isinstance(code.bindings.parents.get(function), ast.Module)


def _calls_elsewhere(code: FileCode, function: _Function) -> Iterator[_Call]:
    """The references to a function, or to a method of one of its classes, in the other files of the project."""
    owner = code.bindings.parents.get(function)
    for use in all_readers(code.project, code.path, function.name) if _is_shared(code, function) else ():
        if use.module is not None and use.node is not None:
            yield FileCode(code.project, use.path, use.module.bindings, use.module.resolver), use.node
    if isinstance(owner, ast.ClassDef) and not function.name.startswith("__"):
        programs = code.project.programs(code.path)
        for other in sorted(programs.importers(code.project.resolved(code.path)), key=str):
            module = code.project.module(other)
            if module is not None:
                there = FileCode(code.project, str(other), module.bindings, module.resolver)
                yield from ((there, node) for node in _method_calls(there, function.name))


def is_traced(function: _Function) -> bool:
    """Whether a decorator makes a function one of tf.function."""
    return any("function" in _callee_name(one) for one in function.decorator_list)


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
