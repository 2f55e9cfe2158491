"""Derives the byte gate from a table: which words and paths decide that a file can have a finding at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from normfix.prefilter.call_text import CallRules, call_rules
from normfix.prefilter.look import Gate, Stem
from normfix.table.table import LAYER_HOMES, Table

__all__ = ["Gate", "build_gate"]

_STATISTICS = ("mean", "variance")
_TRIGRAM = 3


def build_gate(table: Table) -> Gate:
    """Derive the gate from a table."""
    legacy = {path for path in table.entries if not table.is_sibling(path)} | set(table.norm_modules)
    callees = _callees(table)
    symbols = {path.rpartition(".")[2] for path in (*legacy, *callees)} | set(table.layers)
    gone = {path for path in table.entries if table.is_sibling(path)}
    modules = {*table.modules, *gone, *table.ended}
    shortest = (path for path in modules if not any(path.startswith(other + ".") for other in modules))
    return Gate(
        stems=tuple(_stem(text, _bytes(symbols)) for text in _stems(symbols)),
        tails=_bytes(_tails(_everywhere((*legacy, *callees), table))),
        symbols=_bytes(symbols),
        roots=_bytes(table.roots),
        legacy=_bytes(_everywhere(legacy, table)),
        stars=_bytes(_everywhere((one for one in table.exporters if table.dead(one)), table)),
        modules=_bytes(_everywhere(modules, table)),
        markers=_bytes(path.rpartition(".")[2] for path in shortest),
        homes=_bytes(_everywhere(LAYER_HOMES, table)),
        callees={path.encode(): rules for path, rules in callees.items()},
        keywords={layer.encode(): _bytes(names) for layer, names in table.keywords_of.items()},
    )


def _callees(table: Table) -> dict[str, CallRules]:
    """What to look for in the calls of every layer and function that an argument rule or a usage rule speaks of."""
    found: dict[str, CallRules] = {}
    for callee in sorted({callee for match in table.arguments for callee in match.callees} | set(table.layers)):
        rules = call_rules(
            (match for match in table.arguments if callee in match.callees),
            _STATISTICS if callee == "Normalization" else (),
        )
        homes = (callee,) if "." in callee else tuple(f"{home}.{callee}" for home in LAYER_HOMES)
        found |= dict.fromkeys(_everywhere(homes, table), rules)
    return found


def _everywhere(paths: Iterable[str], table: Table) -> set[str]:
    """Paths under their own name and under each alias of their prefix."""
    found = set(paths)
    for alias, real in table.aliases.items():
        found |= {alias + path[len(real) :] for path in found if path.startswith(real + ".") or path == real}
    return found


def _stems(words: Iterable[str]) -> Iterator[bytes]:
    """A few pieces of which every word has one: the commonest three letters, then the words that lack them."""
    left = sorted(words, key=len)
    trigrams = Counter(word[at : at + _TRIGRAM] for word in left for at in range(len(word) - _TRIGRAM + 1))
    common = max(trigrams, key=lambda one: (trigrams[one], one))
    yield common.encode()
    left = [word for word in left if common not in word]
    while left:
        yield left[0].encode()
        left = [word for word in left if left[0] not in word]


def _stem(text: bytes, words: Iterable[bytes]) -> Stem:
    rests = sorted({word.partition(text)[2] for word in words if text in word})
    return Stem(text, re.compile(text + rb"(?:" + b"|".join(rests) + rb")(?!\w)"))


def _tails(paths: Iterable[str]) -> set[str]:
    """What is left of a path when one or more of its first names are taken away."""
    return {path[at:] for path in paths for at, letter in enumerate(path) if letter == "."}


def _bytes(texts: Iterable[str]) -> frozenset[bytes]:
    return frozenset(text.encode() for text in texts)
