"""Collections that the variables of slim's functions were put into, and that nothing puts them into any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from normfix.checks.sites import Scan, Site, UsedName, once_per_scan
from normfix.fixes.argscope import leaves_slim
from normfix.semantics.chains import last_name

_GIVEN = ("variables_collections", "outputs_collections")
_MODEL = frozenset({"get_model_variables", "get_variables_to_restore"})


def lost_collections(scan: Scan, site: Site, used: UsedName) -> tuple[tuple[str, ...], str]:
    """What is to be said of the collections of a call, and why its fix is not safe; empty where it is."""
    if not leaves_slim(site):
        return (), ""
    notes: list[str] = []
    model = _model_line(scan)
    if model is not None:
        notes.append(f"line {model} asks slim for model variables, and those of the new layer are not among them")
    given = list(_given(site, used))
    notes += (f"nothing is put into what `{name}` names any more" for name in given)
    notes += (f"no update is put into {text} any more: the layer makes its own" for text in _own_updates(site, used))
    hazard = f"line {model} reads collections, perhaps those that `{given[0]}` names" if given and model else ""
    return tuple(notes), hazard


def _given(site: Site, used: UsedName) -> Iterator[str]:
    """The arguments of a call that name collections."""
    yield from (name for name, value in _arguments(site, used) if name in _GIVEN and not _is_none(value))


def _own_updates(site: Site, used: UsedName) -> Iterator[str]:
    """A collection of the code's own that a call puts its updates into."""
    for name, value in _arguments(site, used):
        text = ast.unparse(value)
        if name == "updates_collections" and not _is_none(value) and not _is_default(text):
            yield f"`{text}`"


def _is_default(text: str) -> bool:
    return text.endswith("UPDATE_OPS") or text == "'update_ops'"


def _arguments(site: Site, used: UsedName) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of a call under their old names."""
    assert used.call is not None
    assert site.symbol.entry is not None
    yield from zip(site.symbol.entry.arguments.positional, used.call.args, strict=False)
    yield from ((str(one.arg), one.value) for one in used.call.keywords)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


@once_per_scan
def _model_line(scan: Scan) -> int | None:
    """The first line that reads slim's model variables."""
    lines: list[int] = []
    for one in scan.bindings.calls:
        if last_name(one.node.func) in _MODEL:
            lines.append(one.node.lineno)
    return min(lines, default=None)
