"""Whether a layer trains, told by a tensor: Keras 3 asks it in Python, which code that is traced cannot answer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from normfix.checks.sites import Scan, Site
from normfix.fixes.code import FileCode, code_of
from normfix.fixes.hazards.made import called_objects, makers

EFFECT = "tensor-flag"
_GIVEN = re.compile(rb"\b(?:is_)?training[ \t]*=[ \t]*(?!None\b|True\b|False\b)")
_SAYS = (
    "{} gives a tensor for `{}`: Keras 3 asks in Python whether it is true, which fails in tf.function, fit() and "
    "predict()"
)
_FLAGS = frozenset({"training", "is_training"})
_MAKERS = frozenset(
    {
        *("constant", "convert_to_tensor", "cast", "equal", "not_equal", "greater", "greater_equal", "less"),
        *("less_equal", "logical_and", "logical_or", "logical_not", "Variable", "placeholder_with_default", "Input"),
    }
)
"""Functions of TensorFlow and Keras that make a tensor of one truth value."""


def told_by_tensor(scan: Scan, site: Site, nodes: Sequence[ast.AST], names: Iterable[str]) -> str | None:
    """Where a call of a layer gives a tensor for its training; None where none surely is one.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    if not scan.project.mentions(scan.source.path, _GIVEN):
        return None
    for code, call in _calls(scan, site, nodes, names):
        given = next((one for one in call.keywords if one.arg in _FLAGS), None)
        if given is not None and _is_tensor(code, call, given.value):
            return _SAYS.format(code.place(call), given.arg)
    return None


def _calls(
    scan: Scan, site: Site, nodes: Sequence[ast.AST], names: Iterable[str]
) -> Iterator[tuple[FileCode, ast.Call]]:
    """The calls at which a layer, or the function in its place, is told whether it trains."""
    if site.reference is not None and site.reference.call is not None:
        yield code_of(scan), site.reference.call
    for code, made in makers(scan, nodes, names):
        yield from ((code, call) for call in called_objects(code, made))


def _is_tensor(code: FileCode, call: ast.Call, node: ast.expr) -> bool:
    """Whether a value is surely made by a function of TensorFlow that makes a truth value."""
    site = code.bindings.call_at(call)
    if site is None:
        return False
    held = code.resolver.follower.origins(node, site.scope, site.branch)
    made = [one for one in held.found if isinstance(one.node, ast.Call)]
    if held.unknown or not made or len(made) != len(held.found):
        return False
    for one in made:
        assert isinstance(one.node, ast.Call)
        function = one.node.func
        if not isinstance(function, ast.Name | ast.Attribute):
            return False
        paths = one.resolver.expression(function, one.scope, one.branch).paths
        if not paths or not all(_makes_a_flag(path) for path in paths):
            return False
    return True


def _makes_a_flag(path: str) -> bool:
    return path.startswith(("tensorflow.", "keras.")) and path.rpartition(".")[2] in _MAKERS
