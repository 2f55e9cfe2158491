"""Code that already chooses between releases: `try/except ImportError`, version tests, `hasattr`.

A legacy spelling behind such a guard is left alone; at most its branch is dead, and that is said once.
"""

from __future__ import annotations

import ast
import re

from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import TRIES, Branch, Branching, Scope

IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})
ARGUMENT_ERRORS = frozenset({"TypeError", "ValueError", "Exception", "BaseException"})
_RELEASE_NAME = re.compile(r"(?i)(?:tf|tensorflow|keras)_?(?:v?[123]|major|version)")


def guarded(
    branch: Branch, scope: Scope, name: str | None, resolver: Resolver, errors: frozenset[str] = IMPORT_ERRORS
) -> bool:
    """Whether one of the arms around a site is a guard with a working alternative.

    `name` is the name that an import site binds; for a use it is None, and any handler that does something counts.
    `errors` are the exceptions whose handlers make a guard.
    """
    for branching, arm in branch:
        node = branching.node
        if isinstance(node, ast.If) and _tests_release(node.test, scope, branch, resolver):
            return True
        if isinstance(node, TRIES) and _has_alternative(branching, arm, scope, name, errors):
            return True
    return False


def _has_alternative(branching: Branching, arm: int, scope: Scope, name: str | None, errors: frozenset[str]) -> bool:
    node = branching.node
    assert isinstance(node, TRIES)
    handlers = [number for number, one in enumerate(node.handlers, 1) if _catches(one, errors)]
    if not handlers or (arm and arm not in handlers):
        return False
    others = {0} if arm else set(handlers)
    if name is None:
        return arm > 0 or any(_does_something(node.handlers[number - 1]) for number in others)
    return any(
        binding.path is not None and (branching, other) in binding.branch
        for binding in scope.bindings.get(name, ())
        for other in others
    ) or (arm == 0 and any(_binds_value(node.handlers[number - 1], name) for number in others))


def _catches(handler: ast.ExceptHandler, errors: frozenset[str]) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in errors for kind in kinds)


def _does_something(handler: ast.ExceptHandler) -> bool:
    return not all(isinstance(statement, ast.Pass | ast.Raise) for statement in handler.body)


def _binds_value(handler: ast.ExceptHandler, name: str) -> bool:
    """Whether a handler gives `name` a value of its own (a function, a class, an expression other than None)."""
    for statement in handler.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == name:
            return True
        if (
            isinstance(statement, ast.Assign)
            and not isinstance(statement.value, ast.Constant)
            and any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
        ):
            return True
    return False


def _reads_release(value: ast.expr) -> bool:
    """Whether an expression speaks of a `__version__`: as a name, an attribute, or in a text."""
    parts = (getattr(node, name, None) for node in ast.walk(value) for name in ("id", "attr", "value"))
    return any(isinstance(part, str) and "__version__" in part for part in parts)


def _tests_release(test: ast.expr, scope: Scope, branch: Branch, resolver: Resolver) -> bool:
    """Whether a condition asks which release is installed, directly or through a name that was computed from it."""
    for node in ast.walk(test):
        if isinstance(node, ast.Name):
            meaning = resolver.name(node.id, scope, branch, (node.lineno, node.col_offset))
            values = [binding.value for binding in meaning.bindings if binding.value is not None]
            if _RELEASE_NAME.search(node.id) or any(map(_reads_release, values)):
                return True
        elif isinstance(node, ast.Attribute) and (node.attr == "__version__" or _RELEASE_NAME.search(node.attr)):
            return True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr":
            return bool(resolver.expression(node.args[0], scope, branch).paths)
    return False
