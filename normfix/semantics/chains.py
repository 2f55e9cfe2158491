"""Chains of names and attributes, and expressions as text, of whatever depth."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_ASKED = 2
"""A `getattr` is given an object and a name; a third argument is the default."""


def dotted(node: ast.expr) -> str:
    """A name with its attributes, as `a.b.c`; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))


def written(node: ast.expr) -> str:
    """An expression as `ast` writes it; one that is too deep for that, as a text that no other has."""
    chain = dotted(node)
    if chain:
        return chain
    try:
        return ast.unparse(node)
    except RecursionError:
        return f"<{node.lineno}:{node.col_offset}>"


def root_of(node: ast.expr) -> ast.Name | None:
    """The name that a chain of attributes, items and calls starts from; None for anything else."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        else:
            return None
    return node


def root_name(node: ast.expr) -> str:
    """The text of that name; empty for anything else."""
    root = root_of(node)
    return root.id if root is not None else ""


def last_name(node: ast.expr) -> str:
    """The last name of a chain of attributes, as `c` of `a.b.c`; empty for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def outermost_chains(tree: ast.AST) -> Iterator[ast.expr]:
    """Names and attribute chains of an expression, each once, at its full length."""
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and node not in inner:
            yield node


def literal_string(node: ast.Call) -> str | None:
    """The string that decides a `getattr(x, "name")` or an `import_module("a.b")`, if it is a literal."""
    index = 1 if isinstance(node.func, ast.Name) and node.func.id == "getattr" else 0
    if len(node.args) <= index:
        return None
    argument = node.args[index]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def imported_text(node: ast.Call) -> str | None:
    """The module that a literal `import_module(".b", "a")` names, whole where its package is a literal as well."""
    text = literal_string(node)
    packages = node.args[1:2] or [one.value for one in node.keywords if one.arg == "package"]
    package = packages[0].value if packages and isinstance(packages[0], ast.Constant) else None
    if text is None or not text.startswith(".") or not isinstance(package, str):
        return text
    name = text.lstrip(".")
    above = package.split(".")
    kept = len(above) - (len(text) - len(name) - 1)
    return ".".join((*above[:kept], *((name,) if name else ()))) if kept > 0 else text


def has_default(node: ast.Call) -> bool:
    """Whether a call is a `getattr` with a default, which fails nowhere."""
    return isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > _ASKED
