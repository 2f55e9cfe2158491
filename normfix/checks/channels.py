"""How many channels the input of a layer has, as far as it can be read in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from normfix.semantics.bindings import Bindings, CallSite
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Branch, Scope
from normfix.table.table import LAYER_HOMES, Table

_DEPTH = 40
_CHANNELS = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose"), "filters"),
    **dict.fromkeys(("Conv3DTranspose", "SeparableConv1D", "SeparableConv2D"), "filters"),
    **dict.fromkeys(("Convolution1D", "Convolution2D", "Convolution3D"), "filters"),
    "Dense": "units",
}
_KEEPING = frozenset(
    {"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Dropout", "SpatialDropout2D", "GaussianNoise"}
    | {"BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization", "RMSNormalization"}
    | {"MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D"}
    | {"MaxPool1D", "MaxPool2D", "MaxPool3D", "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding2D"}
)
_TENSORS = frozenset({"tensorflow.ones", "tensorflow.zeros", "tensorflow.random.normal", "tensorflow.random.uniform"})


def integer(node: ast.expr) -> int | None:
    """The whole number that an expression spells out; None where it does not."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if type(value) is int else None


@dataclass(frozen=True, slots=True)
class Channels:
    """Reads how many channels an expression has, as seen from one place."""

    table: Table
    bindings: Bindings
    resolver: Resolver
    scope: Scope
    branch: Branch

    def into(self, call: CallSite) -> int | None:
        """The channels of what a new layer is applied to, on the spot or under the name that it is given."""
        parent = self.bindings.parents.get(call.node)
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            return next((found for one in self._applied(parent) if (found := self.of(one, _DEPTH))), None)
        if isinstance(parent, ast.Call) and parent.func is call.node and parent.args:
            return self.of(parent.args[0], _DEPTH)
        if isinstance(parent, ast.List) and self._in_sequential(parent):
            return self._behind(parent.elts, parent.elts.index(call.node), _DEPTH)
        return None

    def _applied(self, given: ast.Assign) -> Iterator[ast.expr]:
        """What the layer that a name is given in a scope is called on there."""
        assert isinstance(given.targets[0], ast.Name)
        name = given.targets[0].id
        for call in self.bindings.calls:
            function = call.node.func
            if not (isinstance(function, ast.Name) and function.id == name and call.node.args):
                continue
            meaning = self.resolver.name(name, call.scope, call.branch, (function.lineno, function.col_offset))
            if call.scope is self.scope and [one.value for one in meaning.bindings] == [given.value]:
                yield call.node.args[0]

    def of(self, node: ast.expr, depth: int) -> int | None:
        """The channels of a tensor, None where the code does not say."""
        if not depth:
            return None
        if isinstance(node, ast.Name):
            meaning = self.resolver.name(node.id, self.scope, self.branch, (node.lineno, node.col_offset))
            values = [binding.value for binding in meaning.bindings if binding.scope is self.scope]
            known = values[0] if len(meaning.bindings) == 1 == len(values) else None
            return self.of(known, depth - 1) if known is not None else None
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Call) and node.args:
            made = self._made(node.func)
            return self.of(node.args[0], depth - 1) if made == 0 else made
        return self._made(node) or self._shaped(node)

    def _in_sequential(self, elements: ast.List) -> bool:
        outer = self.bindings.parents.get(elements)
        return isinstance(outer, ast.Call) and "Sequential" in (path.rpartition(".")[2] for path in self._paths(outer))

    def _behind(self, elements: list[ast.expr], index: int, depth: int) -> int | None:
        """The channels that come out of the layer before element `index` of a Sequential."""
        if not index or not depth:
            return None
        before = elements[index - 1]
        made = self._made(before) if isinstance(before, ast.Call) else None
        return self._behind(elements, index - 1, depth - 1) if made == 0 else made

    def _paths(self, call: ast.Call) -> tuple[str, ...]:
        if not isinstance(call.func, ast.Name | ast.Attribute):
            return ()
        return self.resolver.expression(call.func, self.scope, self.branch).paths

    def _made(self, call: ast.Call) -> int | None:
        """The channels that a layer puts out; 0 for one that keeps them, None where the code does not say."""
        for path in self._paths(call):
            for spelling, _, _ in self.table.spellings(path):
                home, _, name = spelling.rpartition(".")
                if name == "Input" and (home in LAYER_HOMES or f"{home}.layers" in LAYER_HOMES):
                    return self._shaped(call, "shape")
                if home not in LAYER_HOMES or any(keyword.arg == "data_format" for keyword in call.keywords):
                    continue
                if name in _KEEPING:
                    return 0
                if name in _CHANNELS:
                    value = _argument(call, _CHANNELS[name])
                    return integer(value) if value is not None else None
        return None

    def _shaped(self, call: ast.Call, keyword: str = "") -> int | None:
        """The last number of a literal shape."""
        if not keyword and not _TENSORS.intersection(self._paths(call)):
            return None
        value = _argument(call, keyword or "shape")
        if isinstance(value, ast.Tuple | ast.List) and value.elts:
            return integer(value.elts[-1])
        return None


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    if call.args and not isinstance(call.args[0], ast.Starred):
        return call.args[0]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
