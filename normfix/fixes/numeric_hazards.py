"""What a person should know before taking a fix: frozen layers, and saved models and checkpoints of the old form."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from normfix.checks.sites import Scan, Site, once_per_scan
from normfix.fixes.hazards.adapted import adapted
from normfix.fixes.hazards.automatic_names import automatic_name
from normfix.fixes.hazards.default import unsettled
from normfix.fixes.hazards.frozen import frozen
from normfix.fixes.hazards.initializers import unlike_before
from normfix.fixes.hazards.made import calls_of, nodes_of
from normfix.fixes.hazards.masked import masked
from normfix.fixes.hazards.other_classes import other_class
from normfix.fixes.hazards.pinned import pinned
from normfix.fixes.hazards.tensor_flag import told_by_tensor
from normfix.fixes.hazards.time_steps import stepped
from normfix.fixes.hazards.untracked import untracked
from normfix.fixes.hazards.untrained import untrained
from normfix.fixes.hazards.variable_names import chosen_by_name
from normfix.fixes.hazards.weight_order import ordered
from normfix.semantics.scopes import Reference
from normfix.table.table import Kind

_V1 = ".compat.v1."
"""Classes below it do not freeze their statistics."""

_LEARNING = (".BatchNormalization", ".SyncBatchNormalization", ".SpectralNormalization")
"""What does something else in training, by which it learns."""

_LOADERS = frozenset(
    {
        *("load_model", "model_from_json", "model_from_yaml", "model_from_config", "custom_objects", "load_weights"),
        *("custom_object_scope", "CustomObjectScope", "get_custom_objects", "save_weights", "set_weights", "restore"),
        *("Saver", "Checkpoint", "init_from_checkpoint", "assign_from_checkpoint", "assign_from_checkpoint_fn"),
        *("get_model_variables", "get_variables_to_restore"),
    }
)
_CLASS_NAMES = frozenset(
    {
        *("BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization", "InstanceNormalization"),
        *("Addons>InstanceNormalization", "Addons>GroupNormalization", "Addons>SpectralNormalization"),
        *("Addons>WeightNormalization", "Addons>FilterResponseNormalization"),
    }
)

_CONFIG_KEY = "class_name"
_REGISTERED = "Addons>"

_NAMING: Mapping[type[ast.AST], str] = {ast.Attribute: "attr", ast.Name: "id", ast.keyword: "arg"}


def numeric_hazard(scan: Scan, site: Site, references: Iterable[Reference] = ()) -> str | None:
    """Why a new name alone may change the numbers of the calls; `references` are the uses of an import site's name."""
    references = list(references)
    if other := other_class(scan, site, references):
        return other
    if site.argument is not None:
        callee = [site.argument.call.node.func]
        held = frozen(scan, callee) if _V1 in site.path else None
        return held or _of_keras_3(scan, site, site.path, callee, ())
    asked = site.symbol.entry.arguments.ask if site.symbol.entry and site.symbol.entry.same_arguments else ()
    freezes = any(site.path.endswith(f".{one}") for one in site.rule.frozen)
    layer = _is_layer(str(site.target))
    made = layer and site.rule.kind is not Kind.TO_LAYER
    if not asked and not freezes and not layer:
        return None
    nodes = nodes_of(site, references)
    names = [site.imported.alias.asname or site.imported.alias.name] if site.imported is not None else []
    calls = list(calls_of(scan, nodes))
    named = bool(calls) and all(any(given.arg == "name" for given in call.keywords) for call in calls)
    if made and (spoken := automatic_name(scan, site, named=named)):
        return spoken
    found = unsettled([one for one in calls if one.func in nodes], asked)
    found = found or (frozen(scan, nodes, names) if freezes else None) or ordered(scan, str(site.target))
    learns = str(site.target).endswith(_LEARNING)
    found = found or (told_by_tensor(scan, site, nodes, names) if learns else None)
    found = found or (unlike_before(scan, site, nodes, names) if layer else None)
    found = found or (adapted(scan, nodes) if str(site.target).endswith(".layers.Normalization") else None)
    return found or (_of_keras_3(scan, site, str(site.target), nodes, names, given=not made) if layer else None)


def _of_keras_3(
    scan: Scan, site: Site, layer: str, nodes: Sequence[ast.AST], names: Sequence[str], *, given: bool = False
) -> str | None:
    """What Keras 3 does differently around a layer; one that is `given` whether it is training is told that anyway."""
    if not _is_layer(layer):
        return None
    found = None
    if layer.endswith(_LEARNING) and not given:
        found = untrained(scan, nodes, names) or pinned(scan, nodes, names) or stepped(scan, nodes, names)
        found = found or (masked(scan, site) if layer.endswith(".BatchNormalization") else None)
    return found or untracked(scan, nodes, names) or chosen_by_name(scan)


def _is_layer(target: str) -> bool:
    """Whether a path is that of a normalization layer, whose weights have initializers."""
    return target.rpartition(".")[2].endswith("Normalization")


def saved_notes(scan: Scan, site: Site) -> tuple[str, ...]:
    """What saved models and checkpoints need, where this file touches any."""
    seen = _touched(scan) if site.rule.saved else None
    if seen is None:
        return ()
    name, line = seen
    return (f"line {line} touches saved models or weights (`{name}`): {site.rule.saved}",)


@once_per_scan
def _touched(scan: Scan) -> tuple[str, int] | None:
    """The first thing in a file that loads, restores or names what was saved."""
    text = scan.source.text
    if not any(word in text for word in (_CONFIG_KEY, _REGISTERED, *_LOADERS)):
        return None
    # Texts are the only nodes that have no parent noted, and a search of the whole tree takes longer.
    nodes = ast.walk(scan.tree) if _REGISTERED in text else iter(scan.bindings.parents)
    found = [(line, name) for node in nodes if (name := _touching(node)) and (line := _line(node))]
    if not found:
        return None
    line, name = min(found)
    return name, line


def _touching(node: ast.AST) -> str:
    if type(node) is ast.Constant:
        return str(node.value) if str(node.value).startswith(_REGISTERED) and node.value in _CLASS_NAMES else ""
    if isinstance(node, ast.Dict | ast.Compare):
        return _saved_class(node)
    field = _NAMING.get(type(node))
    name = getattr(node, field) if field is not None else None
    return str(name) if name in _LOADERS else ""


def _saved_class(node: ast.Dict | ast.Compare) -> str:
    """The class that a saved configuration names: beside the key `class_name`, or held against what stands there.

    A name in other texts (`hasattr`, `in name`, a table of layers, choices of a command) is no saved model.
    """
    if isinstance(node, ast.Dict):
        keys = (key.value if isinstance(key, ast.Constant) else None for key in node.keys)
        texts = [value for key, value in zip(keys, node.values, strict=True) if key == _CONFIG_KEY]
    else:
        sides = [node.left, *node.comparators]
        texts = sides if any(_CONFIG_KEY in ast.unparse(one) for one in sides) else []
    constants = (one for text in texts for one in ast.walk(text) if isinstance(one, ast.Constant))
    return next((str(one.value) for one in constants if one.value in _CLASS_NAMES), "")


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)
