"""What other files may take from one that makes layers: the layers themselves, and what hands arguments on to one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from normfix.prefilter.calls import arguments, keywords, matters, names_value
from normfix.prefilter.objects import object_matters
from normfix.prefilter.vocabulary import Vocabulary

_ASSIGNED = re.compile(rb"(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*(?:\w+\.)*\Z")
_LAMBDA = re.compile(rb"(\w+)[ \t]*=[ \t]*lambda([^:\n]*):[ \t(]*(?:\w+\.)*\Z")
_PARTIAL = re.compile(rb"(\w+)[ \t]*=[ \t]*(?:\w+\.)*\w+[ \t]*\(\s*(?:\w+\.)*\Z")
_CLASS = re.compile(rb"class[ \t]+(\w+)[ \t]*\(\s*(?:\w+\.)*\Z")
_CLASSES = re.compile(rb"^class[ \t]+(\w+)[ \t]*\(\s*(?:\w+\.)*(\w+)\s*\)", re.MULTILINE)
_TOP = re.compile(rb"^(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(|^(?:class|if|for|with|try|while)\b", re.MULTILINE)
_WORD = re.compile(rb"\w+")
_OPENING = re.compile(rb"[ \t]*\(")
_APPLIED = re.compile(rb"\s*\(")


@dataclass(frozen=True, slots=True)
class HandedName:
    """A name for a layer or for what makes one.

    `callee` is the layer whose arguments its call takes, empty where it takes none for it; `own` are words of its own
    signature; a `holds` one is, or comes to, the layer itself.
    """

    name: bytes
    callee: bytes = b""
    own: frozenset[bytes] = frozenset()
    holds: bool = False

    def used_in(self, text: bytes, vocabulary: Vocabulary) -> bool:
        """Whether a file may use the name in a way that some rule looks at."""
        found = list(re.finditer(rb"(?<!\w)" + re.escape(self.name) + rb"(?!\w)", text))
        if not found or (self.holds and (object_matters(text, _anything) or b"adapt" in text)):
            return bool(found)
        return bool(self.callee) and any(self._matters(text, one.end(), vocabulary) for one in found)

    def _matters(self, text: bytes, end: int, vocabulary: Vocabulary) -> bool:
        opened = _OPENING.match(text, end)
        if opened is None:
            # Under a name of its own it may be called anywhere.
            return text.startswith(b" as ", end)
        given = arguments(text, opened.end())
        if given is None or not self.own:
            return given is None or matters(given, self.callee, vocabulary) or names_value(text, given)
        others = keywords(given) - self.own
        return b"**" in given or not vocabulary.keywords.get(self.callee, frozenset()).issuperset(others)


def handed_names(text: bytes, places: Iterable[tuple[int, int, bytes]]) -> Iterator[HandedName]:
    """The names at module level that hand on what stands at some places."""
    classes: dict[bytes, bytes] = {}
    tops: Sequence[re.Match[bytes]] = ()
    for start, end, word in places:
        before = text[text.rfind(b"\n", 0, start) + 1 : start]
        opening = _OPENING.match(text, end)
        if found := _CLASS.match(before):
            classes[found[1]] = word
        elif opening is None and (found := _PARTIAL.match(before)):
            yield HandedName(found[1], word)
        elif opening is None or not word[:1].isupper():
            continue
        elif before[:1] not in (b" ", b"\t"):
            if found := _ASSIGNED.match(before):
                yield HandedName(found[1], holds=True)
            elif found := _LAMBDA.match(before):
                given = arguments(text, opening.end())
                applied = given is not None and _APPLIED.match(text, opening.end() + len(given) + 1)
                yield HandedName(found[1], word, frozenset(_WORD.findall(found[2])), holds=not applied)
        else:
            tops = tops or list(_TOP.finditer(text))
            yield from _in_function(text, tops, start, opening.end(), word)
    changed = bool(classes)
    while changed:
        more = {name: classes[base] for name, base in _CLASSES.findall(text) if base in classes and name not in classes}
        classes |= more
        changed = bool(more)
    yield from (HandedName(name, callee) for name, callee in classes.items())


def _in_function(
    text: bytes, tops: Sequence[re.Match[bytes]], start: int, opened: int, word: bytes
) -> Iterator[HandedName]:
    """The function at module level that makes a layer, where it hands its arguments on or keeps the layer."""
    above = bisect_left(tops, start, key=re.Match.start)
    given = arguments(text, opened)
    if not above or not tops[above - 1][1] or given is None:
        return
    found = tops[above - 1]
    if b"**" in given:
        signature = arguments(text, found.end()) or b""
        yield HandedName(found[1], word, frozenset(_WORD.findall(signature)))
    if not _APPLIED.match(text, opened + len(given) + 1):
        yield HandedName(found[1], holds=True)


def _anything(_: bytes) -> bool:
    """What is called in another file may be the layer under any name."""
    return True
