"""What an argument may be, by whatever road: names, parameters and those who call, dictionaries, other files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from normfix.fixes.code import FileCode, code_with, defined_elsewhere
from normfix.fixes.reach import argument_of, users_of_definition
from normfix.semantics.mappings import Reading, given
from normfix.semantics.relevance import PARTIAL
from normfix.semantics.scopes import Binding, Branch, Scope, start_place

_INIT = "__init__"
_MOST = 64
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Value:
    """An expression where it stands."""

    code: FileCode
    node: ast.expr
    scope: Scope
    branch: Branch


@dataclass(frozen=True, slots=True)
class Source:
    """What a value may be: a function or class of the project, a dotted path of a library, or a literal.

    `made` where it is what a call of that returns, `given` are the keywords that `partial` gives, and how many
    arguments by place.
    """

    literal: ast.expr | None = None
    defined: Defined | None = None
    path: str = ""
    made: bool = False
    given: frozenset[str] = frozenset()
    placed: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a value may be; `unknown` when the project does not say all of it."""

    found: tuple[Source, ...]
    unknown: bool


def sources(value: Value) -> Sources:
    """What an expression may be."""
    found: dict[Source, None] = {}
    unknown = False
    waiting, seen = [value], set[tuple[str, ast.expr]]()
    while waiting:
        one = waiting.pop()
        if (one.code.path, one.node) in seen:
            continue
        seen.add((one.code.path, one.node))
        told = one.code.resolver.follower.origins(one.node, one.scope, one.branch)
        unknown |= told.untold or len(seen) > _MOST
        for origin in told.found if len(seen) <= _MOST else ():
            step = _step(Value(one.code, origin.node, origin.scope, origin.branch))
            unknown |= step is None
            waiting += step if isinstance(step, list) else []
            found |= {step: None} if isinstance(step, Source) else {}
        for parameter in told.parameters:
            handed, missed = _handed(one.code, parameter)
            waiting += handed
            unknown |= missed or not (handed or parameter.source)
    return Sources(tuple(found), unknown)


def _step(value: Value) -> Source | list[Value] | None:
    """What an expression is, or the expressions of other files that it may be; None where nobody can say."""
    node = value.node
    if isinstance(node, ast.Lambda):
        return Source(defined=node)
    if isinstance(node, ast.Call):
        return _called(value, node)
    if isinstance(node, ast.Name | ast.Attribute):
        return _named(value, node)
    return Source(literal=node) if isinstance(node, ast.Constant | ast.Dict | ast.List | ast.Tuple) else None


def _named(value: Value, node: ast.Name | ast.Attribute) -> Source | list[Value] | None:
    other = defined_elsewhere(value.code, node)
    if other is not None:
        there, binding = other
        if binding.value is not None:
            return [Value(there, binding.value, binding.scope, binding.branch)]
        return Source(defined=binding.node) if isinstance(binding.node, Defined) else None
    meaning = value.code.resolver.expression(node, value.scope, value.branch)
    nodes = [one.node for one in meaning.bindings] if isinstance(node, ast.Name) else []
    if len(nodes) == 1 and isinstance(nodes[0], Defined):
        return Source(defined=nodes[0])
    path = meaning.paths[0] if len(meaning.paths) == 1 else ""
    return Source(path=path) if path == PARTIAL or value.code.project.external(path) else None


def _called(value: Value, call: ast.Call) -> Source | list[Value] | None:
    """What a call returns: an object of a class, what `partial` makes, what a function of another file returns."""
    site = value.code.bindings.call_at(call)
    if site is None or not isinstance(call.func, ast.Name | ast.Attribute):
        return None
    function = _named(Value(value.code, call.func, site.scope, site.branch), call.func)
    if not isinstance(function, Source):
        return None
    if function.path == PARTIAL:
        return _partial(value, call)
    if function.path or isinstance(function.defined, ast.ClassDef):
        return Source(defined=function.defined, path=function.path, made=True)
    other = defined_elsewhere(value.code, call.func)
    if other is None or not isinstance(other[1].node, ast.FunctionDef) or other[1].node.decorator_list:
        return None
    inside = other[0].bindings.scopes[other[1].node]
    returned = [one.value for one in other[0].bindings.returns.get(other[1].node, ()) if one.value is not None]
    return [Value(other[0], one, inside, inside.branch) for one in returned] or None


def _partial(value: Value, call: ast.Call) -> Source | None:
    """What `partial` makes of a function: one that is given some of its arguments already."""
    if not call.args or any(one.arg is None for one in call.keywords):
        return None
    inner = sources(Value(value.code, call.args[0], value.scope, value.branch))
    if inner.unknown or len(inner.found) != 1:
        return None
    only, named = inner.found[0], frozenset(str(one.arg) for one in call.keywords)
    return replace(only, given=only.given | named, placed=only.placed + len(call.args) - 1)


def _handed(code: FileCode, parameter: Binding) -> tuple[list[Value], bool]:
    """What the callers of a function give one of its parameters, and whether some do in a way that is not seen."""
    function = parameter.scope.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return [], True
    owner = code.bindings.parents.get(function)
    made = owner if function.name == _INIT and isinstance(owner, ast.ClassDef) else function
    found: list[Value] = []
    missed = made is function and isinstance(owner, ast.ClassDef)
    for user in users_of_definition(code, made):
        site = user.code.bindings.call_at(user.call) if user.call is not None else None
        if site is None:
            continue
        written = argument_of(site.node, function, parameter.name, own=int(made is not function))
        entry = given(site.node, Reading(site.scope, site.branch, start_place(site.node)), user.code.resolver).get(
            parameter.name
        )
        if written is not None:
            found.append(Value(user.code, written, site.scope, site.branch))
        elif entry is not None:
            found.append(Value(code_with(user.code, entry.resolver), entry.value, entry.scope, entry.branch))
        missed |= written is None and entry is None and parameter.source is None
    return found, missed


def calls_within(owner: ast.ClassDef) -> Iterator[ast.Call]:
    """The calls in a class of the `__init__` of what it extends."""
    for node in ast.walk(owner):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == _INIT:
            yield node
