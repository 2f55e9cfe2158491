"""What is in a dictionary where it is read: written out, built up, merged, copied, kept, or the default of a parameter.

Only what is surely there counts. A dictionary that is handed to other code, which may take things out, has nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from normfix.semantics.definitions import definition
from normfix.semantics.instances import own_class
from normfix.semantics.kept import changed_keys, key_of
from normfix.semantics.reaching import excluded
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import END, Binding, BindingKind, Branch, Place, Reference, Scope, start_place

_DEEPEST = 10
_READING = frozenset({"get", "items", "keys", "values", "copy", "__contains__", "__getitem__"})
_HARMLESS = frozenset({"dict", "len", "print", "list", "sorted", "repr", "str", "bool", "set", "tuple", "isinstance"})
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Item:
    """The value of a key, the node that puts it there, and what resolves the names of that file."""

    value: ast.expr
    node: ast.AST
    scope: Scope
    branch: Branch
    resolver: Resolver


Items = Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a dictionary is read."""

    scope: Scope
    branch: Branch
    place: Place


def items(node: ast.expr, at: Reading, resolver: Resolver, depth: int = _DEEPEST) -> Items:
    """The items that a dictionary surely has."""
    if not depth:
        return {}
    if isinstance(node, ast.Name):
        return _named(node, at, resolver, depth - 1)
    if isinstance(node, ast.Dict):
        found: dict[str, Item] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                _merge(found, value, items(value, at, resolver, depth - 1))
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                found[key.value] = Item(value, value, at.scope, at.branch, resolver)
        return found
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        found = dict(items(node.left, at, resolver, depth - 1))
        _merge(found, node.right, items(node.right, at, resolver, depth - 1))
        return found
    if isinstance(node, ast.Call):
        return _called(node, at, resolver, depth - 1)
    if isinstance(node, ast.Attribute | ast.Subscript):
        return _kept(node, at, resolver, depth - 1)
    return {}


def given(call: ast.Call, at: Reading, resolver: Resolver, depth: int = _DEEPEST) -> dict[str, Item]:
    """The keywords of a call, those in dictionaries given with `**` among them."""
    found: dict[str, Item] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            # A keyword that is given twice is an error, so no dictionary changes the value of another one.
            found |= items(keyword.value, at, resolver, depth)
        else:
            found[keyword.arg] = Item(keyword.value, keyword, at.scope, at.branch, resolver)
    return found


def _merge(found: dict[str, Item], node: ast.expr, more: Items) -> None:
    """Put the items of a dictionary over others; what else it may have may change their values."""
    if not isinstance(node, ast.Dict):
        for name, item in found.items():
            found[name] = replace(item, value=node)
    found.update(more)


def _called(node: ast.Call, at: Reading, resolver: Resolver, depth: int) -> Items:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr == "copy" and not node.args:
        return items(function.value, at, resolver, depth)
    if isinstance(function, ast.Name | ast.Attribute):
        meaning = resolver.expression(function, at.scope, at.branch)
        if not _COPIES.isdisjoint(meaning.paths) and node.args:
            return items(node.args[0], at, resolver, depth)
        if isinstance(function, ast.Name) and function.id == "dict" and not meaning.bindings and len(node.args) < _PAIR:
            found = dict(items(node.args[0], at, resolver, depth)) if node.args else {}
            return found | given(node, at, resolver, depth)
    return {}


def _kept(node: ast.Attribute | ast.Subscript, at: Reading, resolver: Resolver, depth: int) -> Items:
    """The items of a dictionary that stands in another one or in a class, and that is written there and only read."""
    name = key_of(node)
    if name is None or _is_changed(name, resolver):
        return {}
    if isinstance(node, ast.Attribute):
        return _attribute(node, at, resolver, depth)
    item = items(node.value, at, resolver, depth).get(name)
    return _of_item(item, depth) if item is not None and not _is_changed(name, item.resolver) else {}


