"""What a Normalization layer is adapted to, where Keras 3 takes it for something else, or not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from normfix.checks.sites import Scan, once_per_scan
from normfix.fixes.code import FileCode, code_of
from normfix.fixes.hazards.made import calls_of
from normfix.semantics.chains import last_name, root_of

EFFECT = "adapted"
_DEEPEST = 12
_FUNCTIONS = frozenset({"array", "asarray", "constant", "convert_to_tensor", "float32", "from_tensor_slices"})
"""What gives back as many dimensions as it is given; a dataset has those of its batches."""

_METHODS = frozenset({"astype", "to_numpy", "copy", "batch"})
"""What gives back as many dimensions as it is called on."""

_VECTOR = (
    "{} adapts to data of one dimension, which Keras 3 takes for one sample: give the layer `axis=None`, and all "
    "numbers have one mean"
)
_LIST = "{} adapts to a list, which Keras 3 does not take: make an array of it"
_WEIGHTS = (
    "{} sets weights: what a layer of Keras 3 normalizes with changes only in `adapt` and `finalize_state()`, so call "
    "the latter then"
)


def adapted(scan: Scan, nodes: Sequence[ast.AST]) -> str | None:
    """Why a Normalization layer may come to other numbers by what it is given after it was made.

    `nodes` are the expressions that name the class.
    """
    anyway, by_default = _said(scan)
    # Only a layer that says nothing of its axes has those of the default.
    settled = all(
        any(given.arg in ("axis", None) for given in call.keywords) or call.args for call in calls_of(scan, nodes)
    )
    return anyway or (by_default if not settled else None)


@once_per_scan
def _said(scan: Scan) -> tuple[str | None, str | None]:
    """What is to be said of any layer in a file, and of one that leaves its axes to the default."""
    code = code_of(scan)
    for one in code.bindings.readings_of("set_weights"):
        if isinstance(code.bindings.parents.get(one.node), ast.Call):
            return _WEIGHTS.format(code.place(one.node)), None
    calls = list(_adapting(code))
    written = next((call for call in calls if isinstance(call.args[0], ast.List | ast.Tuple)), None)
    if written is not None:
        return _LIST.format(code.place(written)), None
    vector = next((call for call in calls if _dimensions(code, call.args[0], _DEEPEST) == 1), None)
    return None, _VECTOR.format(code.place(vector)) if vector is not None else None


def _adapting(code: FileCode) -> Iterator[ast.Call]:
    """The calls of `adapt` that are given something."""
    for one in code.bindings.readings_of("adapt"):
        call = code.bindings.parents.get(one.node)
        if isinstance(call, ast.Call) and call.func is one.node and one.attributes[-1] == "adapt" and call.args:
            yield call


def _dimensions(code: FileCode, node: ast.expr, depth: int) -> int | None:
    """How many dimensions a value has, where that can be seen; a column of a table has one."""
    if depth == 0:
        return None
    if isinstance(node, ast.List | ast.Tuple):
        inner = _dimensions(code, node.elts[0], depth - 1) if node.elts else None
        return inner + 1 if inner is not None else None
    if isinstance(node, ast.Constant | ast.UnaryOp):
        return 0
    if isinstance(node, ast.Subscript):
        is_column = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        return 1 if is_column and root_of(node) is not None else None
    if isinstance(node, ast.Attribute) and node.attr == "values":
        return _dimensions(code, node.value, depth - 1)
    if isinstance(node, ast.Call):
        return _of_call(code, node, depth - 1)
    reference = code.bindings.reference_at(node) if isinstance(node, ast.Name) else None
    bound = code.resolver.reference(reference).bindings if reference is not None else ()
    value = bound[0].value if len(bound) == 1 else None
    return _dimensions(code, value, depth - 1) if value is not None else None


def _of_call(code: FileCode, call: ast.Call, depth: int) -> int | None:
    name = last_name(call.func)
    if name in _METHODS and isinstance(call.func, ast.Attribute):
        return _dimensions(code, call.func.value, depth)
    return _dimensions(code, call.args[0], depth) if name in _FUNCTIONS and call.args else None
