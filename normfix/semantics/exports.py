"""What a file says of its own names: which are in `__all__`, which it hands on, which it looks up by their text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from normfix.semantics.bindings import Bindings
from normfix.semantics.chains import last_name
from normfix.semantics.scopes import Binding, Scope, ScopeKind

_NAMESPACES = frozenset({"globals", "vars", "locals", "dir"})
_RUNNERS = frozenset({"eval", "exec"})
_IMPORTERS = frozenset({"import_module", "__import__"})
_LOOKUPS = frozenset({"get", "pop", "setdefault", "__getitem__", "__contains__"})


def listed_names(bindings: Bindings) -> frozenset[str] | None:
    """What `__all__` lists; None where there is none, or where it cannot be read off the code."""
    given = bindings.module.bindings.get("__all__", ())
    if not given or _grows(bindings):
        return None
    found: set[str] = set()
    for one in given:
        names = _literal(one)
        if names is None:
            return None
        found |= names
    return frozenset(found)


def _literal(binding: Binding) -> frozenset[str] | None:
    value = binding.value if not isinstance(binding.node, ast.AugAssign) else binding.node.value
    if value is None:
        return None
    try:
        names = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError):
        return None
    if not isinstance(names, list | tuple | set):
        return None
    return frozenset(one for one in names if isinstance(one, str))


def _grows(bindings: Bindings) -> bool:
    """Whether `__all__` gets more names by a method (`__all__.append(...)`)."""
    return any(one.name == "__all__" and one.attributes for one in bindings.references)


def handing_line(bindings: Bindings, binding: Binding, path: str, *, by_name: bool = False) -> int | None:
    """The line by which a file itself hands on, or looks up by its text, a name that it binds; None where none does.

    With `by_name` only what names it counts, and not what may find anything.
    """
    scope, name = binding.scope, binding.name
    if scope.kind is ScopeKind.CLASS:
        assert isinstance(scope.node, ast.ClassDef)
        return scope.node.lineno
    if scope.kind is not ScopeKind.MODULE:
        return None
    if path.endswith("__init__.py") or (binding.alias is not None and binding.alias.asname == binding.alias.name):
        return binding.place[0]
    given = bindings.module.bindings.get("__all__", ())
    listed = listed_names(bindings)
    if given and (listed is None or name in listed):
        return given[-1].place[0]
    return next(lookups(bindings, name, by_name=by_name), None)


def lookups(bindings: Bindings, name: str, *, by_name: bool = False) -> Iterator[int]:
    """The lines that may find a module-level name by its text: `globals()[...]`, `sys.modules[__name__]`, `eval`."""
    found_by = partial(_found_by, bindings, by_name=by_name)
    for site in bindings.calls:
        called = last_name(site.node.func)
        if called in _NAMESPACES and not site.node.args and _sees_module(called, site.scope):
            if found_by(site.node, name):
                yield site.node.lineno
        elif called in _RUNNERS and isinstance(site.node.func, ast.Name):
            text = _text(site.node.args[0]) if site.node.args else ""
            if name in text if text is not None else not by_name:
                yield site.node.lineno
        elif called in _IMPORTERS and _names_itself(site.node) and found_by(site.node, name):
            yield site.node.lineno
    for reference in bindings.references:
        itself = "modules" in (reference.name, *reference.attributes) and _of_itself(bindings, reference.node)
        if itself and found_by(bindings.parents[reference.node], name):
            yield reference.place[0]


def _names_itself(call: ast.Call) -> bool:
    """Whether a module asks for itself (`import_module(__name__)`)."""
    return any(last_name(one) == "__name__" for one in call.args)


def _sees_module(called: str, scope: Scope) -> bool:
    return called == "globals" or scope.kind is ScopeKind.MODULE


def _of_itself(bindings: Bindings, node: ast.expr) -> bool:
    """Whether an expression is subscripted with `__name__`."""
    parent = bindings.parents.get(node)
    return isinstance(parent, ast.Subscript) and parent.value is node and last_name(parent.slice) == "__name__"


def _found_by(bindings: Bindings, namespace: ast.AST, name: str, *, by_name: bool) -> bool:
    """Whether what is done with a namespace, or with the module itself, may find a name in it."""
    parent = bindings.parents.get(namespace)
    if isinstance(parent, ast.Subscript) and parent.value is namespace:
        return _is(parent.slice, name, by_name)
    if isinstance(parent, ast.Compare) and namespace in parent.comparators:
        return _is(parent.left, name, by_name)
    if isinstance(parent, ast.Attribute):
        call = bindings.parents.get(parent)
        if parent.attr in _LOOKUPS and isinstance(call, ast.Call) and call.func is parent and call.args:
            return _is(call.args[0], name, by_name)
        return parent.attr == name or (not by_name and (parent.attr == "__dict__" or hasattr(dict, parent.attr)))
    if isinstance(parent, ast.Call) and namespace in parent.args[:1] and len(parent.args) > 1:
        return _is(parent.args[1], name, by_name)
    return not by_name


def _is(node: ast.expr, name: str, by_name: bool) -> bool:
    """Whether an expression may be a name's text, or with `by_name` is."""
    text = _text(node)
    return text == name if text is not None else not by_name


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
