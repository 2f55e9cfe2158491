"""How many dimensions the input of a call has, where the code around it says so: some numbers hang on it."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from normfix.checks.sites import Scan, UsedName, once_per_scan
from normfix.fixes.reach import argument_of
from normfix.semantics.scopes import Binding, Branch, Reference, Scope, start_place
from normfix.semantics.users import taken_elsewhere
from normfix.table.argument_map import CallMap

_SPATIAL = re.compile(r"^(?!global)\w*(?:conv|pool)\w*?([123])d")
_VOLUMES = re.compile(r"(?i)3d|volum|depth_?wise_?3|\[None(?:, *\w+){4}\]")
_SHAPED = {"placeholder": 1, "placeholder_with_default": 1, "reshape": 1, "zeros": 0, "ones": 0, "random_normal": 0}
_ALIKE = frozenset(
    {
        *("relu", "relu6", "elu", "selu", "crelu", "leaky_relu", "sigmoid", "tanh", "softplus", "swish", "identity"),
        *("dropout", "bias_add", "batch_norm", "batch_normalization", "layer_norm", "instance_norm", "group_norm"),
        *("local_response_normalization", "lrn", "stop_gradient", "abs", "square", "pad"),
    }
)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_DEEPEST = 40


def ranked(scan: Scan, used: UsedName, mapping: CallMap) -> tuple[CallMap, str]:
    """A map with the arguments that keep the numbers for a call's input, and what is not kept; empty where all is."""
    if not mapping.unranked:
        return mapping, ""
    if used.call is None:
        return mapping, _unkept(scan, mapping)
    given = _given(used.call, mapping)
    for name, literal in mapping.rankless.items():
        if name in given and ast.unparse(given[name]) == literal:
            return mapping, ""
    first = _first(used.call, mapping.positional[:1])
    rank = None if first is None else _Ranks(scan).of(first, used.reference.scope, used.reference.branch)
    extra = mapping.ranks.get(str(rank))
    if extra is None or not given.keys().isdisjoint(extra):
        return mapping, _unkept(scan, mapping)
    return replace(mapping, add={**mapping.add, **extra}), ""


def _unkept(scan: Scan, mapping: CallMap) -> str:
    """What is not kept where the dimensions are not known; empty in a file that never speaks of five of them."""
    return mapping.unranked if _speaks_of_volumes(scan) else ""


@once_per_scan
def _speaks_of_volumes(scan: Scan) -> bool:
    return _VOLUMES.search(scan.source.text) is not None


def _given(call: ast.Call, mapping: CallMap) -> dict[str, ast.expr]:
    """The arguments of a call under their new names."""
    names = {**mapping.rename, **mapping.call}
    pairs = [*zip(mapping.positional, call.args, strict=False), *((one.arg or "", one.value) for one in call.keywords)]
    return {names.get(name, name): value for name, value in pairs}


def _first(call: ast.Call, names: tuple[str, ...]) -> ast.expr | None:
    """The input of a call: its first argument."""
    if call.args:
        return call.args[0]
    names = names or ("inputs", "x", "features", "tensor")
    return next((one.value for one in call.keywords if one.arg in names), None)


class _Ranks:
    """Follows an expression back to what made it."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.left = _DEEPEST
        self.open: set[Binding] = set()

    def of(self, node: ast.expr, scope: Scope, branch: Branch) -> int | None:
        """The number of dimensions of an expression; None where it is not certain."""
        self.left -= 1
        if self.left < 0:
            return None
        if isinstance(node, ast.Name):
            return self._of_name(node, scope, branch)
        if isinstance(node, ast.BinOp):
            sides = [one for one in (node.left, node.right) if not isinstance(one, ast.Constant)]
            ranks = {self.of(one, scope, branch) for one in sides}
            return ranks.pop() if len(ranks) == 1 else None
        return self._of_call(node, scope, branch) if isinstance(node, ast.Call) else None

    def _of_name(self, node: ast.Name, scope: Scope, branch: Branch) -> int | None:
        bindings = self.scan.resolver.name(node.id, scope, branch, start_place(node)).bindings
        if bindings and any(isinstance(one, _LOOPS) for one in self.scan.bindings.ancestors(node)):
            # What stands below in a loop comes before in its next turn.
            bindings = tuple(bindings[0].scope.bindings[node.id])
        # One that is being looked into says nothing new: it has the dimensions of the others.
        ranks = {self._of_binding(one) for one in bindings if one not in self.open}
        return ranks.pop() if len(ranks) == 1 else None

    def _of_binding(self, binding: Binding) -> int | None:
        self.open.add(binding)
        if binding.value is not None:
            rank = self.of(binding.value, binding.scope, binding.branch)
        else:
            rank = self._of_parameter(binding) if isinstance(binding.node, ast.arg) else None
        self.open.discard(binding)
        return rank

    def _of_parameter(self, binding: Binding) -> int | None:
        """What all calls of a function that is called in this file alone give it."""
        function = binding.scope.node
        if not isinstance(function, ast.FunctionDef) or not isinstance(
            self.scan.bindings.parents[function], ast.Module
        ):
            return None
        if taken_elsewhere(self.scan.project, self.scan.source.path, function.name):
            return None
        ranks: set[int | None] = set()
        for reference in self.scan.bindings.references_to(function.name):
            if function in _meant(self.scan, reference):
                call = self.scan.bindings.parents.get(reference.node)
                given = argument_of(call, function, binding.name) if isinstance(call, ast.Call) else None
                called = isinstance(call, ast.Call) and call.func is reference.node
                ranks.add(self.of(given, reference.scope, reference.branch) if given is not None and called else None)
        return ranks.pop() if len(ranks) == 1 else None

    def _of_call(self, node: ast.Call, scope: Scope, branch: Branch) -> int | None:
        function = node.func.func if isinstance(node.func, ast.Call) else node.func
        name = self._library_name(function, scope, branch)
        spatial = _SPATIAL.match(name.lower())
        if spatial:
            return int(spatial[1]) + 2
        if name in _SHAPED and not isinstance(node.func, ast.Call):
            return _length(node, _SHAPED[name])
        first = _first(node, ())
        return self.of(first, scope, branch) if name in _ALIKE and first is not None else None

    def _library_name(self, function: ast.expr, scope: Scope, branch: Branch) -> str:
        """The last name of a callable of TensorFlow; empty for any other."""
        meaning = self.scan.resolver.expression(function, scope, branch)
        external = meaning.certain and self.scan.project.external(meaning.paths[0])
        return meaning.paths[0].rpartition(".")[2] if external else ""


def _meant(scan: Scan, reference: Reference) -> list[ast.AST]:
    return [one.node for one in scan.resolver.reference(reference).bindings]


def _length(node: ast.Call, index: int) -> int | None:
    """The number of entries of a shape that is written out."""
    given = [one.value for one in node.keywords if one.arg == "shape"] or node.args[index : index + 1]
    shape = given[0] if given else None
    if not isinstance(shape, ast.List | ast.Tuple) or any(isinstance(one, ast.Starred) for one in shape.elts):
        return None
    return len(shape.elts)
