"""What the rule table looks for, as words and dotted paths in bytes: derived from the table, never written by hand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from normfix.table.misspellings import meant_layer

if TYPE_CHECKING:
    from normfix.table.table import Table

WORD = bytes(byte for byte in range(256) if byte >= 0x80 or chr(byte).isalnum() or byte == 0x5F)
"""All bytes that can stand in a name."""

_SAYS_NORM = (re.compile(rb"orm(?<=[nN]orm)\w*"), re.compile(rb"ORM(?<=NORM)\w*"))
"""Three letters that are always the same come first: such a pattern is searched for many times as fast."""

_LONGEST = 64


@dataclass(frozen=True)
class Vocabulary:
    """The words and paths of a table; every path is spelled out, aliases included.

    `words` are the last components of all that may be a finding, `stems` those of them that do not say norm, or a piece
    of each, `layers` the layers of today. `legacy` are paths that are findings wherever they are named, `stars`
    modules whose star import is one, `siblings` what fails beside a normalization, `gone` those modules among them
    that had some, `ended` the libraries of which no import works, `homes` where the layers are, `inner` the modules
    right below each library. `callables` maps the path of what is called to its last word. By that word, `keywords`
    are those that no rule looks at; for a word without any, `watched` are those that some rule does, and from
    `first_place` on it looks at arguments by place. `too_new` are words that have not always existed, `roots` the
    libraries. A file that has the word `contrib` may have a finding where `speaks_of_contrib` matches; `speaks` is
    a pattern for what has to do with normalization at all.
    """

    words: frozenset[bytes]
    stems: tuple[bytes, ...]
    layers: frozenset[bytes]
    legacy: frozenset[bytes]
    stars: frozenset[bytes]
    siblings: frozenset[bytes]
    gone: frozenset[bytes]
    ended: frozenset[bytes]
    homes: frozenset[bytes]
    callables: Mapping[bytes, bytes]
    keywords: Mapping[bytes, frozenset[bytes]]
    watched: Mapping[bytes, frozenset[bytes]]
    first_place: Mapping[bytes, int]
    too_new: frozenset[bytes]
    roots: frozenset[bytes]
    inner: Mapping[str, frozenset[str]]
    contrib: bytes
    speaks: bytes
    speaks_of_contrib: bytes

    def places(self, text: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Start, end and text of every word in a text, and of what may be a misspelled layer."""
        for pattern in _SAYS_NORM:
            for match in pattern.finditer(text):
                start, end = word_start(text, match.start()), match.end()
                word = text[start:end]
                if word in self.words or (word[:1].isupper() and self.is_misspelled(word)):
                    yield start, end, word
        for stem, pattern in self._patterns:
            for match in pattern.finditer(text) if stem in text else ():
                start, end = word_start(text, match.start()), match.end()
                if (word := text[start:end]) in self.words:
                    yield start, end, word

    @cached_property
    def _patterns(self) -> list[tuple[bytes, re.Pattern[bytes]]]:
        return [(stem, self._pattern(stem)) for stem in self.stems]

    def may_import_gone(self, text: bytes) -> bool:
        """Whether the import of a module that is gone may begin somewhere in a text."""
        return any(pattern.search(text) for pattern in self._gone_imports)

    @cached_property
    def _gone_imports(self) -> tuple[re.Pattern[bytes], ...]:
        modules = b"|".join(sorted(map(re.escape, self.gone), reverse=True))
        above = b"|".join(sorted({re.escape(one.rpartition(b".")[0]) for one in self.gone}, reverse=True))
        return (
            re.compile(rb"import(?<!\wimport)[ \t]+(?:" + modules + rb")(?!\w)"),
            re.compile(rb"from(?<!\wfrom)[ \t]+(?:" + above + rb")[ \t]+import(?!\w)"),
        )

    @cached_property
    def sibling_attribute(self) -> re.Pattern[bytes]:
        """The last word of what fails beside a normalization, without what is below another one, as an attribute."""
        parents = {path: path.rpartition(b".")[0] for path in self.siblings}
        above = (
            path
            for path, parent in parents.items()
            if not any(parent == one or parent.startswith(one + b".") for one in self.siblings)
        )
        ends = b"|".join(sorted({path.rpartition(b".")[2] for path in above}, reverse=True))
        return re.compile(rb"(?:\.\s*(?:#[^\n]*\s*)*|,\s*[rRbBuUfF]*[\"'])(" + ends + rb")(?!\w)")

    def _pattern(self, stem: bytes) -> re.Pattern[bytes]:
        """What the words with a stem look like from the stem on."""
        rests = sorted({re.escape(word.partition(stem)[2]) for word in self.words if stem in word})
        return re.compile(re.escape(stem) + rb"(?:" + b"|".join(rests) + rb")(?!\w)")

    def is_misspelled(self, word: bytes) -> bool:
        """Whether a word is that of a layer with a letter wrong."""
        return word not in self.words and meant_layer(word.decode(errors="replace"), self._layer_names) is not None

    @cached_property
    def _layer_names(self) -> frozenset[str]:
        return frozenset(layer.decode() for layer in self.layers)


