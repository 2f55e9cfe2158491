"""One pass over a module's `ast`: which names are bound where, and which names are read where.

The walk keeps its own stack, so that generated code with thousands of nested operators does not exhaust Python's.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from normfix.semantics.binder import Binder
from normfix.semantics.bindings import Bindings, CallSite
from normfix.semantics.chains import outermost_chains, root_name
from normfix.semantics.endings import leaves, suppresses
from normfix.semantics.node_fields import FIELDS, LEAVES, type_parameters
from normfix.semantics.scopes import (
    TRIES,
    TYPE_ALIASES,
    BindingKind,
    Branch,
    Branching,
    Reference,
    Scope,
    ScopeKind,
    end_place,
    start_place,
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


_LONGEST_ANNOTATION = 10_000


def collect(tree: ast.Module) -> Bindings:
    """Walk a module and return its bindings and references."""
    walk = _Walk(tree)
    walk.run()
    found = walk.found
    found.references.sort(key=attrgetter("place"))
    found.imports.sort(key=lambda site: start_place(site.node))
    found.calls.sort(key=lambda site: start_place(site.node))
    for scope in found.scopes.values():
        for bindings in scope.bindings.values():
            if len(bindings) > 1:
                bindings.sort(key=attrgetter("place"))
    return found


class _Walk(Binder):
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.found = Bindings(Scope(ScopeKind.MODULE, tree, None))
        self.found.scopes[tree] = self.found.module
        self.stack: list[tuple[ast.AST, Scope, Branch]] = []

    def run(self) -> None:
        self._push_all(self.tree.body, self.tree, self.found.module, ())
        while self.stack:
            node, scope, branch = self.stack.pop()
            handler = _HANDLERS.get(type(node))
            if handler is None:
                self._children(node, scope, branch)
            else:
                handler(self, node, scope, branch)

    def _push(self, node: ast.AST | None, parent: ast.AST, scope: Scope, branch: Branch) -> None:
        if node is None or type(node) in LEAVES:
            return
        self.found.parents[node] = parent
        self.stack.append((node, scope, branch))

    def _push_all(self, nodes: Sequence[ast.AST | None], parent: ast.AST, scope: Scope, branch: Branch) -> None:
        # Globals must be seen before what they govern, so the stack is filled backwards.
        for node in reversed(nodes):
            self._push(node, parent, scope, branch)

    def _children(self, node: ast.AST, scope: Scope, branch: Branch) -> None:
        """Have the children of a node visited; names and attributes, which are the most, are taken at once."""
        parents = self.found.parents
        for field in FIELDS[type(node)]:
            value: Any = getattr(node, field, None)
            for child in reversed(value) if type(value) is list else (value,):
                kind = type(child)
                if kind is ast.Name:
                    parents[child] = node
                    self._name(child, scope, branch)
                elif kind is ast.Attribute:
                    parents[child] = node
                    self._attribute(child, scope, branch)
                elif kind not in LEAVES:
                    parents[child] = node
                    self.stack.append((child, scope, branch))

    # -- reads

    def _name(self, node: ast.Name, scope: Scope, branch: Branch) -> None:
        if type(node.ctx) is ast.Load:
            self.found.references.append(Reference(node, node, node.id, (), scope, branch))

    def _attribute(self, node: ast.Attribute, scope: Scope, branch: Branch) -> None:
        attributes: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            attributes.append(inner.attr)
            self.found.parents[inner.value] = inner
            inner = inner.value
        if not isinstance(inner, ast.Name):
            self._push(inner, self.found.parents[inner], scope, branch)
            if not isinstance(inner, ast.Call | ast.Subscript):
                return
        if isinstance(node.ctx, ast.Load):
            chain = tuple(reversed(attributes))
            self.found.references.append(Reference(node, inner, root_name(inner), chain, scope, branch))
        elif isinstance(inner, ast.Name):
            self._push(node.value, node, scope, branch)

    def _call(self, node: ast.Call, scope: Scope, branch: Branch) -> None:
        self.found.calls.append(CallSite(node, scope, branch))
        self._children(node, scope, branch)

    def _annotation(self, node: ast.expr | None, parent: ast.AST, scope: Scope, branch: Branch) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "orm" in node.value:
            self._quoted_annotation(node, node.value, scope, branch)
        else:
            self._push(node, parent, scope, branch)

    def _quoted_annotation(self, node: ast.Constant, text: str, scope: Scope, branch: Branch) -> None:
        if len(text) > _LONGEST_ANNOTATION:
            return
        try:
            inside = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for chain in outermost_chains(inside):
            attributes: list[str] = []
            root: ast.expr = chain
            while isinstance(root, ast.Attribute):
                attributes.append(root.attr)
                root = root.value
            if isinstance(root, ast.Name):
                names = tuple(reversed(attributes))
                self.found.references.append(Reference(chain, root, root.id, names, scope, branch, quoted=node))

    # -- scopes

    def _function(self, node: FunctionNode, scope: Scope, branch: Branch) -> None:
        inner = Scope(ScopeKind.FUNCTION, node, scope, branch)
        self.found.scopes[node] = inner
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        self._push_all([*type_parameters(node), *arguments.defaults, *arguments.kw_defaults], node, scope, branch)
        defaults = _defaults(arguments)
        for one in every:
            self._annotation(one.annotation, one, scope, branch)
            kind = BindingKind.MAYBE if one in defaults else BindingKind.OPAQUE
            self._bind(one.arg, kind, (one.lineno, one.col_offset), inner, branch, one, source=defaults.get(one))
        if isinstance(node, ast.Lambda):
            self._push(node.body, node, inner, branch)
            return
        self._push_all(node.decorator_list, node, scope, branch)
        self._annotation(node.returns, node, scope, branch)
        self._push_all(node.body, node, inner, branch)
        self._bind(node.name, BindingKind.OPAQUE, end_place(node), scope, branch, node)

    def _class(self, node: ast.ClassDef, scope: Scope, branch: Branch) -> None:
        inner = Scope(ScopeKind.CLASS, node, scope, branch)
        self.found.scopes[node] = inner
        self._push_all([*node.decorator_list, *type_parameters(node), *node.bases, *node.keywords], node, scope, branch)
        self._push_all(node.body, node, inner, branch)
        self._bind(node.name, BindingKind.OPAQUE, end_place(node), scope, branch, node)

    def _return(self, node: ast.Return, scope: Scope, branch: Branch) -> None:
        self.found.returns.setdefault(scope.node, []).append(node)
        self._children(node, scope, branch)

    def _comprehension(self, node: ast.expr, scope: Scope, branch: Branch) -> None:
        inner = Scope(ScopeKind.COMPREHENSION, node, scope, branch)
        self.found.scopes[node] = inner
        self._children(node, inner, branch)

    def _generator(self, node: ast.comprehension, scope: Scope, branch: Branch) -> None:
        self._elements(node.target, node.iter, node.target, scope, branch)
        # What the first one goes through is read before the names of the comprehension are there.
        is_first = node is self.found.parents[node].generators[0]  # type: ignore[attr-defined]
        self._push(node.iter, node, scope.parent if is_first and scope.parent else scope, branch)
        self._push_all([node.target, *node.ifs], node, scope, branch)

    # -- branches

    def _if(self, node: ast.If, scope: Scope, branch: Branch) -> None:
        self._push(node.test, node, scope, branch)
        self._arms(node, [(node, node.body), (node, node.orelse)], scope, branch, exhaustive=bool(node.orelse))

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, scope: Scope, branch: Branch) -> None:
        if isinstance(node, ast.While):
            self._push(node.test, node, scope, branch)
        else:
            self._push(node.iter, node, scope, branch)
            self._elements(node.target, node.iter, node.target, scope, branch)
        self._arms(node, [(node, node.body)], scope, branch, exhaustive=False)
        self._push_all(node.orelse, node, scope, branch)

    def _try(self, node: ast.Try, scope: Scope, branch: Branch) -> None:
        for handler in node.handlers:
            self._push(handler.type, handler, scope, branch)
            self.found.parents[handler] = node
            if handler.name:
                place = (handler.lineno, handler.col_offset)
                self._bind(handler.name, BindingKind.OPAQUE, place, scope, branch, handler)
        arms = [(node, [*node.body, *node.orelse]), *((handler, handler.body) for handler in node.handlers)]
        self._arms(node, arms, scope, branch, exhaustive=True)
        self._push_all(node.finalbody, node, scope, branch)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope, branch: Branch) -> None:
        self._push_all(node.items, node, scope, branch)
        if any(suppresses(item.context_expr) for item in node.items):
            self._arms(node, [(node, node.body)], scope, branch, exhaustive=False)
        else:
            self._push_all(node.body, node, scope, branch)

    def _match(self, node: ast.Match, scope: Scope, branch: Branch) -> None:
        self._push(node.subject, node, scope, branch)
        for case in node.cases:
            self.found.parents[case] = node
            self._push(case.guard, case, scope, branch)
            self._push(case.pattern, case, scope, branch)
            for part in ast.walk(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if isinstance(name, str):
                    place = start_place(case.body[0])
                    whole = isinstance(part, ast.MatchAs) and part is case.pattern
                    kind, source = (BindingKind.MAYBE, node.subject) if whole else (BindingKind.OPAQUE, None)
                    self._bind(name, kind, place, scope, branch, case, source=source)
        self._arms(node, [(case, case.body) for case in node.cases], scope, branch, exhaustive=False)

    def _arms(
        self,
        node: ast.AST,
        arms: Sequence[tuple[ast.AST, list[ast.stmt]]],
        scope: Scope,
        branch: Branch,
        *,
        exhaustive: bool,
    ) -> None:
        """Have the arms of a branching visited: the node that each block belongs to, and the block."""
        open_arms = frozenset(number for number, (_, body) in enumerate(arms) if not leaves(body))
        branching = Branching(node, open_arms, exhaustive)
        for number, (parent, body) in enumerate(arms):
            self._push_all(body, parent, scope, (*branch, (branching, number)))


_HANDLERS: Mapping[type[ast.AST], Callable[..., None]] = {
    ast.Name: _Walk._name,
    ast.Attribute: _Walk._attribute,
    ast.Call: _Walk._call,
    ast.Import: _Walk._import,
    ast.ImportFrom: _Walk._import_from,
    ast.Assign: _Walk._assign,
    ast.AnnAssign: _Walk._annotated,
    ast.AugAssign: _Walk._augmented,
    ast.NamedExpr: _Walk._walrus,
    ast.FunctionDef: _Walk._function,
    ast.AsyncFunctionDef: _Walk._function,
    ast.Lambda: _Walk._function,
    ast.ClassDef: _Walk._class,
    ast.If: _Walk._if,
    ast.For: _Walk._loop,
    ast.AsyncFor: _Walk._loop,
    ast.While: _Walk._loop,
    **dict.fromkeys(TRIES, _Walk._try),
    **dict.fromkeys(TYPE_ALIASES, _Walk._type_alias),
    ast.Match: _Walk._match,
    ast.With: _Walk._with,
    ast.AsyncWith: _Walk._with,
    ast.withitem: _Walk._with_item,
    ast.Global: _Walk._outer,
    ast.Nonlocal: _Walk._outer,
    ast.Delete: _Walk._delete,
    ast.Return: _Walk._return,
    ast.ListComp: _Walk._comprehension,
    ast.SetComp: _Walk._comprehension,
    ast.DictComp: _Walk._comprehension,
    ast.GeneratorExp: _Walk._comprehension,
    ast.comprehension: _Walk._generator,
}


def _defaults(arguments: ast.arguments) -> Mapping[ast.arg, ast.expr]:
    """The parameters that have a default, with it."""
    placed = [*arguments.posonlyargs, *arguments.args]
    found = dict(zip(placed[len(placed) - len(arguments.defaults) :], arguments.defaults, strict=True))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return found | {one: default for one, default in named if default is not None}
