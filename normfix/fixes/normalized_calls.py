"""Calls of contrib and slim that normalize what they compute: `conv2d(x, 64, 3, normalizer_fn=batch_norm)`.

The layer of Keras is made without a bias and called, its result normalized by a second layer, and that one's result is
handed to the activation, as the old function did it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from normfix.checks.sites import Scan, Site, UsedName, span_of
from normfix.checks.special_cases import special_case
from normfix.fixes.call_context import call_context_of
from normfix.fixes.hazards.precision import has_doubles
from normfix.fixes.named_dicts import keys_of
from normfix.fixes.names import Names, Spelled
from normfix.fixes.outcome import Rewrite, Withheld, call_in
from normfix.source.text import Applicability, Edit
from normfix.table.argument_map import CallMap

_ROOTS = ("tensorflow.contrib.layers.", "tensorflow.contrib.slim.", "tf_slim.")
_KERAS = "tensorflow.keras.layers"
_RELU = "tensorflow.nn.relu"
_FUNCTION, _PARAMETERS, _ACTIVATION = "normalizer_fn", "normalizer_params", "activation_fn"
_NOTE = "the kernel and the normalization are two layers, whose weights have other names"
_LOSSES = "losses of `weights_regularizer` are in `losses` of the layer, and in no collection"

_BEHIND = (
    *(_ACTIVATION, _FUNCTION, _PARAMETERS, "weights_initializer", "weights_regularizer", "biases_initializer"),
    *("biases_regularizer", "reuse", "variables_collections", "outputs_collections", "trainable", "scope"),
)
_RENAMED = {"weights_initializer": "kernel_initializer", "weights_regularizer": "kernel_regularizer", "scope": "name"}
_WITHOUT_EFFECT: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "reuse": {"None": {}, "False": {}},
    "variables_collections": {"None": {}},
    "outputs_collections": {"None": {}},
    "trainable": {"True": {}},
}
_IN_SPACE: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    **_WITHOUT_EFFECT,
    "padding": {
        "'SAME'": {"padding": "'same'"},
        "'same'": {"padding": "'same'"},
        "'VALID'": {"padding": "'valid'"},
        "'valid'": {"padding": "'valid'"},
    },
    "data_format": {"None": {}, "'NHWC'": {}, "'NCHW'": {"data_format": "'channels_first'"}},
}
_DROPPED = (_ACTIVATION, _FUNCTION, _PARAMETERS, "biases_initializer", "biases_regularizer")


def _convolution(*further: str) -> CallMap:
    return CallMap(
        positional=("inputs", "num_outputs", "kernel_size", "stride", "padding", "data_format", *further, *_BEHIND),
        rename={"num_outputs": "filters", "stride": "strides", "rate": "dilation_rate", **_RENAMED},
        call={"inputs": "inputs"},
        drop=_DROPPED,
        values=_IN_SPACE,
        add={"padding": "'same'", "use_bias": "False"},
    )


_DENSE = CallMap(
    positional=("inputs", "num_outputs", *_BEHIND),
    rename={"num_outputs": "units", **_RENAMED},
    call={"inputs": "inputs"},
    drop=_DROPPED,
    values=_WITHOUT_EFFECT,
    add={"use_bias": "False"},
)
_LAYERS: Mapping[str, tuple[str, CallMap]] = {
    "conv2d": ("Conv2D", _convolution("rate")),
    "convolution2d": ("Conv2D", _convolution("rate")),
    "conv2d_transpose": ("Conv2DTranspose", _convolution()),
    "convolution2d_transpose": ("Conv2DTranspose", _convolution()),
    "fully_connected": ("Dense", _DENSE),
}
_FIRST_OPTIONAL = {"Conv2D": "stride", "Conv2DTranspose": "stride", "Dense": _ACTIVATION}


@dataclass(frozen=True, slots=True)
class _Normalized:
    """A call that is given a normalization, with the layer that it becomes and what it hands to the normalization."""

    call: ast.Call
    layer: str
    mapping: CallMap
    given: Mapping[str, ast.expr]
    parameters: Mapping[str, str]


def normalized_call(scan: Scan, site: Site, used: UsedName, names: Names) -> Rewrite | Withheld | None:
    """Two layers for a call that is given a site's function as `normalizer_fn`; None for other uses of it."""
    # libcst takes longer to import than most checks take, so only a call that is rewritten pays for it.
    from normfix.fixes.calls import rewrite_call  # noqa: PLC0415

    found = _normalized(scan, used)
    entry = site.symbol.entry
    if found is None or entry is None or not entry.arguments.call or entry.arguments.ranks or has_doubles(scan):
        return None
    context = call_context_of(scan, found.call)
    if "arg_scope" in scan.source.text or context.refused is not None:
        return None
    activation = _activation(scan, found, used, names)
    layer = names.spell(f"{_KERAS}.{found.layer}", used.reference, used.depth)
    if not isinstance(activation, Spelled) or not isinstance(layer, Spelled):
        return None
    span, newline = span_of(scan.source, found.call), scan.source.newline
    inner = rewrite_call(scan.source.text[span.start : span.end], newline, layer.text, found.mapping)
    if isinstance(inner, Withheld):
        return None
    parameters = {**found.parameters, _ACTIVATION: activation.text}
    text = f"f({inner.text}, {', '.join(f'{key}={value}' for key, value in parameters.items())})"
    target, mapping = site.symbol.new, entry.arguments
    special = special_case(call_in(text), mapping)
    if special is not None:
        target, mapping = special.to, special.arguments
    norm = names.spell(str(target), used.reference, used.depth)
    outer = rewrite_call(text, newline, norm.text, mapping) if isinstance(norm, Spelled) else norm
    if isinstance(outer, Withheld) or not isinstance(norm, Spelled):
        return outer if isinstance(outer, Withheld) else None
    edits = (Edit(span.start, span.end, outer.text), *norm.imports, *layer.imports, *activation.imports)
    notes = [_NOTE, _LOSSES] if "weights_regularizer" in found.given else [_NOTE]
    notes += [context.hazard] if context.hazard is not None else []
    return Rewrite(tuple(dict.fromkeys(edits)), (*notes, *outer.notes), Applicability.UNSAFE)


