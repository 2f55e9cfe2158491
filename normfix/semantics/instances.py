"""Which class of the project an expression is, or is an object of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from normfix.semantics.definitions import definition
from normfix.semantics.scopes import Branch, Scope

if TYPE_CHECKING:
    from normfix.semantics.resolve import Resolver

_DEEPEST = 4


class OwnClass(NamedTuple):
    """A class of the project, with what resolves the names of its file; `made` is the call where it is an object."""

    resolver: Resolver
    node: ast.ClassDef
    made: ast.Call | None

    def may_be_given(self, attribute: str) -> bool:
        """Whether the object may have got an attribute where it was made."""
        return self.made is not None and may_be_given(attribute, self.node, self.made)


def may_be_given(attribute: str, owner: ast.ClassDef, made: ast.Call) -> bool:
    """Whether a call that makes an object of a class may give it an attribute."""
    if owner.decorator_list and (made.args or made.keywords):
        return True
    return any(one.arg in (None, attribute) for one in made.keywords)


def own_class(
    node: ast.expr, scope: Scope, branch: Branch, resolver: Resolver, depth: int = _DEEPEST
) -> OwnClass | None:
    """The class of the project that an expression surely is, or is an object of."""
    made = node if isinstance(node, ast.Call) else None
    found = definition(made.func if made is not None else node, scope, branch, resolver, anywhere=True)
    if found is None or not depth:
        return None
    there, binding = found
    if isinstance(binding.node, ast.ClassDef):
        return OwnClass(there, binding.node, made)
    if made is None and isinstance(binding.value, ast.Call):
        return own_class(binding.value, binding.scope, binding.branch, there, depth - 1)
    return None
