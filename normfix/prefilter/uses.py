"""What the words of one file are used for, as its bytes tell: is it what some rule looks at?"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from normfix.prefilter.calls import arguments, matters, stands_as_value
from normfix.prefilter.circles import ANYTHING
from normfix.prefilter.names import Elsewhere, Names
from normfix.prefilter.objects import is_made_in_vain, object_matters
from normfix.prefilter.vocabulary import WORD, Vocabulary

_CHAIN = re.compile(rb"(?:[^\W\d]\w*\s*\.\s*)+\Z")
_CHAIN_BYTES = WORD + b". \t\n\f"
_LONGEST_CHAIN = 200
_ASKED_OF = re.compile(rb"(?<!\w)getattr\s*\(\s*([^\W\d][\w.]*)\s*,\s*[rRbBuUfF]*[\"']\Z")
_LOOKED_UP = re.compile(rb"(?:getattr[^\"']*[\"']|(?:import_module|__import__)[^\n]*)\Z")
_CALLED = re.compile(rb"(?<![\w.)\]])([^\W\d]\w*(?:\.\w+)*)\([^()]*\)\s*\.\s*\Z")
_OPENING = re.compile(rb"[ \t]*\(")
_GIVEN = re.compile(rb"(?<![\w.])([^\W\d]\w*)(?=[ \t]*(?:[,)\]:][^=\n]*)?(?::?=(?!=)|in(?!\w)))")
_HANDED_BACK = re.compile(rb"(?<!\w)(?:return|lambda|yield)(?!\w)")
_NAME = re.compile(rb"(?<![\w.])[^\W\d]\w*")
_CALLEE = re.compile(rb"(?<![\w.])([^\W\d]\w*)[ \t]*\(")
_WHOLE_CHAIN = re.compile(rb"(?<![\w.])([^\W\d]\w*(?:\.\w+)*)")
_CALL_OF_CHAIN = re.compile(rb"(?<![\w.])([^\W\d]\w*(?:\.\w+)*)[ \t]*\(")
_PARTIAL = re.compile(rb"partial\s*\([^()]*\Z")
_TARGET = b"_target_"
_LOOKS_UP = (b"import_module", b"__import__", _TARGET)
_CLASS = b"class_name"
_SYMBOLIC = b"l2_normalize"
_INPUT = re.compile(rb"(?<!\w)Input\s*\(")
_MADE_OTHERWISE = re.compile(rb"\s*\.\s*(?:from_config|__init__)\s*\(")
_CALLED_BY_TEXT = re.compile(rb"[\"']\s*(?:,[^()]*)?\)\s*\(")
_VALUE_WINDOW = 400


class Uses:
    """The uses of the words in one file; without `elsewhere` names of its project may mean anything."""

    def __init__(self, vocabulary: Vocabulary, text: bytes, elsewhere: Elsewhere | None) -> None:
        self.vocabulary = vocabulary
        self.text = text
        self.names = Names(text, vocabulary.roots, elsewhere)
        self.looks_up = any(one in text for one in _LOOKS_UP)
        self.known: dict[bytes, frozenset[bytes]] = {}
        self.has_layer = not vocabulary.callables.keys().isdisjoint(self.names.imported)
        self.handed_on: set[bytes] = set()

    def may_have_finding(self, places: list[tuple[int, int, bytes]]) -> bool:
        """Whether anything that stands at these places, or what goes with it, may be a finding."""
        try:
            if any(map(self._is_gone, self.names.imported)):
                return True
            if any(self._is_finding(*one) for one in places) or self._names_class:
                return True
            return self._calls_matter() or (self.has_layer and (self._object_matters() or self._has_sibling()))
        except RecursionError:
            return True

    def may_use_contrib(self) -> bool:
        """Whether anything of `tensorflow.contrib` may be used here, be it by a name of the project."""
        contrib, names = self.vocabulary.contrib, self.names
        if not all(map(names.is_library, names.stars)):
            return True
        own = {name: path for name, paths in names.bound.items() for path in paths if not names.is_library(path)}
        if any(map(self._is_contrib, names.imported.union(*map(names.told, own.values())))):
            return True
        called = {match[1] for match in _CALL_OF_CHAIN.finditer(self.text) if match[1].partition(b".")[0] in own}
        if any(map(names.returns, called)):
            return True
        for match in re.finditer(rb"(?<!\w)" + contrib + rb"(?!\w)", self.text):
            if not self._is_prose(match.start()):
                before = self._chain_before(match.start())
                if before is None or any(map(self._is_contrib, self._meanings(before + contrib))):
                    return True
        return False

    def may_call(self) -> bool:
        """Whether a normalization may be called here at all, be it in a way that no rule looks at."""
        names, vocabulary = self.names, self.vocabulary
        if not all(map(names.is_library, names.stars)):
            return True
        own = {name for name, paths in names.bound.items() if not all(map(names.is_library, paths))}
        chains = {found[1] for found in _WHOLE_CHAIN.finditer(self.text) if found[1].partition(b".")[0] in own}
        brought = frozenset[bytes]().union(*map(names.chain, chains))
        last = {path.rpartition(b".")[2] for path in brought}
        if ANYTHING in brought or not vocabulary.words.isdisjoint(last) or any(map(vocabulary.is_misspelled, last)):
            return True
        leads = bool(brought) or any(root in self.text for root in vocabulary.roots)
        return leads and any(True for _ in vocabulary.places(self.text))

    def _is_contrib(self, path: bytes) -> bool:
        return path == ANYTHING or (self.names.is_library(path) and self.vocabulary.contrib in path.split(b"."))

    def _is_prose(self, start: int) -> bool:
        """Whether a chain that goes on at `start` stands in a comment, in a doctest, or in backticks."""
        line = self.text[self.text.rfind(b"\n", 0, start) + 1 : start]
        code = line.partition(b"#")[0]
        commented = len(code) < len(line) and b"'" not in code and b'"' not in code
        return commented or line.lstrip().startswith(b">>>") or line.rstrip(_CHAIN_BYTES).endswith(b"`")

    def _is_finding(self, start: int, end: int, word: bytes) -> bool:
        """Whether a word may be a legacy symbol, a misspelled one, or a layer in a call that some rule looks at."""
        if self._is_prose(start):
            return False
        before = self._chain_before(start)
        if before is None:
            return True
        paths = self._meanings(before + word)
        if word == _SYMBOLIC and paths and _INPUT.search(self.text):
            return True
        if ANYTHING in paths or any(map(self._is_gone, paths)):
            return True
        homes = [path for path in paths if path.rpartition(b".")[0] in self.vocabulary.homes]
        if homes and (word not in self.vocabulary.words or _TARGET in self.text):
            return True
        self.has_layer = self.has_layer or bool(homes)
        return any(self._is_used(path, start, end) for path in paths if path in self.vocabulary.callables)

    def _is_gone(self, path: bytes) -> bool:
        """Whether a path is a legacy symbol, in a module of such, or a layer in a module that is gone itself."""
        above = tuple(_above(path))
        if not self.vocabulary.legacy.isdisjoint(above):
            return True
        return path.rpartition(b".")[2] in self.vocabulary.words and not self.vocabulary.siblings.isdisjoint(above)

    def _meanings(self, chain: bytes) -> frozenset[bytes]:
        if chain not in self.known:
            self.known[chain] = self.names.chain(chain)
            if self.looks_up and self.names.is_library(chain):
                self.known[chain] |= {chain}
        return self.known[chain]

    def _chain_before(self, start: int) -> bytes | None:
        """The names and dots in front of a word, empty where there are none; None where that cannot be told."""
        before = self.text[max(0, start - _LONGEST_CHAIN) : start]
        if before[-1:] in (b'"', b"'"):
            asked = _ASKED_OF.search(before)
            return asked[1] + b"." if asked else None if _LOOKED_UP.search(before) else b""
        found = _CHAIN.search(before, len(before.rstrip(_CHAIN_BYTES)))
        ahead = before[: found.start()] if found else before
        bare = ahead.rstrip()
        line = bare.rpartition(b"\n")[2]
        if b"\n" in ahead[len(bare) :] and b"#" in line and b"." in line:
            # A comment may stand between a dot and the names behind it.
            return None
        if bare[-1:] == b".":
            return self._behind_call(ahead, bare)
        if found is None:
            return b""
        return found.group().translate(None, b" \t\n\f") if bare or start <= _LONGEST_CHAIN else None

    def _behind_call(self, before: bytes, bare: bytes) -> bytes | None:
        """The same for a word behind the dot of something else than a name, such as a call."""
        if bare[:-1].rstrip()[-1:] != b")":
            if bare.rstrip(b".")[-1:] in (b'"', b"'") and _LOOKED_UP.search(bare):
                return None
            return None if bare[:-1].rstrip()[-1:] in (b"", b"#", b"]") else b"."
        called = _CALLED.search(before)
        return None if called is None or self.names.returns(called[1]) else b"."

    def _is_used(self, path: bytes, start: int, end: int) -> bool:
        """Whether a callable is called in a way that matters; notes that it may go by another name."""
        opening = _OPENING.match(self.text, end)
        if opening is not None:
            return self._call_matters(start, opening.end(), self.vocabulary.callables[path])
        if _CALLED_BY_TEXT.match(self.text, end) or stands_as_value(self.text, start, end):
            return True
        if _MADE_OTHERWISE.match(self.text, end):
            return True
        window = self.text[max(0, start - _VALUE_WINDOW) : start]
        self.handed_on.update(_GIVEN.findall(window))
        if _HANDED_BACK.search(window):
            self.handed_on |= self._every_given
        return _PARTIAL.search(window) is not None

    @property
    def _names_class(self) -> bool:
        """Whether a dictionary may say which class is to be made."""
        return _CLASS in self.text and (b"deserialize" in self.text or b"module" in self.text)

    @cached_property
    def _every_given(self) -> frozenset[bytes]:
        return frozenset(_GIVEN.findall(self.text))

    def _call_matters(self, start: int, opened: int, callee: bytes) -> bool:
        """Whether a rule may look at the arguments of a call, or at what becomes of the layer that it makes."""
        given = arguments(self.text, opened)
        if matters(given, callee, self.vocabulary) or given is None:
            return True
        return callee[:1].isupper() and is_made_in_vain(self.text, start, opened + len(given) + 1)

    def _calls_matter(self) -> bool:
        """Whether a callable is called under another name in a way that matters."""
        words = self.vocabulary.words
        bound = ((name, path.rpartition(b".")[2]) for name, paths in self.names.bound.items() for path in paths)
        aliases = {name for name, word in bound if word in words}
        if self._alias_matters(aliases - words):
            return True
        handed_on = self.handed_on | aliases
        for name in handed_on.intersection(_CALLEE.findall(self.text)) if handed_on else ():
            paths = self.names.paths(name)
            if not self.vocabulary.legacy.isdisjoint(paths):
                return True
            called = {self.vocabulary.callables[path] for path in paths if path in self.vocabulary.callables}
            self.has_layer = self.has_layer or bool(called)
            if called or ANYTHING in paths:
                for match in re.finditer(rb"(?<![\w.])" + re.escape(name) + rb"[ \t]*\(", self.text):
                    if ANYTHING in paths or any(self._call_matters(*match.span(), word) for word in called):
                        return True
        return False

    def _alias_matters(self, aliases: set[bytes]) -> bool:
        """Whether a callable is used in a way that matters under the name that an import gives it."""
        told = {name: [one for one in self.names.paths(name) if one in self.vocabulary.callables] for name in aliases}
        places = _NAME.finditer(self.text) if any(told.values()) else ()
        return any(self._is_used(path, *place.span()) for place in places for path in told.get(place[0], ()))

    def _object_matters(self) -> bool:
        return object_matters(self.text, self._may_be_object)

    def _may_be_object(self, callee: bytes) -> bool:
        """Whether what is called may be an object: a name that is given a value, or an attribute of `self`."""
        root, _, name = callee.partition(b".")
        if keyword.iskeyword(root.decode()) or b"." in name or name.startswith(b"__"):
            return False
        if root in self.names.bound and (name or all(map(self.names.is_library, self.names.bound[root]))):
            return False
        given = rb"(?<!\w)" + re.escape(name or root) + rb"(?!\w)(?![ \t]*[.(])"
        return re.search(given, self.text) is not None

    def _has_sibling(self) -> bool:
        """Whether something here may fail beside a normalization."""
        siblings = self.vocabulary.siblings
        imported = {*self.names.imported, *(path.rpartition(b".")[0] for path in self.names.imported)}
        if not siblings.isdisjoint(imported) or not siblings.isdisjoint(self.names.stars):
            return True
        for found in self.vocabulary.sibling_attribute.finditer(self.text):
            if self._is_prose(found.start(1)):
                continue
            before = self._chain_before(found.start(1))
            if before is None:
                return True
            for path in self._meanings(before + found[1]) if before else ():
                if path == ANYTHING or any(one in siblings for one in _above(path)):
                    return True
        return False


def _above(path: bytes) -> Iterator[bytes]:
    """The modules that a path leads through, and the path."""
    return accumulate(path.split(b"."), lambda one, other: one + b"." + other)