def word_start(data: bytes, at: int) -> int:
    """Where the word starts that `at` is in, or just behind."""
    while True:
        low = max(0, at - _LONGEST)
        start = low + len(data[low:at].rstrip(WORD))
        if start > low or not low:
            return start
        at = low


def vocabulary_of(table: Table) -> Vocabulary:
    """The vocabulary of a table."""
    from normfix.table.graph_words import CONTRIB, SPEAKS, SPEAKS_OF_CONTRIB  # noqa: PLC0415 - what was derived before needs no table
    from normfix.table.table import LAYER_HOMES  # noqa: PLC0415

    legacy = {path for path in table.entries if not table.is_sibling(path)} | set(table.norm_modules)
    siblings = {*table.modules, *table.ended, *(path for path in table.entries if table.is_sibling(path))}
    functions = {callee for match in table.arguments for callee in match.callees if "." in callee}
    callables = functions | {f"{home}.{layer}" for home in LAYER_HOMES for layer in table.layers}
    words = {path.rpartition(".")[2] for path in legacy | functions} | set(table.layers)
    keywords, watched = _keywords(table)
    return Vocabulary(
        words=_bytes(words) | frozenset(table.releases.too_new_words),
        stems=tuple(_stems({*_bytes(words), *table.releases.too_new_words})),
        layers=_bytes(table.layers),
        legacy=_bytes(_everywhere(legacy, table)),
        stars=_bytes(_everywhere((module for module in table.exporters if table.dead(module)), table)),
        siblings=_bytes(_everywhere(siblings, table)),
        gone=_bytes({*table.gone_modules, *table.ended}),
        ended=_bytes(table.ended_libraries),
        homes=_bytes(_everywhere(LAYER_HOMES, table)),
        callables={path.encode(): path.rpartition(".")[2].encode() for path in _everywhere(callables, table)},
        keywords=keywords,
        watched=watched,
        first_place=_first_place(table),
        too_new=frozenset(table.releases.too_new_words),
        roots=_bytes(table.roots),
        inner=table.inner_modules,
        contrib=CONTRIB.rpartition(".")[2].encode(),
        speaks=SPEAKS.encode(),
        speaks_of_contrib=SPEAKS_OF_CONTRIB.encode(),
    )


def _keywords(table: Table) -> tuple[dict[bytes, frozenset[bytes]], dict[bytes, frozenset[bytes]]]:
    """For the last word of each callable the recorded keywords that no rule looks at, and those that some does."""
    watched: dict[bytes, frozenset[bytes]] = {}
    for match in table.arguments:
        for callee in match.callees:
            word = callee.rpartition(".")[2].encode()
            # A name with a slash, or a list of axes, is told by its value.
            names = match.names if match.value not in ("slash", "list", "size") else ()
            watched[word] = watched.get(word, frozenset()) | _bytes(names)
    taken = {layer.encode(): _bytes(names) for layer, names in table.keywords_of.items()}
    return {word: names - watched.get(word, frozenset()) for word, names in taken.items()}, watched


def _first_place(table: Table) -> dict[bytes, int]:
    """For the last word of each callable the first place at which a rule looks for an argument."""
    found: dict[bytes, int] = {}
    for match in table.arguments:
        for callee in match.callees if match.position is not None else ():
            word = callee.rpartition(".")[2].encode()
            found[word] = min(found.get(word, match.position or 0), match.position or 0)
    return found


def _everywhere(paths: Iterable[str], table: Table) -> set[str]:
    """Paths under their own name and under each alias of their prefix."""
    found = set(paths)
    for alias, real in table.aliases.items():
        found |= {alias + path[len(real) :] for path in found if path.startswith(real + ".") or path == real}
    return found


def _stems(words: Collection[bytes]) -> Iterator[bytes]:
    """Words without norm, as far as none is a piece of another one."""
    left = sorted((word for word in words if not any(one.search(word) for one in _SAYS_NORM)), key=len)
    while left:
        yield left[0]
        left = [word for word in left if left[0] not in word]


def _bytes(texts: Iterable[str]) -> frozenset[bytes]:
    return frozenset(text.encode() for text in texts)
