"""Slashes in the names of layers, which TensorFlow 1 took for scopes and Keras 3 refuses."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst


def unslashed(value: cst.BaseExpression) -> cst.BaseExpression | None:
    """An expression that makes the same name with `_` for `/`; None when a slash stays that is written in it."""
    changed = _changed(value)
    tree = ast.parse(f"({cst.Module(body=[]).code_for_node(changed)})", mode="eval")
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return None if any("/" in text for text in texts) else changed


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
