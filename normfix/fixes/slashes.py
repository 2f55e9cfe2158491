"""Slashes in the names of layers, which TensorFlow 1 took for scopes and Keras 3 refuses."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import libcst as cst

from normfix.source.python import expression_of

Unlike = Callable[[str, str], str]
"""From a name and its new form to a form that no other layer has."""


def unslashed(value: cst.BaseExpression, unlike: Unlike | None = None) -> cst.BaseExpression | None:
    """An expression that makes the same name with `_` for `/`; None when a slash stays that is written in it.

    `unlike` makes a name that is written out different from those of other layers.
    """
    changed = _changed(value)
    if unlike is not None and isinstance(value, cst.SimpleString) and isinstance(changed, cst.SimpleString):
        changed = _apart(value, changed, unlike)
    tree = expression_of(cst.Module(body=[]).code_for_node(changed))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return None if any("/" in text for text in texts) else changed


def _apart(old: cst.SimpleString, new: cst.SimpleString, unlike: Unlike) -> cst.SimpleString:
    before, after = old.evaluated_value, new.evaluated_value
    if before == after or not isinstance(before, str) or not isinstance(after, str):
        return new
    added = unlike(before, after).removeprefix(after)
    end = len(new.value) - len(new.quote)
    return new.with_changes(value=f"{new.value[:end]}{added}{new.value[end:]}")


def _changed(value: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(value, cst.SimpleString):
        return value.with_changes(value=value.value.replace("/", "_"))
    if isinstance(value, cst.FormattedString):
        return value.with_changes(parts=_parts(value.parts))
    if isinstance(value, cst.ConcatenatedString):
        return value.with_changes(left=_changed(value.left), right=_changed(value.right))
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        return value.with_changes(left=_changed(value.left), right=_changed(value.right))
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Modulo):
        return value.with_changes(left=_changed(value.left))
    function = value.func if isinstance(value, cst.Call) else None
    if isinstance(function, cst.Attribute) and function.attr.value == "format":
        return value.with_changes(func=function.with_changes(value=_changed(function.value)))
    return value


def _parts(parts: Sequence[cst.BaseFormattedStringContent]) -> list[cst.BaseFormattedStringContent]:
    return [
        one.with_changes(value=one.value.replace("/", "_")) if isinstance(one, cst.FormattedStringText) else one
        for one in parts
    ]
