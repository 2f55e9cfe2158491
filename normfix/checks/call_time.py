"""What the object of a layer is handed, or taken for: `layer(x, training)`, `layer.adapt()`, `layer.axis[0]`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from normfix.checks.finding import SiteKind
from normfix.checks.layer_objects import LayerObjects, Made
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Correction, Site, Symbol
from normfix.prefilter.objects import FOREIGN_CALL
from normfix.semantics.bindings import CallSite
from normfix.semantics.chains import written
from normfix.semantics.scopes import Branch, Scope
from normfix.source.text import Edit
from normfix.table.table import Table

BY_PLACE = "NF722"
FOREIGN = "NF723"
ADAPT = "NF725"
RESET = "NF729"
AXIS = "NF727"
AS_TEXT = "NF807"
SYMBOLIC = "NF509"
_FLAG = re.compile(r"(?:[tT]rain|[pP]hase|[iI]nfer|TRAIN|PHASE|INFER)\w*[^\w]*$|^(?:True|False|[01])$")
_WITH_FLAG = 2
_ADAPTED = {"batch_size": ADAPT, "steps": ADAPT, "reset_state": RESET}
"""The keywords that adapt() took, each with the rule that speaks of it."""
_NORMALIZES = frozenset(f"tensorflow.{home}.l2_normalize" for home in ("nn", "math", "linalg"))


def call_time_sites(maker: SiteMaker, table: Table) -> Iterator[Site]:
    """A site for each argument that the object of a layer does not take today, and each list that it does not have."""
    objects = LayerObjects(maker, table)
    for call in maker.bindings.calls:
        if isinstance(call.node.func, ast.Attribute) and call.node.func.attr == "adapt":
            yield from _adapted(maker, table, objects, call)
        elif _may_matter(call.node):
            yield from _called(maker, table, objects, call)
        if isinstance(call.node.func, ast.Attribute | ast.Name) and call.node.args:
            yield from _symbolic(maker, table, objects, call)
    yield from _read_off(maker, table, objects)


def _read_off(maker: SiteMaker, table: Table, objects: LayerObjects) -> Iterator[Site]:
    """What is read off the axis of a layer."""
    for reference in maker.bindings.readings_of("axis"):
        node = reference.node
        item = maker.bindings.parents.get(node)
        if not isinstance(node, ast.Attribute) or node.attr != "axis" or not isinstance(item, ast.Subscript):
            continue
        made = _object(objects, node.value, reference.scope, reference.branch) if item.value is node else None
        if made is not None and made.name == "BatchNormalization" and not _is_asked(maker, item):
            symbol = Symbol(table.rules[AXIS], f"{made.path}.axis")
            yield maker.at(symbol, SiteKind.ATTRIBUTE, item, reference, guarded=maker.use_is_guarded(reference))


def _is_asked(maker: SiteMaker, node: ast.expr) -> bool:
    """Whether the code around a node asks what an axis is before it takes it for a list."""
    tests = (one.test for one in maker.bindings.ancestors(node) if isinstance(one, ast.If | ast.IfExp))
    return any(isinstance(one, ast.Attribute) and one.attr == "axis" for test in tests for one in ast.walk(test))


def _may_matter(call: ast.Call) -> bool:
    return len(call.args) > 1 or any(one.arg is not None and one.arg != "inputs" for one in call.keywords)


def _object(objects: LayerObjects, node: ast.expr, scope: Scope, branch: Branch) -> Made | None:
    """One of the normalization layers that an expression surely is."""
    return next(iter(objects.layers(node, scope, branch)), None)


def _called(maker: SiteMaker, table: Table, objects: LayerObjects, call: CallSite) -> Iterator[Site]:
    node = call.node
    placed = node.args[1:2] if not any(isinstance(one, ast.Starred) for one in node.args) else []
    flags = [one for one in placed if _is_flag(one)]
    foreign = [one for one in node.keywords if one.arg in FOREIGN_CALL]
    texts = [one.value for one in node.keywords if one.arg == "training" and _is_text(one.value)]
    made = _object(objects, node.func, call.scope, call.branch) if flags or foreign or texts else None
    if made is None:
        return
    guarded = maker.call_is_guarded(call)
    found: list[tuple[str, ast.expr | ast.keyword]] = [(BY_PLACE, one) for one in flags]
    found += [(FOREIGN, one) for one in foreign] + [(AS_TEXT, one) for one in texts]
    named = any(one.arg in (None, "training") for one in node.keywords)
    for code, one in found:
        site = maker.at(Symbol(table.rules[code], made.path), SiteKind.CALL, one, call, guarded=guarded)
        mended = code == BY_PLACE and len(node.args) == _WITH_FLAG and not named
        yield replace(site, used=Correction(Edit(site.span.start, site.span.start, "training="))) if mended else site


def _is_flag(node: ast.expr) -> bool:
    """Whether an argument by place is surely the flag of training, as its own words tell."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _is_flag(node.operand)
    if isinstance(node, ast.Call):
        return not node.args and not node.keywords and _FLAG.search(written(node.func)) is not None
    plain = isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Constant)
    return plain and _FLAG.search(written(node)) is not None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _adapted(maker: SiteMaker, table: Table, objects: LayerObjects, call: CallSite) -> Iterator[Site]:
    assert isinstance(call.node.func, ast.Attribute)
    given: list[ast.expr | ast.keyword] = [one for one in call.node.keywords if one.arg in _ADAPTED]
    given += [one for one in call.node.args[1:] if not isinstance(one, ast.Starred)]
    made = _object(objects, call.node.func.value, call.scope, call.branch) if given else None
    if made is not None and made.name == "Normalization":
        for one in given:
            code = _ADAPTED[str(one.arg)] if isinstance(one, ast.keyword) else ADAPT
            symbol = Symbol(table.rules[code], f"{made.path}.adapt")
            yield maker.at(symbol, SiteKind.CALL, one, call, guarded=maker.call_is_guarded(call))


def _symbolic(maker: SiteMaker, table: Table, objects: LayerObjects, call: CallSite) -> Iterator[Site]:
    """A function of TensorFlow that is called with a symbolic tensor."""
    if "l2_normalize" not in written(call.node.func):
        return
    meaning = maker.resolver.expression(call.node.func, call.scope, call.branch)
    if not meaning.certain or meaning.paths[0] not in _NORMALIZES:
        return
    if objects.is_symbolic(call.node.args[0], call.scope, call.branch):
        symbol = Symbol(table.rules[SYMBOLIC], meaning.paths[0])
        yield maker.at(symbol, SiteKind.CALL, call.node, call, guarded=maker.call_is_guarded(call))
