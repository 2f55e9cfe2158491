"""Which known layer or function a call means, and which of its arguments fit what a rule looks for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from normfix.semantics.bindings import CallSite
from normfix.semantics.chains import literal_string
from normfix.semantics.mappings import Reading, items
from normfix.semantics.meaning import Meaning
from normfix.semantics.relevance import PARTIAL
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import start_place
from normfix.table.entries import ArgumentMatch
from normfix.table.table import Table

_SEARCHES = frozenset({"replace", "split", "rsplit", "strip", "rstrip", "lstrip"})
_LAST_AXIS = 5
"""No layer of Keras puts out more than six axes."""


class KnownCallee(NamedTuple):
    """A callee as rules name it, its path, its meaning, and how many arguments come before its own (`partial`)."""

    name: str
    path: str
    meaning: Meaning
    skipped: int


def known_callee(call: CallSite, table: Table, resolver: Resolver) -> KnownCallee | None:
    """The known layer or function that a call means; None for any other."""
    function = call.node.func
    by_text = isinstance(function, ast.Call) and literal_string(function) is not None
    if not by_text and not isinstance(function, ast.Name | ast.Attribute | ast.Subscript):
        return None
    meaning = resolver.expression(function, call.scope, call.branch)
    skipped = 0
    if PARTIAL in meaning.paths and call.node.args:
        meaning = resolver.expression(call.node.args[0], call.scope, call.branch)
        skipped = 1
    # What is legacy itself has its own finding; the rest must agree, or the arguments may be right for one of them.
    paths = [path for path in meaning.paths if table.layer_name(path) or not table.match(path)]
    callees = {table.layer_name(path) or table.function_name(path) for path in paths}
    callee = callees.pop() if len(callees) == 1 else None
    return KnownCallee(callee, paths[0], meaning, skipped) if callee is not None else None


def calls_of(layer: str, calls: Iterable[CallSite], table: Table, resolver: Resolver) -> Iterator[tuple[CallSite, str]]:
    """The calls that surely make a layer of today with the arguments written there, each with the layer's path."""
    for call in calls:
        found = known_callee(call, table, resolver)
        if found is not None and found.name == layer and not found.skipped and table.match(found.path) is None:
            yield call, found.path


def literal_entries(node: ast.expr, call: CallSite, resolver: Resolver) -> Iterator[tuple[str, ast.expr]]:
    """The entries that a dictionary given to a call surely has, as far as they can be read in this file."""
    found = items(node, Reading(call.scope, call.branch, start_place(call.node)), resolver)
    return ((name, one.value) for name, one in found.items())


def fits(node: ast.expr, match: ArgumentMatch) -> bool:
    """Whether an argument is one of those that a rule looks for."""
    if match.literals and literal_text(node) not in match.literals:
        return False
    return has_shape(node, match.value)


def literal_text(node: ast.expr) -> str | None:
    """A literal as `repr` spells it, None for any other expression."""
    try:
        return repr(ast.literal_eval(node))
    except ValueError:
        return None


def _integers(node: ast.expr) -> list[int]:
    """The numbers that an axis is given as."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return [one.value for one in parts if isinstance(one, ast.Constant) and type(one.value) is int]


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts that an expression is made of, without those that it only looks for (`name.replace("/", "_")`)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SEARCHES:
        if not (node.args and "/" in _texts(node.args[0])):
            yield from _texts(node.func.value)
    else:
        for part in ast.iter_child_nodes(node):
            yield from _texts(part)


def has_shape(node: ast.expr, shape: str | None) -> bool:
    """Whether an argument is a literal of one of the shapes that rules may ask for; any argument has shape None."""
    if shape is None:
        return True
    if shape == "list":
        return isinstance(node, ast.List | ast.Tuple)
    if shape == "size":
        return any(one > _LAST_AXIS for one in _integers(node))
    if shape == "slash":
        return any("/" in text for text in _texts(node))
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    if not isinstance(value, ast.Constant):
        return False
    expected = {"float": float, "int": int, "text": str, "true": bool}[shape]
    return type(value.value) is expected and (shape != "true" or value.value is True)
