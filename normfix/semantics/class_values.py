"""The values that the classes of a module give their attributes, looked up from where `self.x` or `Class.x` stands."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from normfix.semantics.chains import last_name
from normfix.semantics.instances import may_be_given
from normfix.semantics.members import Given, Members, members, owner_of
from normfix.semantics.scopes import Branch, Scope, start_place

if TYPE_CHECKING:
    from normfix.semantics.resolve import Resolver


class ClassValues:
    """Looks up the attributes of the classes of one module."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._bindings = resolver.bindings

    def given(self, node: ast.Attribute, scope: Scope, branch: Branch) -> Sequence[Given]:
        """The values that the class of `self.x`, `Class.x` or `Class().x` gives it, or else a class above that one."""
        if not isinstance(node.value, ast.Name) or node.attr not in self._member_names:
            return ()
        owner = owner_of(node.value.id, scope) or self._class(node.value, scope, branch)
        owner = owner or self._class_of_object(node.value, node.attr, scope, branch)
        return self.of_class(owner, node.attr) if owner is not None else ()

    def of_class(self, owner: ast.ClassDef | None, attribute: str) -> Sequence[Given]:
        """The values that a class of this module gives an attribute, or else a class above it."""
        seen: set[ast.ClassDef] = set()
        while owner is not None and owner not in seen:
            found = self._members.get((owner, attribute))
            if found:
                return found
            seen.add(owner)
            outside = self._bindings.scopes[owner].parent
            base = owner.bases[0] if len(owner.bases) == 1 else None
            owner = self._class(base, outside, ()) if isinstance(base, ast.Name) and outside is not None else None
        return ()

    def _class(self, node: ast.Name, scope: Scope, branch: Branch) -> ast.ClassDef | None:
        """The class of this file that a name surely is."""
        if node.id not in self._class_names:
            return None
        found = self._resolver.name(node.id, scope, branch, start_place(node)).bindings
        only = found[0].node if len(found) == 1 else None
        return only if isinstance(only, ast.ClassDef) else None

    def _class_of_object(self, node: ast.Name, attribute: str, scope: Scope, branch: Branch) -> ast.ClassDef | None:
        """The class of this file that a name surely has an object of, where nobody else gives that the attribute."""
        if node.id not in self._object_names or attribute in self._given_outside:
            return None
        found = self._resolver.name(node.id, scope, branch, start_place(node)).bindings
        made = found[0].value if len(found) == 1 else None
        if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Name):
            return None
        owner = self._class(made.func, found[0].scope, found[0].branch)
        return owner if owner is not None and not may_be_given(attribute, owner, made) else None

    @cached_property
    def _object_names(self) -> frozenset[str]:
        """The names that may have an object of a class of this file."""
        every = (one for scope in self._bindings.scopes.values() for group in scope.bindings.values() for one in group)
        made = ((one.name, one.value) for one in every if isinstance(one.value, ast.Call))
        return frozenset(name for name, call in made if last_name(call.func) in self._class_names)

    @cached_property
    def _given_outside(self) -> frozenset[str]:
        """The attributes that are set under another name than that of the object in its own methods."""
        every = (node for node in ast.walk(self._bindings.tree) if isinstance(node, ast.Attribute))
        found = set()
        for node in every:
            if not isinstance(node.ctx, ast.Load):
                reference = self._bindings.reference_at(node.value)
                if reference is None or owner_of(reference.name, reference.scope) is None:
                    found.add(node.attr)
        return frozenset(found)

    @cached_property
    def _members(self) -> Members:
        return members(self._bindings)

    @cached_property
    def _member_names(self) -> frozenset[str]:
        return frozenset(name for _, name in self._members)

    @cached_property
    def _class_names(self) -> frozenset[str]:
        return frozenset(node.name for node in self._bindings.scopes if isinstance(node, ast.ClassDef))
