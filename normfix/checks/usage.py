"""Right names used wrongly: a Normalization layer that nobody adapts, more groups than channels."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from normfix.checks.arguments import known_callee
from normfix.checks.finding import SiteKind
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Site, Symbol
from normfix.semantics.bindings import Bindings, CallSite
from normfix.semantics.chains import written
from normfix.semantics.project import Project
from normfix.semantics.scopes import ScopeKind
from normfix.semantics.users import How, users_of
from normfix.table.table import Table

NOT_ADAPTED = "NF801"
_STATISTICS = frozenset({"mean", "variance"})
_LOADERS = frozenset({"load_weights", "set_weights", "load_model", "build_from_config", "load_own_variables"})


def usage_sites(maker: SiteMaker, table: Table, calls: Sequence[CallSite], project: Project) -> Iterator[Site]:
    """A site for each layer that is built in a way that cannot do what it looks like."""
    rule, bindings = table.rules.get(NOT_ADAPTED), maker.bindings
    if rule is None or (attributes := _attributes(bindings)) & _LOADERS:
        return
    names = _Names(bindings)
    for call in calls:
        found = known_callee(call, table, maker.resolver)
        if found is None or found[0] != "Normalization" or found[3]:
            continue
        if _has_statistics(call.node) or _may_be_adapted(call, names, "adapt" in attributes):
            continue
        holders = _holders(call.node, bindings) or () if call.scope.kind is ScopeKind.MODULE else ()
        uses = (use for name in holders for use in users_of(project, maker.source.path, name))
        if not any(use.how is not How.TEXT for use in uses):
            yield maker.at(Symbol(rule, found[1]), SiteKind.CALL, call.node, call)


@dataclass(frozen=True)
class _Names:
    """The names in a file as they are written: what `adapt` is called on, what calls are stored under, what is read."""

    bindings: Bindings

    @cached_property
    def receivers(self) -> frozenset[str]:
        """What `adapt` is called on."""
        found = (_receiver(site.node) for site in self.bindings.calls)
        return frozenset(one for one in found if one is not None)

    @cached_property
    def stored(self) -> frozenset[str]:
        """What the results of calls are stored under."""
        return frozenset(one for site in self.bindings.calls for one in _holders(site.node, self.bindings) or ())

    @cached_property
    def read(self) -> Mapping[str, Sequence[ast.expr]]:
        """Where each name is read, with the attributes behind it."""
        found: dict[str, list[ast.expr]] = defaultdict(list)
        for reference in self.bindings.references:
            found[written(reference.node)].append(reference.node)
        return found


def _attributes(bindings: Bindings) -> frozenset[str]:
    return frozenset(reference.attributes[-1] for reference in bindings.references if reference.attributes) | frozenset(
        call.node.func.attr for call in bindings.calls if isinstance(call.node.func, ast.Attribute)
    )


def _has_statistics(call: ast.Call) -> bool:
    """Whether mean or variance is given, or may be (a splat)."""
    if len(call.args) > 1 or any(isinstance(one, ast.Starred) for one in call.args):
        return True
    return any(keyword.arg is None or keyword.arg in _STATISTICS for keyword in call.keywords)


def _may_be_adapted(call: CallSite, names: _Names, anything_adapted: bool) -> bool:
    """Whether the layer is adapted by name, or leaves this file's sight, or some layer without a name is adapted."""
    holders = _holders(call.node, names.bindings)
    if holders is None:
        return True
    if not holders:
        return anything_adapted
    return bool(names.receivers & holders) or not names.receivers <= names.stored or _escapes(holders, names)


def _receiver(node: ast.Call) -> str | None:
    """The text before `.adapt(...)`, e.g. `self.norm`."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "adapt":
        return written(node.func.value)
    return None


def _holders(node: ast.Call, bindings: Bindings) -> frozenset[str] | None:
    """The names that a new layer is stored under; empty when it is used on the spot, None when it is handed away."""
    parent = bindings.parents.get(node)
    if isinstance(parent, ast.Assign) and parent.value is node:
        return frozenset(written(target) for target in parent.targets)
    if isinstance(parent, ast.AnnAssign | ast.NamedExpr):
        return frozenset({written(parent.target)})
    if isinstance(parent, ast.Call):
        handed_back = isinstance(bindings.parents.get(parent), ast.Return)
        kept_here = (parent.func is node and not handed_back) or _adds_layer(parent)
        return frozenset() if kept_here else None
    if isinstance(parent, ast.List | ast.Tuple):
        outer = bindings.parents.get(parent)
        return frozenset() if isinstance(outer, ast.Call) and _is_sequential(outer) else None
    return frozenset() if isinstance(parent, ast.Expr) else None


def _adds_layer(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "add"


def _is_sequential(call: ast.Call) -> bool:
    return written(call.func).rpartition(".")[2] == "Sequential"


def _escapes(holders: frozenset[str], names: _Names) -> bool:
    """Whether a stored layer is returned, yielded, stored elsewhere or passed to a function that might adapt it."""
    parents = names.bindings.parents
    for node in (node for holder in holders for node in names.read.get(holder, ())):
        parent = parents.get(node)
        if isinstance(parent, ast.Call):
            if parent.func is not node and not _adds_layer(parent):
                return True
        elif isinstance(parent, ast.List | ast.Tuple):
            outer = parents.get(parent)
            if not (isinstance(outer, ast.Call) and _is_sequential(outer)):
                return True
        else:
            return True
    return any(holder.startswith("self.") and not holder.startswith("self._") for holder in holders)