def _is_changed(name: str, resolver: Resolver) -> bool:
    """Whether a file may change what stands under a key or an attribute of this name."""
    return name in resolver.remembered(changed_keys, lambda: changed_keys(resolver.bindings))


def _attribute(node: ast.Attribute, at: Reading, resolver: Resolver, depth: int) -> Items:
    """The items of a dictionary in a class, in an object of one, or in another file."""
    there, held = resolver, resolver.follower.classes.given(node, at.scope, at.branch)
    owner = None if held else own_class(node.value, at.scope, at.branch, resolver)
    if owner is not None and not owner.may_be_given(node.attr) and not _is_changed(node.attr, owner.resolver):
        there, held = owner.resolver, owner.resolver.follower.classes.of_class(owner.node, node.attr)
    if len(held) == 1 and held[0].value is not None:
        return _of_item(Item(held[0].value, held[0].value, held[0].scope, held[0].branch, there), depth)
    return {} if held or owner is not None else _elsewhere(node, at, resolver, depth)


def _of_item(item: Item, depth: int) -> Items:
    if not isinstance(item.value, ast.Dict | ast.Call):
        return {}
    return items(item.value, Reading(item.scope, item.branch, start_place(item.value)), item.resolver, depth)


def _elsewhere(node: ast.Name | ast.Attribute, at: Reading, resolver: Resolver, depth: int) -> Items:
    """The items that a dictionary has in another file when all of that has been executed."""
    found = definition(node, at.scope, at.branch, resolver, anywhere=True)
    value = found[1].value if found is not None and found[0] is not resolver else None
    if found is None or value is None:
        return {}
    there, binding = found
    started = items(value, Reading(binding.scope, binding.branch, start_place(value)), there, depth)
    return as_read(started, binding, Reading(binding.scope, (), END), there, depth)


def _named(node: ast.Name, at: Reading, resolver: Resolver, depth: int) -> Items:
    bindings = resolver.name(node.id, at.scope, at.branch, at.place).bindings
    if len(bindings) != 1:
        return {}
    binding = bindings[0]
    if binding.path is not None:
        return as_read(_elsewhere(node, at, resolver, depth), binding, at, resolver, depth)
    if isinstance(binding.node, ast.AugAssign):
        return _widened(node, binding, binding.node, at, resolver, depth)
    value = binding.value
    scope = binding.scope
    if binding.kind is BindingKind.MAYBE and isinstance(binding.node, ast.arg):
        value, scope = binding.source, binding.source_scope
    if value is None:
        return as_read({}, binding, at, resolver, depth) if _takes_the_rest(binding) else {}
    started = items(value, Reading(scope, binding.branch, start_place(value)), resolver, depth)
    return as_read(started, binding, at, resolver, depth) if started or binding.value is not None else {}


def _takes_the_rest(binding: Binding) -> bool:
    """Whether a name is the `**kw` of a function: what the function puts in is there, whatever it is called with."""
    function = binding.scope.node
    return isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.args.kwarg is binding.node


def _is_whole(binding: Binding) -> bool:
    """Whether a dictionary starts with what is written there and nothing else."""
    value = binding.value
    if isinstance(value, ast.Dict):
        return None not in value.keys
    return isinstance(value, ast.Call) and not value.args and all(one.arg is not None for one in value.keywords)


def _widened(
    node: ast.Name, binding: Binding, statement: ast.AugAssign, at: Reading, resolver: Resolver, depth: int
) -> Items:
    """The items after `kw |= {...}`."""
    if not isinstance(statement.op, ast.BitOr) or binding.scope is not at.scope:
        return {}
    before = Reading(binding.scope, binding.branch, start_place(statement))
    found = dict(_named(node, before, resolver, depth - 1)) if depth else {}
    _merge(found, statement.value, items(statement.value, before, resolver, depth))
    return as_read(found, binding, at, resolver, depth)


