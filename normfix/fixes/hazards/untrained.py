"""Layers with moving averages below a `call` that is not told that it is training, or that is traced once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from normfix.checks.sites import Scan
from normfix.fixes.call_context import is_traced, parameters
from normfix.fixes.reach import classes_around

EFFECT = "untrained"
_NEVER = "Keras 3 never updates the moving averages of its layers"
_UNTOLD = "`call` of `{}` ({}) has no `training` argument, so " + _NEVER + ": give it one and hand it on"
_TRACED = "`call` of `{}` ({}) is traced by tf.function, where " + _NEVER + ": take the decorator off"
_MAY_BE = re.compile(
    rb"def[ \t]+call[ \t]*\((?![^)]*\btraining\b)|@[^\n]*\bfunction\b[^\n]*\n(?:[ \t]*@[^\n]*\n)*[ \t]*def[ \t]+call\b"
)


def untrained(scan: Scan, nodes: Iterable[ast.AST], names: Iterable[str]) -> str | None:
    """A layer with moving averages is made below a `call` in which Keras 3 does not train it, in whatever file.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    if not scan.project.mentions(scan.source.path, _MAY_BE):
        return None
    for code, owner in classes_around(scan, nodes, names):
        for method in owner.body if owner.bases else ():
            if not isinstance(method, ast.FunctionDef) or method.name != "call":
                continue
            if "training" not in parameters(method):
                return _UNTOLD.format(owner.name, code.place(method))
            if is_traced(method):
                return _TRACED.format(owner.name, code.place(method))
    return None
