"""Slips of the keyboard: which recorded name somebody meant. No answer is better than a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache

_NORM = ("norm", "Norm", "NORM")
_LAYER = 0.85
_KEYWORD = 0.75


@cache
def meant_layer(name: str, layers: frozenset[str]) -> str | None:
    """The layer that a name in the place of a layer's was meant to be, if it is close to exactly one."""
    if not name[:1].isupper() or name in layers or not any(norm in name for norm in _NORM):
        return None
    plain = _plain(name)
    near = [layer for layer in layers if layer[0] == name[0] and _alike(plain, _plain(layer)) >= _LAYER]
    return max(near, key=lambda layer: _alike(plain, _plain(layer)), default=None)


def meant_keyword(name: str, keywords: Iterable[str]) -> str | None:
    """The keyword that a refused one was meant to be, if one is close."""
    known = sorted(keywords)
    exact = [one for one in known if _plain(one) == _plain(name)]
    return next(iter(exact or difflib.get_close_matches(name, known, 1, _KEYWORD)), None)


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
