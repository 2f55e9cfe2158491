"""Layers with moving averages in a `call` that is not told that it is training."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from normfix.checks.sites import Scan
from normfix.fixes.call_context import parameters

EFFECT = "untrained"
_UNTRAINED = (
    "`call` of `{}` (line {}) has no `training` argument, so Keras 3 never updates the moving averages of its layers: "
    "give it one and hand it on"
)


def untrained(scan: Scan, calls: Iterable[ast.Call]) -> str | None:
    """A layer with moving averages is made in a subclass whose `call` cannot be told that it is training."""
    for call in calls:
        owner = next((one for one in scan.bindings.ancestors(call) if isinstance(one, ast.ClassDef)), None)
        for method in owner.body if owner is not None and owner.bases else ():
            if isinstance(method, ast.FunctionDef) and method.name == "call" and "training" not in parameters(method):
                assert owner is not None
                return _UNTRAINED.format(owner.name, method.lineno)
    return None