def beside(scan: Scan, site: Site) -> tuple[str, ...]:
    """The paths that stand in a call's new form beside the normalization that it was given."""
    found = _normalized(scan, site.reference) if site.reference is not None else None
    return (f"{_KERAS}.{found.layer}", _RELU) if found is not None else ()


def _normalized(scan: Scan, used: UsedName) -> _Normalized | None:
    """The call of a known function that is given something as its normalization, all of whose arguments are seen."""
    parent = scan.bindings.parents.get(used.node)
    call = scan.bindings.parents.get(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call):
        return None
    site = scan.bindings.call_at(call)
    if site is None or not isinstance(call.func, ast.Name | ast.Attribute):
        return None
    meaning = scan.resolver.expression(call.func, site.scope, site.branch)
    root, _, function = meaning.paths[0].rpartition(".") if meaning.certain else ("", "", "")
    if f"{root}." not in _ROOTS or function not in _LAYERS or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    layer, mapping = _LAYERS[function]
    given = dict(zip(mapping.positional, call.args, strict=False))
    given |= {one.arg: one.value for one in call.keywords if one.arg}
    needed = mapping.positional[: mapping.positional.index(_FIRST_OPTIONAL[layer])]
    hidden = any(one.arg is None for one in call.keywords) or not given.keys() >= set(needed)
    if hidden or given.get(_FUNCTION) is not used.node:
        return None
    parameters = _parameters(scan, used, given.get(_PARAMETERS))
    if parameters is None or _ACTIVATION in parameters:
        return None
    return _Normalized(call, layer, mapping, given, parameters)


def _parameters(scan: Scan, used: UsedName, value: ast.expr | None) -> dict[str, str] | None:
    """The arguments of a normalization as texts; None where not all of them are seen."""
    if value is None or (isinstance(value, ast.Constant) and value.value is None):
        return {}
    if isinstance(value, ast.Name):
        keys = keys_of(scan, used.reference, value)
        return {key: f'{value.id}["{key}"]' for key in keys} if keys is not None else None
    if isinstance(value, ast.Dict):
        pairs = zip(value.keys, value.values, strict=True)
        found = {one.value: text for one, text in pairs if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        whole = len(found) == len(value.keys)
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
        found = {one.arg: one.value for one in value.keywords if one.arg}
        whole = not value.args and len(found) == len(value.keywords)
    else:
        return None
    return {key: scan.source.text[slice(*_ends(scan, text))] for key, text in found.items()} if whole else None


def _ends(scan: Scan, node: ast.expr) -> tuple[int, int]:
    span = span_of(scan.source, node)
    return span.start, span.end


def _activation(scan: Scan, found: _Normalized, used: UsedName, names: Names) -> Spelled | Withheld:
    """What is applied to the result: what was given, else what the old functions did by themselves."""
    value = found.given.get(_ACTIVATION)
    if value is None:
        return names.spell(_RELU, used.reference, used.depth)
    return Spelled(scan.source.text[slice(*_ends(scan, value))])
