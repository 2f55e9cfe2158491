"""The vocabulary of a rule file: the keys of each table and what their values may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "numbers": lambda value: isinstance(value, list) and all(fits(one, "number") for one in value),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "real": lambda value: isinstance(value, float) and value >= 0,
    "flag": lambda value: isinstance(value, bool),
    "table": lambda value: isinstance(value, dict),
    "named tables": lambda value: isinstance(value, dict) and all(isinstance(one, dict) for one in value.values()),
    "map": lambda value: isinstance(value, dict) and all(isinstance(one, str) for one in value.values()),
    "maps": lambda value: isinstance(value, dict) and all(fits(one, "map") for one in value.values()),
    "tables": lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
    "text or table": lambda value: isinstance(value, str | dict),
}
"""What a value in a rule file may be: `map` is a table of texts, `tables` an array of tables."""


FILE: Mapping[str, str] = {
    **{"family": "text", "title": "text", "rule": "tables", "layer": "tables", "probe": "tables"},
    **{"maps": "table", "aliases": "map", "surface": "table", "proofs": "named tables", "ran": "table"},
    **{"pairs": "table", "legacy": "table", "bounds": "map", "needs": "table", "members": "table", "python": "map"},
    **{"message": "tables", "sign": "tables", "callee": "tables", "generated": "map", "shapes": "texts"},
    **{"arguments": "table", "positional": "table", "effect": "tables"},
    **{"graph": "table", "asked": "texts", "moved": "named tables"},
}
RULE: Mapping[str, str] = {
    **dict.fromkeys(("code", "slug", "summary", "kind", "grade", "history", "advice", "note", "saved"), "text"),
    **dict.fromkeys(
        ("works", "errors", "links", "roots", "removed", "frozen", "unused", "effects", "installs"), "texts"
    ),
    **{"example": "map", "symbols": "table", "modules": "table", "whole": "flag", "quiet": "flag"},
    **{"arguments": "text or table", "match": "tables", "legacy": "table"},
}
EFFECT: Mapping[str, str] = {"name": "text", "trust": "text", "says": "text"}
LAYER: Mapping[str, str] = {
    **dict.fromkeys(("name", "summary", "normalizes", "fits", "since", "trap", "example"), "text"),
    **dict.fromkeys(("imports", "links"), "texts"),
}
MATCH: Mapping[str, str] = {
    **{"callees": "texts", "names": "texts", "position": "number", "value": "text", "literals": "texts"},
    **{"action": "text", "to": "text", "replacements": "map"},
}
CALL: Mapping[str, str] = {
    **{"positional": "texts", "rename": "map", "call": "map", "drop": "texts", "values": "table"},
    **{"spread": "maps", "outer": "text", "add": "map", "call_add": "map", "ask": "texts", "instead": "tables"},
    **{"reasons": "map", "unless": "map", "verbatim": "flag"},
    **{"ranks": "maps", "rankless": "map", "unranked": "text", "reduced": "map"},
}
INSTEAD: Mapping[str, str] = {"argument": "text", "literals": "texts", "to": "text", "arguments": "table"}
PROBE: Mapping[str, str] = {
    **{"targets": "texts", "positional": "texts", "keywords": "map", "shape": "numbers"},
    **{"adapt": "flag", "wraps": "flag", "name_only": "flag"},
}
PROOF: Mapping[str, str] = {
    **{"cases": "number", "controls": "number", "largest": "real", "half": "real"},
    **{"releases": "texts", "runs": "table"},
}
IDENTITY: Mapping[str, str] = dict.fromkeys(("ran", "same", "other"), "texts")
VALUES = ("float", "int", "list", "size", "slash", "text", "true")
"""What `value` in a match may be."""


def fits(value: Any, shape: str) -> bool:
    """Whether `value` is what `shape` names."""
    return _FITS[shape](value)


def misfit(row: Mapping[str, Any], shapes: Mapping[str, str]) -> str | None:
    """The first thing in `row` that `shapes` (key -> shape) does not know or allow, in words; None when all fits."""
    for key, value in row.items():
        if key not in shapes:
            return f"unknown key {key!r}"
        if not fits(value, shapes[key]):
            return f"{key} must be {shapes[key]}"
    return None
