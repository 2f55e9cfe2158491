"""Layers with statistics below TimeDistributed, which Keras 2 called once for all time steps and Keras 3 for each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from normfix.checks.sites import Scan
from normfix.fixes.code import FileCode, code_of
from normfix.fixes.hazards.made import calls_of, holders
from normfix.fixes.reach import reached
from normfix.semantics.chains import last_name
from normfix.semantics.project import Saying
from normfix.semantics.scopes import start_place

EFFECT = "time-steps"
_WRAPPER = "TimeDistributed"
_MODELS = frozenset({"Model", "Sequential", "clone_model"})
_SAYS = (
    "{} gives it to TimeDistributed, which Keras 3 calls for each time step: its statistics are those of one step, "
    "where they were those of all"
)


def stepped(scan: Scan, nodes: Sequence[ast.AST], names: Iterable[str]) -> str | None:
    """Where a layer that has statistics, or a model with it, is given to TimeDistributed; None where nothing says so.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    if not scan.project.sayings(scan.source.path, _says_so):
        return None
    own = code_of(scan)
    made = [(own, call) for call in calls_of(scan, nodes)]
    made += ((one.code, one.call) for one in reached(scan, nodes, names) if one.call is not None)
    wrappers = ((code, wrapper) for code, call in made for wrapper in _wrappers(code, call))
    models = ((own, wrapper) for wrapper in (_wrappers_of_models(own) if made else ()))
    found = next(chain(wrappers, models), None)
    return _SAYS.format(found[0].place(found[1])) if found is not None else None


def _wrappers(code: FileCode, call: ast.Call) -> Iterator[ast.Call]:
    """The calls of TimeDistributed that get what a call makes, at once or under the name that it is stored under."""
    given: list[ast.AST] = [call]
    for target in holders(code, call):
        if isinstance(target, ast.Name):
            given += (one.node for one in code.bindings.references_to(target.id))
        elif isinstance(target, ast.Attribute):
            given += (one.node for one in code.bindings.readings_of(target.attr))
    yield from (wrapper for one in given if (wrapper := _wrapper(code, one)) is not None)


def _wrappers_of_models(code: FileCode) -> Sequence[ast.Call]:
    """The calls of TimeDistributed that get a model, whose layers may be any."""
    return code.resolver.remembered(_wrappers_of_models, lambda: list(_given_models(code)))


def _given_models(code: FileCode) -> Iterator[ast.Call]:
    for site in code.bindings.calls:
        for one in site.node.args[:1] if last_name(site.node.func) == _WRAPPER else ():
            values: list[ast.expr | None] = [one]
            if isinstance(one, ast.Name):
                bound = code.resolver.name(one.id, site.scope, site.branch, start_place(one)).bindings
                values = [each.value for each in bound]
            if any(isinstance(value, ast.Call) and last_name(value.func) in _MODELS for value in values):
                yield site.node


def _wrapper(code: FileCode, node: ast.AST) -> ast.Call | None:
    outer = code.bindings.parents.get(node)
    outer = code.bindings.parents.get(outer) if isinstance(outer, ast.keyword) else outer
    if isinstance(outer, ast.Call) and outer.func is not node and last_name(outer.func) == _WRAPPER:
        return outer
    return None


def _says_so(code: bytes) -> Sequence[Saying]:
    at = code.find(_WRAPPER.encode())
    return ((code.count(b"\n", 0, at) + 1, (_WRAPPER, False)),) if at >= 0 else ()
