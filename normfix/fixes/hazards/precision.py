"""Inputs of double precision: functions of TensorFlow 1 kept the type of their input, a layer makes it float32."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from normfix.checks.sites import Scan, UsedName, once_per_scan
from normfix.fixes.code import FileCode, code_of
from normfix.fixes.reach import reached
from normfix.semantics.observed import found_by
from normfix.semantics.scopes import Branch, Scope, start_place
from normfix.table.argument_map import CallMap

EFFECT = "precision"
_DOUBLE = frozenset({"float64", "double", "float_"})
_SPEAKS = re.compile(rb"\bnumpy\b|\bpandas\b|\bfloat64\b|\bdouble\b|\bfloat_\b")
_FRAMED = frozenset({"values", "to_numpy"})
_SINGLE = ("float32", "float16", "half", "single", "astype", "cast", "int")
_UNKNOWN = (
    "{} makes numbers of double precision, which a Keras layer rounds to float32: give the layer "
    "`dtype=` of its input, here `{}`"
)
_NOTED = "{} makes numbers of double precision: `dtype={}` keeps those of this input, which a layer would round"


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
    if mapping.verbatim or "dtype" in {one.arg for one in used.call.keywords}:
        return Precision({})
    place = _place_of_double(scan, used, value)
    if not place:
        return Precision({})
    if value is None or not isinstance(value, ast.Name | ast.Attribute):
        return Precision({}, refused=_UNKNOWN.format(place, ast.unparse(value) if value is not None else "x"))
    text = f"{ast.unparse(value)}.dtype"
    return Precision({"dtype": text}, _NOTED.format(place, text))


def _place_of_double(scan: Scan, used: UsedName, value: ast.expr | None) -> str:
    """Where the input of a call may be made a double: in this file, or by those who call what is around it."""
    reference = used.reference
    line = _first_double(scan)
    if line is None and value is not None:
        line = _from_numpy(code_of(scan), reference.scope, reference.branch, value)
    return f"line {line}" if line is not None else _handed_in(scan, used)


def _handed_in(scan: Scan, used: UsedName) -> str:
    """The call of a function or class around a call that hands a double in; empty where nobody does."""
    if not _making(scan):
        return ""
    for one in reached(scan, [used.node]):
        site = one.code.bindings.call_at(one.call) if one.call is not None else None
        for value in (*site.node.args, *(given.value for given in site.node.keywords)) if site is not None else ():
            assert site is not None
            named = any(_names_double(node) for node in ast.walk(value) if isinstance(node, ast.expr))
            if named or _from_numpy(one.code, site.scope, site.branch, value) is not None:
                return one.code.place(value)
    return ""


@once_per_scan
def _making(scan: Scan) -> bool:
    """Whether a file, or one that leads to it, speaks of numpy or of doubles."""
    if _SPEAKS.search(scan.source.text.encode(errors="replace")):
        return True
    project, path = scan.project, scan.source.path
    file = project.resolved(path)
    above = project.programs(path).above(file) - {file}
    return any(other in above for other, _ in project.answers(path, found_by, _SPEAKS))


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


def _from_numpy(code: FileCode, scope: Scope, branch: Branch, node: ast.expr) -> int | None:
    """The line on which an input numpy or pandas makes an input, in doubles unless the code says otherwise."""
    if isinstance(node, ast.Name):
        found = code.resolver.name(node.id, scope, branch, start_place(node)).bindings
        if len(found) != 1 or found[0].value is None:
            return None
        node = found[0].value
    text = ast.unparse(node)
    if any(word in text for word in _SINGLE):
        return None
    for part in ast.walk(node):
        if _is_of_frame(code, part):
            return getattr(part, "lineno", None)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            meaning = code.resolver.expression(part.func, scope, branch)
            if any(path.startswith("numpy.") for path in meaning.paths):
                return part.lineno
    return None


def _is_of_frame(code: FileCode, node: ast.AST) -> bool:
    """Whether an expression reads the numbers of a frame of pandas: `frame.values`, `frame.to_numpy()`."""
    if not isinstance(node, ast.Attribute) or node.attr not in _FRAMED:
        return False
    outer = code.bindings.parents.get(node)
    called = isinstance(outer, ast.Call) and outer.func is node
    # A dictionary has `values()`, and a frame `values`.
    return called == (node.attr != "values") and any(
        alias.name.partition(".")[0] == "pandas"
        for one in code.bindings.imports
        if isinstance(one.node, ast.Import)
        for alias in one.node.names
    )
