"""What a test of the installed release comes to on the releases of today, which have none of the old names left."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from normfix.semantics.chains import last_name
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Branch, Scope, start_place

_TODAY: Mapping[str, tuple[str, ...]] = {
    "tensorflow": ("2.16.1", "2.18.0", "2.21.0"),
    "keras": ("3.0.5", "3.8.0", "3.15.1"),
}
"""Some of them; a test says something where it says the same of all."""

_PARSERS = frozenset({"LooseVersion", "StrictVersion", "Version", "parse", "parse_version", "V"})
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_NUMBERS = re.compile(r"\d+")
_DEEPEST = 8


def today(test: ast.expr, scope: Scope, branch: Branch, resolver: Resolver) -> bool | None:
    """Whether a test of a version holds today: `tf.__version__ >= "2.0"` does; None for what is not known."""
    return _Reader(scope, branch, resolver).holds(test, _DEEPEST)


class _Reader:
    """Reads tests where their names are read."""

    def __init__(self, scope: Scope, branch: Branch, resolver: Resolver) -> None:
        self._scope, self._branch, self._resolver = scope, branch, resolver

    def holds(self, test: ast.expr, depth: int) -> bool | None:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.holds(test.operand, depth)
            return None if inner is None else not inner
        answers: set[bool] = set()
        if isinstance(test, ast.Name):
            value = self._value(test)
            return self.holds(value, depth - 1) if value is not None and depth else None
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _COMPARED:
            compare = _COMPARED[type(test.ops[0])]
            versions = self._versions(test.left)
            right = _literal(test.comparators[0])
            if versions and right is not None and all(type(one) is type(right) for one in versions):
                answers = {compare(one, right) for one in versions}
            if isinstance(right, str):
                # Texts are compared letter by letter, which is not what who writes `< "2.4"` means.
                answers |= {compare(_numbers(str(one)), _numbers(right)) for one in versions}
        elif (
            isinstance(test, ast.Call) and last_name(test.func) == "startswith" and isinstance(test.func, ast.Attribute)
        ):
            versions, start = self._versions(test.func.value), _literal(test.args[0]) if test.args else None
            if isinstance(start, str):
                answers = {str(one).startswith(start) for one in versions}
        return answers.pop() if len(answers) == 1 else None

    def _value(self, name: ast.Name) -> ast.expr | None:
        bound = self._resolver.name(name.id, self._scope, self._branch, start_place(name)).bindings
        return bound[0].value if len(bound) == 1 else None

    def _versions(self, node: ast.expr) -> tuple[object, ...]:
        """What an expression that is a version, or a part of one, is today; nothing for any other."""
        if isinstance(node, ast.Attribute) and node.attr == "__version__":
            paths = self._resolver.expression(node.value, self._scope, self._branch).paths
            return _TODAY.get(paths[0], ()) if len(paths) == 1 else ()
        if isinstance(node, ast.Call) and last_name(node.func) in _PARSERS and len(node.args) == 1:
            return tuple(_numbers(str(one)) for one in self._versions(node.args[0]))
        if isinstance(node, ast.Call) and last_name(node.func) == "int" and len(node.args) == 1:
            texts = [str(one) for one in self._versions(node.args[0])]
            return tuple(int(one) for one in texts) if all(one.isdecimal() for one in texts) else ()
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == 0:
            return tuple(str(one).partition(".")[0] for one in self._split(node.value))
        value = self._value(node) if isinstance(node, ast.Name) else None
        return self._versions(value) if value is not None and not isinstance(value, ast.Name) else ()

    def _split(self, node: ast.expr) -> tuple[object, ...]:
        """What is split or has its first letter read: `tf.__version__.split(".")`, `tf.__version__`."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
            return self._versions(node.func.value)
        return self._versions(node)


def _literal(node: ast.expr) -> object | None:
    """A text or number that is written, or the numbers of a version that is parsed."""
    if isinstance(node, ast.Call) and last_name(node.func) in _PARSERS and len(node.args) == 1:
        text = _literal(node.args[0])
        return _numbers(text) if isinstance(text, str) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str | int) else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBERS.findall(text)))