def as_read(started: Items, binding: Binding, at: Reading, resolver: Resolver, depth: int = _DEEPEST) -> Items:
    """The items of a dictionary that started with some and was changed under the name of a binding since."""
    found = dict(started)
    for reference in sorted(resolver.bindings.references_to(binding.name), key=lambda one: one.place):
        if not isinstance(reference.root, ast.Name) or excluded(reference.branch, dict(at.branch)):
            continue
        here = reference.scope is binding.scope
        if (here and at.scope is binding.scope and reference.place >= at.place) or reference.place == at.place:
            continue
        if binding in resolver.reference(reference).bindings:
            change = _Change(reference, resolver, sure=here, whole=_is_whole(binding), depth=depth)
            if not change.apply(found):
                return {}
    return found


class _Change:
    """What one use of a dictionary does to its items; one that is not `sure` may happen before or after the reading.

    Of a dictionary that is not `whole` some items are unknown.
    """

    def __init__(self, reference: Reference, resolver: Resolver, *, sure: bool, whole: bool, depth: int) -> None:
        self._reference = reference
        self._resolver = resolver
        self._sure = sure
        self._whole = whole
        self._depth = depth
        self._at = Reading(reference.scope, reference.branch, reference.place)

    def apply(self, found: dict[str, Item]) -> bool:
        """Change the items; False where nothing is known of them any more."""
        parents = self._resolver.bindings.parents
        node = self._reference.node
        parent = parents.get(node)
        if self._reference.attributes:
            call = parents.get(node) if len(self._reference.attributes) == 1 else None
            return isinstance(call, ast.Call) and call.func is node and self._method(call, found)
        if isinstance(parent, ast.Subscript) and parent.value is node:
            return self._item(parent, parents.get(parent), found)
        if isinstance(parent, ast.keyword):
            return parent.arg is None
        if isinstance(parent, ast.Call):
            name = parent.func.id if isinstance(parent.func, ast.Name) else ""
            return node in parent.args and name in _HARMLESS
        if isinstance(parent, ast.Dict):
            return any(key is None and value is node for key, value in zip(parent.keys, parent.values, strict=True))
        return isinstance(parent, ast.BinOp | ast.Compare | ast.If | ast.For | ast.comprehension | ast.FormattedValue)

    def _item(self, item: ast.Subscript, outer: ast.AST | None, found: dict[str, Item]) -> bool:
        key = item.slice.value if isinstance(item.slice, ast.Constant) else None
        if isinstance(item.ctx, ast.Load):
            return True
        if isinstance(item.ctx, ast.Del):
            return isinstance(key, str) and self._drop(key, found)
        if isinstance(outer, ast.Assign) and isinstance(key, str):
            self._set(key, outer.value, outer, found)
            return True
        if isinstance(key, str):
            return self._drop(key, found)
        # Any of the keys may have got another value, and none is gone.
        _merge(found, item, {})
        return True

    def _method(self, call: ast.Call, found: dict[str, Item]) -> bool:
        assert isinstance(call.func, ast.Attribute)
        first = call.args[0] if call.args else None
        key = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        if call.func.attr in _READING:
            return True
        if call.func.attr == "pop":
            return key is not None and self._drop(key, found)
        if call.func.attr == "setdefault" and key is not None:
            if key not in found and len(call.args) == _PAIR:
                self._set(key, call.args[1] if self._whole else call, call, found)
            return True
        if call.func.attr == "update":
            more = dict(items(first, self._at, self._resolver, self._depth - 1)) if first is not None else {}
            more |= given(call, self._at, self._resolver, self._depth - 1)
            _merge(found, first if first is not None else ast.Dict([], []), {})
            for name, item in more.items():
                self._set(name, item.value, item.node, found)
            return True
        return False

    def _set(self, name: str, value: ast.expr, node: ast.AST, found: dict[str, Item]) -> None:
        if self._sure:
            found[name] = Item(value, node, self._at.scope, self._at.branch, self._resolver)
        elif name in found:
            found[name] = replace(found[name], value=self._reference.node)

    def _drop(self, name: str, found: dict[str, Item]) -> bool:
        found.pop(name, None)
        return True
