"""Where in the project something is defined: the one binding that a name, or an attribute of a module, leads to."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from normfix.semantics.chains import dotted
from normfix.semantics.scopes import Binding, Branch, Scope, start_place

if TYPE_CHECKING:
    from normfix.semantics.resolve import Resolver


def imported_paths(node: ast.expr, scope: Scope, branch: Branch, resolver: Resolver) -> list[str]:
    """The paths that imports give a name, or an attribute of it; none for anything else."""
    root, _, rest = dotted(node).partition(".")
    bound = resolver.name(root, scope, branch, start_place(node)).bindings if root else ()
    return [f"{one.path}.{rest}" if rest else one.path for one in bound if one.path is not None]


def definition(
    node: ast.expr, scope: Scope, branch: Branch, resolver: Resolver, *, anywhere: bool = False
) -> tuple[Resolver, Binding] | None:
    """The binding that an expression surely leads to, here or in another file, with what resolves the names there.

    Other files count where they have to do with normalization, or `anywhere`.
    """
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return None
    bindings = resolver.name(root.id, scope, branch, start_place(root)).bindings
    if len(bindings) != 1:
        return None
    if bindings[0].path is None:
        return (resolver, bindings[0]) if root is node else None
    rest = dotted(node).partition(".")[2]
    look_up = resolver.elsewhere.defined if anywhere else resolver.elsewhere.definition
    found = look_up(f"{bindings[0].path}.{rest}" if rest else bindings[0].path)
    return (found[0].resolver, found[1]) if found is not None else None
