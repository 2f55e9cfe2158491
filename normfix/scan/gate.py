"""The byte gate: which files can have a finding at all.

Its words come from the rule table. A legacy dotted path can only be reached in a file that spells each of its parts, so
each rule yields a set of words that must all occur; a file that satisfies no set ends here, undecoded and unparsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from normfix.table import ArgumentMatch, Table

_EVERYWHERE = frozenset({"tensorflow", "keras", "tf_keras", "layers", "python", "compat", "v1"})
_LITERAL_ARGUMENT = rb"(?:\(\s*[-.\d(\[TF]|\s+as\b|\s*$|\s*[,)])"


@dataclass(frozen=True)
class Gate:
    """Alternatives, grouped by the word that is rarest in ordinary code: word -> sets of further words."""

    alternatives: tuple[tuple[bytes, tuple[frozenset[bytes], ...]], ...]
    patterns: tuple[tuple[bytes, re.Pattern[bytes]], ...]

    @cached_property
    def _norm(self) -> re.Pattern[bytes]:
        return re.compile(rb"[Nn]orm|fused|LRN|moments")

    def admits(self, data: bytes) -> bool:
        """Whether a file with these bytes may have a finding."""
        if b"orm" not in data and b"moments" not in data and b"LRN" not in data:
            return False
        seen: dict[bytes, bool] = {}
        for word, sets in self.alternatives:
            if word in data and any(all(_occurs(other, data, seen) for other in others) for others in sets):
                return True
        return any(word in data and pattern.search(data) for word, pattern in self.patterns)


def _occurs(word: bytes, data: bytes, seen: dict[bytes, bool]) -> bool:
    if word not in seen:
        seen[word] = word in data
    return seen[word]


def build_gate(table: Table) -> Gate:
    """Derive the gate from a table."""
    grouped: dict[bytes, set[frozenset[bytes]]] = {}
    for words in _conjunctions(table):
        rarest = max(words, key=len)
        grouped.setdefault(rarest.encode(), set()).add(frozenset(word.encode() for word in words - {rarest}))
    alternatives = tuple((word, _minimal(sets)) for word, sets in sorted(grouped.items()))
    patterns = [(b"Normalization", re.compile(rb"(?<![A-Za-z0-9_])Normalization\s*\("))]
    for callee in sorted({name for match in table.arguments if _by_position(match) for name in match.callees}):
        word = callee.rpartition(".")[2].encode()
        patterns.append((word, re.compile(word + _LITERAL_ARGUMENT, re.MULTILINE)))
    return Gate(alternatives, tuple(patterns))


def _by_position(match: ArgumentMatch) -> bool:
    return match.position is not None


def _conjunctions(table: Table) -> Iterator[frozenset[str]]:
    for path in table.entries:
        if not table.is_sibling(path):
            yield _words(path)
    for path in table.norm_modules:
        yield _words(path)
    for match in table.arguments:
        for callee in match.callees:
            yield from (frozenset({callee.rpartition(".")[2], name}) for name in match.names)
    for module in table.modules:
        # Siblings count beside any normalization, whatever its spelling.
        yield _words(module) | {"orm"}


def _words(path: str) -> frozenset[str]:
    parts = path.split(".")
    words = frozenset(parts[1:] if parts[0] != "tf" else parts) - _EVERYWHERE
    return words or frozenset({parts[-1]})


def _minimal(sets: set[frozenset[bytes]]) -> tuple[frozenset[bytes], ...]:
    """Drop every set that a smaller one already implies."""
    return tuple(one for one in sets if not any(other < one for other in sets))
