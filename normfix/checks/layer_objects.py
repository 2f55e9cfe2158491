"""The objects that normalization layers are, wherever they are kept: which one an expression is, and what made it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from normfix.checks.arguments import known_callee
from normfix.checks.site_maker import SiteMaker
from normfix.semantics.bindings import CallSite
from normfix.semantics.origins import Origin
from normfix.semantics.scopes import Branch, Scope
from normfix.table.table import LAYER_HOMES, Table

_DEEPEST = 30
_SYMBOLIC = frozenset({"Input"})
_MODELS = frozenset({"Model", "Sequential"})
_TENSORS = frozenset(
    f"tensorflow.{name}"
    for name in ("ones", "zeros", "constant", "convert_to_tensor", "random.normal", "random.uniform")
)


@dataclass(frozen=True, slots=True)
class Made:
    """A layer that a call makes: its class, and its dotted path."""

    name: str
    path: str
    node: ast.Call


class LayerObjects:
    """Tells what the expressions of one file are, by where their values come from."""

    def __init__(self, maker: SiteMaker, table: Table) -> None:
        self._maker = maker
        self._table = table

    def layers(self, node: ast.expr, scope: Scope, branch: Branch) -> Sequence[Made]:
        """The normalization layers that an expression surely is one of; none where it may be anything else."""
        held = self._maker.resolver.follower.origins(node, scope, branch)
        found = [self.made(one) for one in held.found if not _is_none(one.node)]
        return () if held.unknown else [one for one in found if one is not None] if None not in found else ()

    def made(self, origin: Origin) -> Made | None:
        """The layer that an expression makes."""
        if not isinstance(origin.node, ast.Call):
            return None
        site = CallSite(origin.node, origin.scope, origin.branch)
        found = known_callee(site, self._table, origin.resolver)
        if found is None or found.skipped or not found.meaning.certain or found.name not in self._table.layers:
            return None
        # What is legacy itself may do otherwise.
        return Made(found.name, found.path, origin.node) if self._table.match(found.path) is None else None

    def layer_class(self, node: ast.expr, scope: Scope, branch: Branch) -> str | None:
        """The path of the normalization layer that an expression is the class of."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        meaning = self._maker.resolver.expression(node, scope, branch)
        if not meaning.certain or self._table.match(meaning.paths[0]) is not None:
            return None
        return meaning.paths[0] if self._table.layer_name(meaning.paths[0]) in self._table.layers else None

    def is_called(self, call: ast.Call, scope: Scope, branch: Branch, name: str) -> bool:
        """Whether a call is one of a Keras class or function of this name."""
        return self._keras_name(call.func, Origin(call, scope, branch, self._maker.resolver)) == name

    def is_sequential(self, node: ast.expr, scope: Scope, branch: Branch) -> bool:
        """Whether an expression is surely a Sequential model."""
        held = self._maker.resolver.follower.origins(node, scope, branch)
        sure = bool(held.found) and not held.unknown
        return sure and all(
            isinstance(one.node, ast.Call) and self._keras_name(one.node.func, one) == "Sequential"
            for one in held.found
        )

    def model(self, node: ast.expr, scope: Scope, branch: Branch) -> str | None:
        """The path of the class of Keras that an expression is surely a model of."""
        held = self._maker.resolver.follower.origins(node, scope, branch)
        if held.unknown or not held.found:
            return None
        paths = {self._keras_path(one.node.func, one) if isinstance(one.node, ast.Call) else "" for one in held.found}
        # As it is written: the legacy Keras has what `keras` lacks, which stands first.
        return min(paths) if all(path.rpartition(".")[2] in _MODELS for path in paths) else None

    def is_symbolic(self, node: ast.expr, scope: Scope, branch: Branch, depth: int = _DEEPEST) -> bool:
        """Whether an expression is surely a symbolic tensor: an Input, or what layers make of one."""
        held = self._maker.resolver.follower.origins(node, scope, branch)
        if not depth or held.unknown or not held.found:
            return False
        return all(self._symbolic(one, depth - 1) for one in held.found)

    def _symbolic(self, origin: Origin, depth: int) -> bool:
        node = origin.node
        if not isinstance(node, ast.Call):
            return False
        if self._keras_name(node.func, origin) == "Input":
            return True
        if origin.resolver is not self._maker.resolver or not node.args:
            return False
        layer = self._is_layer_object(node.func, origin.scope, origin.branch)
        return layer and self.is_symbolic(node.args[0], origin.scope, origin.branch, depth)

    def is_tensor(self, node: ast.expr, scope: Scope, branch: Branch) -> bool:
        """Whether an expression is surely a tensor: what a layer returns, an Input, or made by TensorFlow."""
        held = self._maker.resolver.follower.origins(node, scope, branch)
        return bool(held.found) and not held.unknown and all(self._tensor(one) for one in held.found)

    def _tensor(self, origin: Origin) -> bool:
        node = origin.node
        if not isinstance(node, ast.Call):
            return False
        if self._keras_name(node.func, origin) == "Input":
            return True
        if isinstance(node.func, ast.Name | ast.Attribute):
            meaning = origin.resolver.expression(node.func, origin.scope, origin.branch)
            if meaning.certain and meaning.paths[0] in _TENSORS:
                return True
        here = origin.resolver is self._maker.resolver
        return here and bool(node.args) and self._is_layer_object(node.func, origin.scope, origin.branch)

    def _is_layer_object(self, node: ast.expr, scope: Scope, branch: Branch) -> bool:
        """Whether an expression is surely an object of some layer of Keras."""
        held = self._maker.resolver.follower.origins(node, scope, branch)
        made = [one for one in held.found if isinstance(one.node, ast.Call)]
        if held.unknown or not made or len(made) != len(held.found):
            return False
        names = [self._keras_name(one.node.func, one) for one in made if isinstance(one.node, ast.Call)]
        return all(name and name[:1].isupper() and name not in _SYMBOLIC for name in names)

    def _keras_name(self, node: ast.expr, at: Origin) -> str:
        """The name of what Keras publishes that an expression surely means; empty for anything else."""
        return self._keras_path(node, at).rpartition(".")[2]

    def _keras_path(self, node: ast.expr, at: Origin) -> str:
        """The path of what Keras publishes that an expression surely means; empty for anything else."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return ""
        meaning = at.resolver.expression(node, at.scope, at.branch)
        if not meaning.certain:
            return ""
        home = meaning.paths[0].rpartition(".")[0]
        homes = {*LAYER_HOMES, *(one.rpartition(".")[0] for one in LAYER_HOMES)}
        known = home in homes or home.removesuffix(".models") in homes
        return meaning.paths[0] if known else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
