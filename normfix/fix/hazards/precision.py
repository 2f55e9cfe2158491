"""Inputs of double precision: functions of TensorFlow 1 kept the type of their input, a layer makes it float32."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from normfix.checks.sites import Scan, UsedName, once_per_scan
from normfix.semantics.scopes import start_place
from normfix.table.argument_map import CallMap

EFFECT = "precision"
_DOUBLE = frozenset({"float64", "double", "float_"})
_SINGLE = ("float32", "float16", "half", "single", "astype", "cast", "int")
_UNKNOWN = (
    "line {} makes numbers of double precision, which a Keras layer rounds to float32: give the layer "
    "`dtype=` of its input, here `{}`"
)
_NOTED = "line {} makes numbers of double precision: `dtype={}` keeps those of this input, which a layer would round"


@dataclass(frozen=True, slots=True)
class Precision:
    """The keyword that keeps the type of an input, with the note on it; `refused` says why none can be written."""

    given: Mapping[str, str]
    note: str = ""
    refused: str = ""


def precision(scan: Scan, used: UsedName, mapping: CallMap) -> Precision:
    """What keeps the type of the input of a function that becomes a layer; nothing where the file has no doubles."""
    assert used.call is not None
    value = _input(used.call, mapping)
    line = _first_double(scan) or (_from_numpy(scan, used, value) if value is not None else None)
    if line is None or mapping.verbatim or "dtype" in {one.arg for one in used.call.keywords}:
        return Precision({})
    if value is None or not isinstance(value, ast.Name | ast.Attribute):
        return Precision({}, refused=_UNKNOWN.format(line, ast.unparse(value) if value is not None else "x"))
    text = f"{ast.unparse(value)}.dtype"
    return Precision({"dtype": text}, _NOTED.format(line, text))


def has_doubles(scan: Scan) -> bool:
    """Whether a file names a type of double precision, or has numpy make numbers and never says `float32`."""
    return _first_double(scan) is not None or ("numpy" in scan.source.text and "float32" not in scan.source.text)


def _input(call: ast.Call, mapping: CallMap) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((one.value for one in call.keywords if one.arg in mapping.positional[:1]), None)


@once_per_scan
def _first_double(scan: Scan) -> int | None:
    """The first line of a file that names a type of double precision."""
    if not any(word in scan.source.text for word in _DOUBLE):
        return None
    nodes = (node for node in ast.walk(scan.tree) if isinstance(node, ast.expr) and _names_double(node))
    return min((node.lineno for node in nodes), default=None)


def _names_double(node: ast.expr) -> bool:
    name = getattr(node, "attr", getattr(node, "id", getattr(node, "value", None)))
    return isinstance(name, str) and name in _DOUBLE


def _from_numpy(scan: Scan, used: UsedName, node: ast.expr) -> int | None:
    """The line on which an input is made by numpy, whose numbers are doubles unless the code says otherwise."""
    reference = used.reference
    if isinstance(node, ast.Name):
        found = scan.resolver.name(node.id, reference.scope, reference.branch, start_place(node)).bindings
        if len(found) != 1 or found[0].value is None:
            return None
        node = found[0].value
    text = ast.unparse(node)
    if any(word in text for word in _SINGLE):
        return None
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            meaning = scan.resolver.expression(part.func, reference.scope, reference.branch)
            if any(path.startswith("numpy.") for path in meaning.paths):
                return part.lineno
    return None
