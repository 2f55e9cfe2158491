"""Names that are nearly those of Keras, called as another library takes them: under its new name the call would die."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from normfix.checks.arguments import has_shape, literal_text
from normfix.checks.finding import Severity
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Assessment, Site
from normfix.table.rule import Kind

_SHAPED = frozenset({"LayerNorm", "RMSNorm", "Layernorm", "layernorm", "RmsNorm"})
"""PyTorch gives these the shape of their input."""

_FOREIGN = frozenset(
    {"normalized_shape", "num_features", "num_groups", "num_channels", "elementwise_affine", "affine", "bias", "device"}
    | {"track_running_stats", "use_running_average", "use_bias", "use_scale", "feature_axes", "reduction_axes", "eps"}
)


def not_foreign(maker: SiteMaker, sites: Iterable[Site]) -> Iterator[Site]:
    """The sites, those refused that another library's arguments go with."""
    for site in sites:
        reason = _reason(maker, site) if site.rule.kind is Kind.MISSPELLED and site.target is not None else ""
        yield replace(site, assessment=Assessment(Severity.ERROR, reason)) if reason else site


def _reason(maker: SiteMaker, site: Site) -> str:
    """Why a name is not mended: a call of it in this file has arguments that Keras does not take."""
    name = str(site.target).rpartition(".")[2]
    for call in maker.bindings.calls:
        function = call.node.func
        if not isinstance(function, ast.Name | ast.Attribute) or not (call.node.args or call.node.keywords):
            continue
        if site.path not in maker.resolver.expression(function, call.scope, call.branch).paths:
            continue
        given = _foreign(call.node, site.path.rpartition(".")[2])
        if given:
            return f"line {call.node.lineno} gives it `{given}`, as another library takes it: write `{name}()` there"
    return ""


def _foreign(call: ast.Call, name: str) -> str:
    """The first argument of a call that is another library's."""
    for one in call.args[:2]:
        text = literal_text(one)
        if has_shape(one, "size") or (name in _SHAPED and one is call.args[0] and not _is_axis(one)):
            return text or ast.unparse(one)
    return next((str(one.arg) for one in call.keywords if one.arg in _FOREIGN), "")


def _is_axis(node: ast.expr) -> bool:
    """Whether an argument is surely an axis or several: a negative number or a small one."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return all(has_shape(one, "int") and not has_shape(one, "size") for one in parts)
