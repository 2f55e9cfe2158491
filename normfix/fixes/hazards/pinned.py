"""Layers that are told at a call whether they train: a functional model of Keras 3 tells them anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from itertools import chain

from normfix.checks.sites import Scan
from normfix.fixes.call_context import RUN_METHODS, is_traced
from normfix.fixes.code import FileCode
from normfix.fixes.hazards.made import called_objects, is_model, makers
from normfix.semantics.chains import last_name
from normfix.semantics.scopes import BindingKind

EFFECT = "pinned"
_INPUT = re.compile(rb"\bInput[ \t]*\(")
_PINNED = re.compile(rb"\btraining[ \t]*=[ \t]*(?!None\b|training\b[ \t]*[,)])")
_SAYS = (
    "{} gives `training` to a part of a functional model: Keras 2 held to it, Keras 3 puts what the whole model is "
    "given in its place"
)
_OUTPUTS = frozenset({"input", "inputs", "output", "outputs"})
_DEEPEST = 20


def pinned(scan: Scan, nodes: Sequence[ast.AST], names: Iterable[str]) -> str | None:
    """Where a layer that trains, or a model with it, is given `training` in a functional model.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    project, path = scan.project, scan.source.path
    if not project.mentions(path, _INPUT) or not project.mentions(path, _PINNED):
        return None
    made = makers(scan, nodes, names)
    calls = (
        (code, call) for code, one in made for call in called_objects(code, one) if _is_pinned(code, call, unknown=True)
    )
    files = {code.path: code for code, _ in made}.values()
    found = next(chain(calls, ((code, call) for code in files for call in _pinned_models(code))), None)
    return _SAYS.format(found[0].place(found[1])) if found is not None else None


def _pinned_models(code: FileCode) -> Sequence[ast.Call]:
    """The calls that give `training` to a model under a name while another one is built."""

    def find() -> Sequence[ast.Call]:
        calls = (site.node for site in code.bindings.calls if isinstance(site.node.func, ast.Name))
        return [one for one in calls if is_model(code, one.func) and _is_pinned(code, one, unknown=False)]

    return code.resolver.remembered(_pinned_models, find)


def _is_pinned(code: FileCode, call: ast.Call, *, unknown: bool) -> bool:
    """Whether a call gives `training` while a functional model is built; `unknown` is the answer for parameters."""
    given = next((one.value for one in call.keywords if one.arg == "training"), None)
    given = given or next(iter(call.args[1:2]), None)
    if given is None or (isinstance(given, ast.Constant) and given.value is None) or not call.args:
        return False
    for outer in code.bindings.ancestors(call):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            owner = code.bindings.parents.get(outer)
            if is_traced(outer) or (isinstance(owner, ast.ClassDef) and outer.name in RUN_METHODS):
                return False
    return _is_symbolic(code, call.args[0], unknown, _DEEPEST)


def _is_symbolic(code: FileCode, node: ast.expr, unknown: bool, depth: int) -> bool:
    """Whether a value comes from the input of a functional model."""
    if isinstance(node, ast.Attribute):
        return node.attr in _OUTPUTS
    if isinstance(node, ast.Call):
        if last_name(node.func) == "Input":
            return True
        parts = [*node.args, *(one.value for one in node.keywords)]
        return depth > 0 and any(_is_symbolic(code, part, unknown, depth - 1) for part in parts)
    if isinstance(node, ast.List | ast.Tuple):
        return depth > 0 and any(_is_symbolic(code, part, unknown, depth - 1) for part in node.elts)
    reference = code.bindings.reference_at(node) if isinstance(node, ast.Name) else None
    bound = code.resolver.reference(reference).bindings if reference is not None else ()
    if any(one.kind is BindingKind.OPAQUE and isinstance(one.node, ast.arg) for one in bound):
        return unknown
    values = [one.value for one in bound if one.value is not None and one.value is not node]
    return depth > 0 and any(_is_symbolic(code, value, unknown, depth - 1) for value in values)
