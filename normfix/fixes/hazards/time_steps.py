"""Layers with statistics below TimeDistributed, which Keras 2 called once for all time steps and Keras 3 for each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from itertools import chain

from normfix.checks.sites import Scan
from normfix.fixes.code import FileCode, code_of
from normfix.fixes.hazards.made import is_model, makers, objects_of
from normfix.semantics.chains import last_name

EFFECT = "time-steps"
_WRAPPER = "TimeDistributed"
_WORD = re.compile(_WRAPPER.encode())
_SAYS = (
    "{} gives it to TimeDistributed, which Keras 3 calls for each time step: its statistics are those of one step, "
    "where they were those of all"
)


def stepped(scan: Scan, nodes: Sequence[ast.AST], names: Iterable[str]) -> str | None:
    """Where a layer that has statistics, or a model with it, is given to TimeDistributed; None where nothing says so.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    if not scan.project.mentions(scan.source.path, _WORD):
        return None
    own, made = code_of(scan), makers(scan, nodes, names)
    wrappers = ((code, _wrapper(code, one)) for code, call in made for one in objects_of(code, call))
    models = ((own, wrapper) for wrapper in (_wrappers_of_models(own) if made else ()))
    found = ((code, wrapper) for code, wrapper in chain(wrappers, models) if wrapper is not None)
    return next((_SAYS.format(code.place(wrapper)) for code, wrapper in found), None)


def _wrappers_of_models(code: FileCode) -> Sequence[ast.Call]:
    """The calls of TimeDistributed that get a model."""

    def find() -> Sequence[ast.Call]:
        calls = (site.node for site in code.bindings.calls if last_name(site.node.func) == _WRAPPER)
        return [call for call in calls if call.args and is_model(code, call.args[0])]

    return code.resolver.remembered(_wrappers_of_models, find)


def _wrapper(code: FileCode, node: ast.AST) -> ast.Call | None:
    outer = code.bindings.parents.get(node)
    outer = code.bindings.parents.get(outer) if isinstance(outer, ast.keyword) else outer
    if isinstance(outer, ast.Call) and outer.func is not node and last_name(outer.func) == _WRAPPER:
        return outer
    return None
