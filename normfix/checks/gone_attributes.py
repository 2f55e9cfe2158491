"""What is read off the object of a layer or a model that had it in Keras 2: `layer.updates`, `layer.fused`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from normfix.checks.finding import SiteKind
from normfix.checks.layer_objects import LayerObjects
from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Assessment, Site, Symbol
from normfix.prefilter.objects import GONE, UPDATES
from normfix.semantics.scopes import Reference
from normfix.table.table import Table

LISTS = "NF726"
ATTRIBUTE = "NF731"
_TODAY = {
    "fused": "Keras 3 chooses by itself",
    "normalize_weights": "write normalized_weights()",
    "input_shape": "write layer.input.shape",
    "output_shape": "write layer.output.shape",
    "get_input_at": "write layer.input",
    "get_output_at": "write layer.output",
    "get_input_shape_at": "write layer.input.shape",
    "get_output_shape_at": "write layer.output.shape",
    "compute_output_signature": "write compute_output_spec()",
    "update_state": "write adapt()",
    "reset_state": "adapt() starts anew each time",
}
"""What there is today in the place of an attribute."""


def gone_attribute_sites(maker: SiteMaker, table: Table) -> Iterator[Site]:
    """A site for each attribute that the object of a normalization layer does not have today."""
    objects = LayerObjects(maker, table)
    for attribute in (*UPDATES, *GONE):
        for reference, node in _read(maker, attribute):
            found = objects.layers(node.value, reference.scope, reference.branch)
            only = GONE.get(attribute)
            path = next((one.path for one in found if not only or one.name == only), None)
            if path is not None:
                yield _site(maker, table, reference, node, path)


def model_attribute_sites(maker: SiteMaker, table: Table) -> Iterator[Site]:
    """The same of what a model had of the updates of its layers; for a file that has a normalization layer."""
    objects = LayerObjects(maker, table)
    for attribute in UPDATES:
        for reference, node in _read(maker, attribute):
            path = objects.model(node.value, reference.scope, reference.branch)
            if path is not None:
                yield _site(maker, table, reference, node, path)


def _read(maker: SiteMaker, attribute: str) -> Iterator[tuple[Reference, ast.Attribute]]:
    """Where an attribute is read that the file gives to nothing itself."""
    readings = maker.bindings.readings_of(attribute)
    given = rf"\.\s*{attribute}\s*(?::[^=\n]*)?=(?!=)|setattr\([^()]*[\"\']{attribute}[\"\']"
    if not readings or re.search(given, maker.source.text) is not None:
        return
    for reference in readings:
        if isinstance(reference.node, ast.Attribute) and reference.node.attr == attribute:
            yield reference, reference.node


def _site(maker: SiteMaker, table: Table, reference: Reference, node: ast.Attribute, path: str) -> Site:
    rule = table.rules[LISTS if node.attr in UPDATES else ATTRIBUTE]
    remark = f"; {_TODAY[node.attr]}" if node.attr in _TODAY else ""
    symbol, guarded = Symbol(rule, f"{path}.{node.attr}"), maker.use_is_guarded(reference)
    assessment = Assessment(remark=remark)
    return maker.at(symbol, SiteKind.ATTRIBUTE, node, reference, guarded=guarded, assessment=assessment)
