"""What a known layer or function is handed, by whatever road: written there, by `**`, `partial`, a subclass, a wrapper.

What cannot be told stays unknown: an argument counts only where it surely arrives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from normfix.checks.arguments import KnownCallee, known_callee
from normfix.checks.partials import callee_of_partial
from normfix.semantics.bindings import Bindings, CallSite
from normfix.semantics.chains import last_name, root_name
from normfix.semantics.definitions import definition, imported_paths
from normfix.semantics.guards import ARGUMENT_ERRORS, Guarded, guarded
from normfix.semantics.mappings import Item, Items, Reading, as_read, given, items
from normfix.semantics.members import class_around
from normfix.semantics.relevance import Relevance
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import TRIES, Binding, Reference, Scope, start_place
from normfix.table.table import Table

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_INIT = "__init__"
_FROM_CONFIG = "from_config"
_ITSELF = frozenset({"self", "cls"})
_HARMLESS_DECORATORS = frozenset({"register_keras_serializable", "final"})
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Argument:
    """A keyword that arrives, with the node that is to be underlined; `through` says by which road, if not directly."""

    name: str
    value: ast.expr
    node: ast.expr | ast.keyword
    through: str = ""


def _says_something(call: ast.Call) -> bool:
    """Whether the arguments of a call may tell anything: a single name by place is the input."""
    return bool(call.keywords) or len(call.args) > 1 or any(not isinstance(one, ast.Name) for one in call.args)


@dataclass(frozen=True, slots=True)
class Handed:
    """The arguments of a known callee: those without a name as far as they are its own, and the keywords."""

    callee: KnownCallee
    placed: tuple[ast.expr, ...]
    named: tuple[Argument, ...]


class Roads:
    """Finds what the calls of one module hand to known callees."""

    def __init__(self, table: Table, resolver: Resolver) -> None:
        self._table = table
        self._resolver = resolver
        self._bindings: Bindings = resolver.bindings

    def handed(self, call: CallSite) -> Handed | None:
        """What a call hands to a known callee; None where it does not lead to one."""
        callee = known_callee(call, self._table, self._resolver) or self._constructor(call)
        callee = callee or callee_of_partial(call, self._table, self._resolver)
        if callee is not None:
            placed = tuple(call.node.args[callee.skipped :])
            return Handed(callee, placed, tuple(self._named(call)))
        return self._from_config(call) or (self._through(call, _DEEPEST) if _says_something(call.node) else None)

    def _named(self, call: CallSite) -> Iterator[Argument]:
        at = _reading(call)
        for keyword in call.node.keywords:
            if keyword.arg is not None:
                yield Argument(keyword.arg, keyword.value, keyword)
                continue
            for name, item in items(keyword.value, at, self._resolver).items():
                if not self._chosen(item):
                    yield Argument(
                        name, item.value, keyword, f"`{name}` is given through `**`{self._where(item, keyword)}"
                    )

    def _chosen(self, item: Item) -> bool:
        """Whether the code around what sets an item chooses between releases."""
        return guarded(Guarded(item.node, item.branch, item.scope, errors=ARGUMENT_ERRORS), item.resolver)

    def _where(self, item: Item, keyword: ast.keyword) -> str:
        """Where an item is put in, if that is somewhere else than in the call."""
        line = getattr(item.node, "lineno", 0)
        if item.resolver is not self._resolver:
            return f", and stands at `{item.resolver.elsewhere.relative}:{line}`"
        return "" if keyword.lineno <= line <= (keyword.end_lineno or line) else f", and stands on line {line}"

    def _constructor(self, call: CallSite) -> KnownCallee | None:
        """The layer whose `__init__` a subclass calls, by `super()` or by its name."""
        function = call.node.func
        if not isinstance(function, ast.Attribute) or function.attr != _INIT:
            return None
        if isinstance(function.value, ast.Call):
            owner = class_around(call.scope) if _is_super(function.value) else None
            return self._base(owner[0], owner[1]) if owner is not None else None
        if not isinstance(function.value, ast.Name | ast.Attribute) or not call.node.args:
            return None
        found = self._layer(function.value, call.scope)
        return found._replace(skipped=1) if found is not None else None

    def _base(self, owner: ast.ClassDef, scope: Scope) -> KnownCallee | None:
        """The layer that is the only base of a class."""
        if len(owner.bases) != 1 or owner.keywords:
            return None
        return self._layer(owner.bases[0], scope)

    def _layer(self, node: ast.expr, scope: Scope) -> KnownCallee | None:
        made = ast.copy_location(ast.Call(node, [], []), node)
        found = known_callee(CallSite(made, scope, ()), self._table, self._resolver)
        return found if found is not None and not found.skipped else None

    def _from_config(self, call: CallSite) -> Handed | None:
        """What `Layer.from_config({...})` hands to its layer."""
        function = call.node.func
        if not isinstance(function, ast.Attribute) or function.attr != _FROM_CONFIG:
            return None
        config = next((one.value for one in call.node.keywords if one.arg == "config"), None)
        config = config or (call.node.args[0] if call.node.args else None)
        if config is None or not isinstance(function.value, ast.Name | ast.Attribute):
            return None
        found = self._layer(function.value, call.scope)
        if found is None:
            return None
        every = items(config, _reading(call), self._resolver).items()
        through = "it is given in the configuration"
        return Handed(
            found, (), tuple(Argument(key, one.value, config, through) for key, one in every if not self._chosen(one))
        )

    # -- through a class or a function of the author's

    def _through(self, call: CallSite, depth: int) -> Handed | None:
        """What arrives at a known callee behind a class or function of the project."""
        paths = imported_paths(call.node.func, call.scope, call.branch, self._resolver)
        # Most of what is called elsewhere hands nothing on, and its file need not be parsed.
        if not depth or (paths and not any(map(self._resolver.elsewhere.may_hand_on, paths))):
            return None
        found = definition(call.node.func, call.scope, call.branch, self._resolver)
        if found is None:
            return None
        there = self if found[0] is self._resolver else Roads(self._table, found[0])
        node, scope = found[1].node, found[1].scope
        if isinstance(node, ast.ClassDef):
            return self._through_class(call, node, scope, there, depth - 1)
        if isinstance(node, _FUNCTIONS) and not node.decorator_list:
            return self._through_function(call, node, 0, there, depth - 1)
        if isinstance(found[1].value, ast.Lambda):
            return self._through_function(call, found[1].value, 0, there, depth - 1, found[1].name)
        return None

    def _through_class(
        self, call: CallSite, owner: ast.ClassDef, scope: Scope, there: Roads, depth: int
    ) -> Handed | None:
        if owner.keywords or not all(_last(one) in _HARMLESS_DECORATORS for one in owner.decorator_list):
            return None
        methods = {one.name: one for one in owner.body if isinstance(one, _FUNCTIONS)}
        if "__new__" in methods or any(isinstance(one, (ast.ClassDef, ast.If, *TRIES)) for one in owner.body):
            return None
        if _INIT in methods:
            return self._through_function(call, methods[_INIT], 1, there, depth)
        callee = there._base(owner, scope)
        if callee is not None:
            return Handed(
                callee, tuple(call.node.args), tuple(_marked(self._named(call), f"`{owner.name}` hands it on"))
            )
        if len(owner.bases) != 1 or not depth:
            return None
        above = definition(owner.bases[0], scope, (), there._resolver)
        if above is None or not isinstance(above[1].node, ast.ClassDef):
            return None
        further = there if above[0] is there._resolver else Roads(self._table, above[0])
        return self._through_class(call, above[1].node, above[1].scope, further, depth - 1)

    def _through_function(
        self, call: CallSite, function: _Function, own: int, there: Roads, depth: int, name: str = ""
    ) -> Handed | None:
        """What a function that takes `**kw` hands on of what it is called with; `name` is that of a lambda."""
        arguments, inside = function.args, there._bindings.scopes.get(function)
        if arguments.kwarg is None or inside is None:
            return None
        rest = inside.bindings.get(arguments.kwarg.arg, [])
        if len(rest) != 1:
            return None
        mine = {one.arg for one in (*arguments.args[own:], *arguments.kwonlyargs)}
        started = {
            name: item for name, item in given(call.node, _reading(call), self._resolver).items() if name not in mine
        }
        targets = [there._beyond(one, rest[0], started, depth) for one in there._handed_on(rest[0])]
        if len(targets) != 1 or targets[0] is None:
            return None
        callee, arrived = targets[0]
        nodes = {one.name: one for one in self._named(call)}
        through = f"`{name if isinstance(function, ast.Lambda) else function.name}` hands it on"
        found = tuple(_marked((nodes[one] for one in arrived if one in nodes), through))
        return Handed(callee, (), found) if found else None

    def _handed_on(self, rest: Binding) -> Sequence[Reference]:
        """The places where a function hands its `**kw` on whole."""
        parents = self._bindings.parents
        return [
            one
            for one in self._bindings.references_to(rest.name)
            if isinstance(keyword := parents.get(one.node), ast.keyword)
            and keyword.arg is None
            and rest in self._resolver.reference(one).bindings
        ]

    def _beyond(
        self, reference: Reference, rest: Binding, started: Mapping[str, Item], depth: int
    ) -> tuple[KnownCallee, Items] | None:
        """The callee that `**kw` goes to, and what of it arrives."""
        call = self._bindings.parents[self._bindings.parents[reference.node]]
        site = self._bindings.call_at(call) if isinstance(call, ast.Call) else None
        if site is None or guarded(Guarded(site.node, site.branch, site.scope, errors=ARGUMENT_ERRORS), self._resolver):
            return None
        at = Reading(site.scope, site.branch, reference.place)
        arrived = as_read(started, rest, at, self._resolver)
        arrived = {name: one for name, one in arrived.items() if name in started}
        callee = known_callee(site, self._table, self._resolver) or self._constructor(site)
        return (callee, arrived) if callee is not None and depth else None


def road_calls(bindings: Bindings, relevance: Relevance) -> list[CallSite]:
    """The calls that may lead to a known callee although they do not name it."""
    written = {
        name
        for scope in bindings.scopes.values()
        for name, group in scope.bindings.items()
        if any(one.source is not None or _may_hand_on(one, relevance) for one in group)
    }
    classes = {node.name for node in bindings.scopes if isinstance(node, ast.ClassDef)}
    return [call for call in bindings.calls if _by_road(call.node, written, classes)]


def _may_hand_on(binding: Binding, relevance: Relevance) -> bool:
    node = binding.node
    if binding.path is not None:
        return binding.name in relevance.own
    if isinstance(binding.value, ast.Call):
        return last_name(binding.value.func) in ("partial", *relevance.partial)
    if isinstance(node, ast.ClassDef):
        return bool(node.bases)
    function = binding.value if isinstance(binding.value, ast.Lambda) else node
    return isinstance(function, _Function) and function.args.kwarg is not None and bool(relevance.bearing)


def _by_road(call: ast.Call, written: set[str], classes: set[str]) -> bool:
    function = call.func
    if not call.args and not call.keywords:
        return False
    if isinstance(function, ast.Attribute):
        named = function.attr in (_INIT, _FROM_CONFIG) or _last(function.value) in _ITSELF
        return named or root_name(function) in written or _last(function.value) in classes
    return isinstance(function, ast.Subscript) or (isinstance(function, ast.Name) and function.id in written)


def _reading(call: CallSite) -> Reading:
    return Reading(call.scope, call.branch, start_place(call.node))


def _marked(arguments: Iterator[Argument], through: str) -> Iterator[Argument]:
    return (replace(one, through=f"{one.through}; {through}" if one.through else through) for one in arguments)


def _is_super(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "super"


def _last(node: ast.expr) -> str:
    return last_name(node.func if isinstance(node, ast.Call) else node)
