"""Conditions that ask which release is installed: version tests, `hasattr`, `find_spec`, and flags made of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from normfix.semantics.chains import has_default, written
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import TRIES, Binding, BindingKind, Branch, Scope

_RELEASE_NAME = re.compile(r"(?i)(?:tf|tensorflow|keras)_?(?:v?[123]|major|version)")
_QUESTIONS = frozenset({"find_spec", "find_loader", "find_module", "version", "get_distribution", "is_tf2", "dir"})
_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})
_UNBOUND = "NameError"
_SWITCH = "TF_USE_LEGACY_KERAS"
_CAUGHT = re.compile(r"\b(?:ImportError|ModuleNotFoundError|AttributeError)\b")


def tests_release(test: ast.expr, scope: Scope, branch: Branch, resolver: Resolver) -> bool:
    """Whether a condition asks which release is installed, directly or through a name that was computed from it."""
    return any(_asks(node, scope, branch, resolver) for node in ast.walk(test))


def excludes_new(test: ast.expr, scope: Scope, branch: Branch, resolver: Resolver) -> bool:
    """Whether a condition holds where the old release is not installed: `not HAS`, `tfa is None`, `VERSION >= 2`."""
    if isinstance(test, ast.BoolOp):
        return any(excludes_new(one, scope, branch, resolver) for one in test.values)
    if not tests_release(test, scope, branch, resolver):
        return False
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not)
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.Gt | ast.GtE | ast.NotIn) or _is_absent(test)
    return False


def _is_absent(test: ast.Compare) -> bool:
    """Whether a comparison is `x is None` or `x == False`."""
    right = test.comparators[0]
    says_no = isinstance(right, ast.Constant) and (right.value is None or right.value is False)
    return says_no and isinstance(test.ops[0], ast.Is | ast.Eq)


def _asks(node: ast.AST, scope: Scope, branch: Branch, resolver: Resolver) -> bool:
    if isinstance(node, ast.Name):
        if _RELEASE_NAME.search(node.id):
            return True
        bindings = resolver.name(node.id, scope, branch, (node.lineno, node.col_offset)).bindings
        return _is_flag(bindings, resolver) or any(resolver.flag_elsewhere(one) for one in bindings)
    if isinstance(node, ast.Attribute):
        return node.attr == "__version__" or _RELEASE_NAME.search(node.attr) is not None
    if isinstance(node, ast.Constant):
        return node.value == _SWITCH
    if isinstance(node, ast.Compare) and _is_names(node.comparators[0]):
        return any(one.path is not None for one in scope.module().bindings.get(_text(node.left), ()))
    return isinstance(node, ast.Call) and _is_question(node, scope, branch, resolver)


def _is_question(node: ast.Call, scope: Scope, branch: Branch, resolver: Resolver) -> bool:
    """Whether a call asks what is installed: `hasattr(tf, ...)`, `find_spec("...")`, a function that tries it."""
    if isinstance(node.func, ast.Name):
        if node.func.id in ("hasattr", "dir") or has_default(node):
            return bool(node.args) and bool(resolver.expression(node.args[0], scope, branch).paths)
        made = resolver.name(node.func.id, scope, branch, (node.lineno, node.col_offset)).bindings
        if any(isinstance(one.node, ast.FunctionDef) and _tries(one.node) for one in made):
            return True
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    named = bool(node.args) and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    return name in _QUESTIONS and named


def _tries(function: ast.FunctionDef) -> bool:
    """Whether a function tells by trying whether something can be imported or is there."""
    handlers = [one.type for one in ast.walk(function) if isinstance(one, ast.ExceptHandler) and one.type is not None]
    return any(_CAUGHT.search(written(kind)) for kind in handlers)


def asked_names(resolver: Resolver) -> frozenset[str]:
    """The names of which a file asks whether they are bound: `"BN" in globals()`, a use that may be a NameError."""
    return resolver.remembered(asked_names, lambda: frozenset(_asked_names(resolver.bindings.tree)))


def _asked_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and _is_names(node.comparators[0]):
            yield _text(node.left)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_names(node.func.value):
            yield from (_text(one) for one in node.args[:1])
        elif isinstance(node, TRIES) and any(_UNBOUND in written(one.type) for one in node.handlers if one.type):
            yield from (one.id for part in node.body for one in ast.walk(part) if isinstance(one, ast.Name))


def _is_names(node: ast.expr) -> bool:
    """Whether an expression has the names that are bound: `globals()`, `vars().keys()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys":
        node = node.func.value
    called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return isinstance(node, ast.Call) and not node.args and called in _NAMESPACES


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_flag(name: str, scope: Scope, resolver: Resolver) -> bool:
    """Whether a name of a module says which release is installed."""
    return _RELEASE_NAME.search(name) is not None or _is_flag(tuple(scope.bindings.get(name, ())), resolver)


def _is_flag(bindings: tuple[Binding, ...], resolver: Resolver) -> bool:
    """Whether bindings are the outcomes of a `try` that catches a failed import, or computed from a release."""
    return _set_by_try(bindings) or any(_computed(one, resolver) for one in bindings)


def _set_by_try(bindings: tuple[Binding, ...]) -> bool:
    """Whether a name depends on a `try` of imports: a constant in one of its arms, or the import or None."""
    has_none = any(binding.kind is BindingKind.NOTHING for binding in bindings)
    return any(
        isinstance(branching.node, (*TRIES, ast.With)) and _tries_import(branching.node)
        for binding in bindings
        if isinstance(binding.value, ast.Constant) or (binding.path is not None and has_none)
        for branching, _ in binding.branch
    )


def _tries_import(node: ast.AST) -> bool:
    """Whether a `try` or `suppress` goes on without what cannot be imported."""
    if isinstance(node, ast.With):
        caught = [written(item.context_expr) for item in node.items]
    else:
        assert isinstance(node, TRIES)
        caught = [written(one.type) if one.type is not None else "Exception" for one in node.handlers]
    if any(_CAUGHT.search(one) for one in caught):
        return True
    imports = (one for part in node.body for one in ast.walk(part) if isinstance(one, ast.Import | ast.ImportFrom))
    return any("Exception" in one for one in caught) and any(imports)


def _computed(binding: Binding, resolver: Resolver) -> bool:
    return binding.value is not None and any(_says_release(one, binding, resolver) for one in ast.walk(binding.value))


def _says_release(node: ast.AST, binding: Binding, resolver: Resolver) -> bool:
    text = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "value", None)
    if isinstance(text, str):
        return "__version__" in text or text == _SWITCH
    return isinstance(node, ast.Call) and _is_question(node, binding.scope, binding.branch, resolver)
