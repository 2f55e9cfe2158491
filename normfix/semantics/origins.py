"""Where the value of an expression comes from: through names, attributes of `self`, lists, dictionaries and loops.

What is found are expressions that make or name a value themselves: a call, a literal, an imported name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from normfix.semantics.chains import root_name
from normfix.semantics.class_values import ClassValues
from normfix.semantics.definitions import definition
from normfix.semantics.members import owner_of
from normfix.semantics.scopes import Binding, BindingKind, Branch, Scope, start_place

if TYPE_CHECKING:
    from normfix.semantics.resolve import Resolver

_DEEPEST = 12
_MOST = 64
_SAME_ELEMENTS = frozenset({"list", "tuple", "reversed", "sorted", "set", "iter"})
_GROWING = frozenset({"append", "insert", "extend"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Origin:
    """An expression that a value comes from, where it stands, and what resolves the names of that file."""

    node: ast.expr
    scope: Scope
    branch: Branch
    resolver: Resolver


@dataclass(frozen=True, slots=True)
class Origins:
    """All that a value may come from; `parameters` when that is also for the callers of a function to say.

    `untold` when the code does not say all of it.
    """

    found: tuple[Origin, ...] = ()
    untold: bool = False
    parameters: tuple[Binding, ...] = ()

    @property
    def unknown(self) -> bool:
        """Whether it may also be something else than what was found."""
        return self.untold or bool(self.parameters)


_UNKNOWN = Origins(untold=True)
_NOTHING = Origins()


class Follower:
    """Follows the values of one module."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._bindings = resolver.bindings
        self.classes = ClassValues(resolver)

    def origins(self, node: ast.expr, scope: Scope, branch: Branch, depth: int = _DEEPEST) -> Origins:
        """What the value of an expression may come from."""
        if not depth:
            return _UNKNOWN
        if isinstance(node, ast.Name):
            return self._named(node, scope, branch, depth - 1)
        if isinstance(node, ast.NamedExpr | ast.Await):
            return self.origins(node.value, scope, branch, depth - 1)
        if isinstance(node, ast.IfExp):
            return _merged([self.origins(one, scope, branch, depth - 1) for one in (node.body, node.orelse)])
        if isinstance(node, ast.BoolOp):
            return _merged([self.origins(one, scope, branch, depth - 1) for one in node.values])
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self.member(node, scope, branch, depth - 1) or self._imported(node, scope, branch, depth - 1)
        if isinstance(node, ast.Subscript):
            return self._item(node, scope, branch, depth - 1)
        if isinstance(node, ast.Call):
            return self._call(node, scope, branch, depth - 1)
        return self._itself(node, scope, branch)

    def _itself(self, node: ast.expr, scope: Scope, branch: Branch) -> Origins:
        return Origins((Origin(node, scope, branch, self._resolver),))

    def member(self, node: ast.Attribute, scope: Scope, branch: Branch, depth: int = _DEEPEST) -> Origins | None:
        """What `self.x` or `Class.x` may come from; None for any other attribute, or where the class does not say."""
        given = self.classes.given(node, scope, branch)
        if not given or len(given) > _MOST:
            return None
        found = [
            self.origins(one.value, one.scope, one.branch, depth - 1) if one.value is not None and depth else _UNKNOWN
            for one in given
        ]
        return _merged(found)

    def _named(self, node: ast.Name, scope: Scope, branch: Branch, depth: int) -> Origins:
        bindings = self._resolver.name(node.id, scope, branch, start_place(node)).bindings
        if not bindings:
            return self._itself(node, scope, branch)
        if len(bindings) > _MOST:
            return _UNKNOWN
        return _merged([self._bound(one, node, scope, branch, depth) for one in bindings])

    def _bound(self, binding: Binding, node: ast.Name, scope: Scope, branch: Branch, depth: int) -> Origins:
        if binding.path is not None:
            return self._imported(node, scope, branch, depth)
        if isinstance(binding.node, ast.FunctionDef | ast.ClassDef):
            return self._itself(node, scope, branch)
        if binding.value is not None:
            return self.origins(binding.value, binding.scope, binding.branch, depth)
        called = (binding,) if isinstance(binding.node, ast.arg) else ()
        if binding.source is None:
            return Origins(parameters=called) if called else _UNKNOWN
        if binding.kind is BindingKind.ELEMENT:
            return self.elements(binding.source, binding.source_scope, binding.branch, depth)
        found = self.origins(binding.source, binding.source_scope, binding.branch, depth)
        return Origins(found.found, found.untold, (*found.parameters, *called))

    def _imported(self, node: ast.Name | ast.Attribute, scope: Scope, branch: Branch, depth: int) -> Origins:
        """The call that makes what a name of another file of the project stands for; any other name itself."""
        found = definition(node, scope, branch, self._resolver)
        if found is None or not isinstance(found[1].value, ast.Call) or not depth:
            return self._itself(node, scope, branch)
        return found[0].follower.origins(found[1].value, found[1].scope, found[1].branch, depth)

    def elements(self, node: ast.expr, scope: Scope, branch: Branch, depth: int = _DEEPEST) -> Origins:
        """What the elements of a list, a tuple, a set or the values of a dictionary may come from."""
        if not depth:
            return _UNKNOWN
        grown = [self._put_in(one, depth - 1) for one in self._growth(node, scope, branch)]
        held = self.origins(node, scope, branch, depth - 1)
        inner = [self._elements_of(one, depth - 1) for one in held.found]
        return _merged([*inner, *grown, *((_UNKNOWN,) if held.unknown else ())])

    def _elements_of(self, origin: Origin, depth: int) -> Origins:
        node, scope, branch = origin.node, origin.scope, origin.branch
        if not depth or origin.resolver is not self._resolver:
            return _UNKNOWN
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return _merged([self._part(one, scope, branch, depth) for one in node.elts])
        if isinstance(node, _COMPREHENSIONS):
            inside = self._bindings.scopes.get(node)
            return self.origins(node.elt, inside, branch, depth) if inside is not None else _UNKNOWN
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            return self.elements(node.left, scope, branch, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _merged([self.elements(one, scope, branch, depth) for one in (node.left, node.right)])
        if isinstance(node, ast.Call) and not node.keywords:
            if isinstance(node.func, ast.Name) and node.func.id in _SAME_ELEMENTS and len(node.args) == 1:
                return self.elements(node.args[0], scope, branch, depth)
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("values", "items") and not node.args:
                return self._values(node.func.value, scope, branch, None, depth)
        return _UNKNOWN

    def _part(self, node: ast.expr, scope: Scope, branch: Branch, depth: int) -> Origins:
        if isinstance(node, ast.Starred):
            return self.elements(node.value, scope, branch, depth)
        return self.origins(node, scope, branch, depth)

    def _item(self, node: ast.Subscript, scope: Scope, branch: Branch, depth: int) -> Origins:
        if isinstance(node.slice, ast.Slice):
            return self._itself(node, scope, branch)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(key, str):
            return self._values(node.value, scope, branch, key, depth)
        held = self.origins(node.value, scope, branch, depth)
        if held.found and all(isinstance(one.node, ast.Dict) for one in held.found):
            return self._values(node.value, scope, branch, key, depth)
        if type(key) is int and not held.unknown and not any(self._growth(node.value, scope, branch)):
            return _merged([self._at(one, key, depth) for one in held.found])
        return self.elements(node.value, scope, branch, depth)

    def _at(self, origin: Origin, index: int, depth: int) -> Origins:
        elements = origin.node.elts if isinstance(origin.node, ast.List | ast.Tuple) else []
        told = origin.resolver is self._resolver and not any(isinstance(one, ast.Starred) for one in elements)
        if not told or not -len(elements) <= index < len(elements):
            return self._elements_of(origin, depth)
        return self.origins(elements[index], origin.scope, origin.branch, depth)

    def _values(self, node: ast.expr, scope: Scope, branch: Branch, key: object, depth: int) -> Origins:
        """The values of a dictionary: that of one key, or all of them with None."""
        if not depth:
            return _UNKNOWN
        held = self.origins(node, scope, branch, depth - 1)
        found: list[Origins] = [_UNKNOWN] if held.unknown or not held.found else []
        for one in held.found:
            if not isinstance(one.node, ast.Dict) or one.resolver is not self._resolver or self._changed(node):
                return _UNKNOWN
            pairs = list(zip(one.node.keys, one.node.values, strict=True))
            named = [value for name, value in pairs if isinstance(name, ast.Constant) and name.value == key]
            if key is not None and named and all(isinstance(name, ast.Constant) for name, _ in pairs):
                pairs = [(None, named[-1])]
            elif any(name is None for name, _ in pairs):
                return _UNKNOWN
            found += (self.origins(value, one.scope, one.branch, depth - 1) for _, value in pairs)
        return _merged(found)

    def _changed(self, holder: ast.expr) -> bool:
        """Whether items of a dictionary are set or taken anywhere under this name."""
        text = _chain(holder)
        return text is None or text in self._set_in

    @cached_property
    def _set_in(self) -> frozenset[str]:
        every = (node for node in ast.walk(self._bindings.tree) if isinstance(node, ast.Subscript | ast.Call))
        found: set[str | None] = set()
        for node in every:
            if isinstance(node, ast.Subscript):
                found.add(None if isinstance(node.ctx, ast.Load) else _chain(node.value))
            elif isinstance(node.func, ast.Attribute) and node.func.attr in ("update", "setdefault", "pop", "clear"):
                found.add(_chain(node.func.value))
        return frozenset(one for one in found if one is not None)

    def _growth(self, node: ast.expr, scope: Scope, branch: Branch) -> Iterator[ast.Call]:
        """The calls that put something into a list that is kept under a name or in `self`."""
        text = _chain(node)
        for call in self._growing.get(text, ()) if text is not None else ():
            assert isinstance(call.func, ast.Attribute)
            if self._same_holder(node, call.func.value, scope, branch):
                yield call

    def _same_holder(self, node: ast.expr, other: ast.expr, scope: Scope, branch: Branch) -> bool:
        there = self._bindings.call_at(self._call_around(other))
        if there is None:
            return True
        if isinstance(node, ast.Name) and isinstance(other, ast.Name):
            mine = self._resolver.name(node.id, scope, branch, start_place(node)).bindings
            theirs = self._resolver.name(other.id, there.scope, there.branch, start_place(other)).bindings
            return not set(mine).isdisjoint(theirs)
        return owner_of(root_name(node), scope) is owner_of(root_name(other), there.scope)

    def _call_around(self, receiver: ast.expr) -> ast.Call:
        call = self._bindings.parents[self._bindings.parents[receiver]]
        assert isinstance(call, ast.Call)
        return call

    @cached_property
    def _growing(self) -> dict[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = {}
        for site in self._bindings.calls:
            function = site.node.func
            if isinstance(function, ast.Attribute) and function.attr in _GROWING and site.node.args:
                text = _chain(function.value)
                if text is not None:
                    found.setdefault(text, []).append(site.node)
        return found

    def _put_in(self, call: ast.Call, depth: int) -> Origins:
        there = self._bindings.call_at(call)
        assert isinstance(call.func, ast.Attribute)
        if there is None or not depth:
            return _UNKNOWN
        if call.func.attr == "extend":
            return self.elements(call.args[-1], there.scope, there.branch, depth)
        return self.origins(call.args[-1], there.scope, there.branch, depth)

    def _call(self, node: ast.Call, scope: Scope, branch: Branch, depth: int) -> Origins:
        """What a call comes from: itself, or what a function written in the module returns."""
        found = definition(node.func, scope, branch, self._resolver)
        written = (found[1].value or found[1].node) if found is not None else None
        if found is None or not isinstance(written, ast.FunctionDef | ast.Lambda):
            return self._itself(node, scope, branch)
        there = found[0]
        inside = there.bindings.scopes.get(written)
        if isinstance(written, ast.Lambda):
            returned: list[ast.expr | None] = [written.body]
        else:
            returned = [one.value for one in there.bindings.returns.get(written, ()) if not written.decorator_list]
        if inside is None or not returned:
            return _UNKNOWN
        # Whether a function falls off its end is of no matter: None has no attributes and is not called.
        follow = there.follower.origins
        return _merged([follow(one, inside, inside.branch, depth) if one else _NOTHING for one in returned])


def _merged(parts: Sequence[Origins]) -> Origins:
    found = dict.fromkeys(origin for part in parts for origin in part.found)
    if len(found) > _MOST:
        return _UNKNOWN
    asked = dict.fromkeys(one for part in parts for one in part.parameters)
    return Origins(tuple(found), any(part.untold for part in parts), tuple(asked))


def _chain(node: ast.expr) -> str | None:
    """A name or an attribute of one as text; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return None
