"""The stored moving variance, times N/(N-1) in the fused kernels of old releases and in all of standalone Keras 2."""

from __future__ import annotations

import ast
import re

from normfix.checks.sites import Scan, Site, once_per_scan

EFFECT = "stored-variance"
EVERYWHERE = "unbiased-variance"
_SPATIAL = re.compile(r"(?i)conv\w*2d|pool\w*2d|2dtranspose|upsampling2d|padding2d|flow_from_directory")
_SHAPES = {"shape": 3, "input_shape": 3, "batch_shape": 4, "batch_input_shape": 4}
_RANK = 4
_RUNS = "; the target has releases on which the old form runs"


def stored(scan: Scan, site: Site) -> str | None:
    """What is to be said of the stored variance; None where the kernel did it and nothing has four dimensions."""
    everywhere = EVERYWHERE in site.rule.effects
    if scan.legacy or not (everywhere or (EFFECT in site.rule.effects and _has_images(scan))):
        return None
    return scan.table.effects[EVERYWHERE if everywhere else EFFECT].says + (_RUNS if site.assessment.runs else "")


def lives(scan: Scan, site: Site) -> bool:
    """Whether the difference reaches somebody: the old form runs on some release of the target."""
    return site.assessment.runs and stored(scan, site) is not None


@once_per_scan
def _has_images(scan: Scan) -> bool:
    """Whether a file speaks of layers for images, or writes out a shape of four dimensions."""
    return bool(_SPATIAL.search(scan.source.text)) or any(_is_image_shape(one.node) for one in scan.bindings.calls)


def _is_image_shape(call: ast.Call) -> bool:
    given = [*call.args, *(one.value for one in call.keywords if one.arg in ("size", "shape"))]
    if any(isinstance(one, ast.List | ast.Tuple) and len(one.elts) == _RANK for one in given):
        return True
    shapes = ((one.value, _SHAPES[one.arg]) for one in call.keywords if one.arg in _SHAPES)
    return any(isinstance(value, ast.List | ast.Tuple) and len(value.elts) == size for value, size in shapes)
