"""What the words of one file are used for, as its bytes tell: is it what some rule looks at?"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate

from normfix.prefilter.calls import arguments, matters, names_value, stands_as_value
from normfix.prefilter.chains import chain_before, is_prose
from normfix.prefilter.circles import ANYTHING
from normfix.prefilter.names import Elsewhere, Names
from normfix.prefilter.objects import LOOKED_UP, is_made_in_vain, object_matters
from normfix.prefilter.vocabulary import Vocabulary

_OPENING = re.compile(rb"[ \t]*\(")
_GIVEN = re.compile(rb"(?<![\w.])([^\W\d]\w*)(?=[ \t]*(?:[,)\]:][^=\n]*)?(?::?=(?!=)|in(?!\w)))")
_HANDED_BACK = re.compile(rb"(?<!\w)(?:return|lambda|yield)(?!\w)")
_NAME = re.compile(rb"(?<![\w.])[^\W\d]\w*")
_CALLEE = re.compile(rb"(?<![\w.])([^\W\d]\w*)[ \t]*\(")
_WHOLE_CHAIN = re.compile(rb"(?<![\w.])([^\W\d]\w*(?:\.\w+)*)")
_CALL_OF_CHAIN = re.compile(rb"(?<![\w.])([^\W\d]\w*(?:\.\w+)*)[ \t]*\(")
_PARTIAL = re.compile(rb"partial\s*\([^()]*\Z")
_TARGET = re.compile(rb"_target_(?<!\w_target_)(?!\w)")
_LOOKS_UP = (b"import_module", b"__import__", *(f"{name}(".encode() for name in LOOKED_UP))
_CLASS = re.compile(
    rb"class_name(?!\w)[\"']?\s*[:=][\s(]*(?:#[^\n]*\s*)*[rRbBuUfF]*[\"'](?:[^\n\"']*?([\w.]*)[\"'](?!\s*[\"']))?"
)
_SYMBOLIC = b"l2_normalize"
_INPUT = re.compile(rb"(?<!\w)Input\s*\(")
_MADE_OTHERWISE = re.compile(rb"\s*\.\s*(?:from_config|__init__)\s*\(")
_CALLED_BY_TEXT = re.compile(rb"[\"']\s*(?:,[^()]*)?\)\s*\(")
_VALUE_WINDOW = 400


Owns = Callable[[bytes], bool]
"""Whether a library's path leads into a package of the project that has the library's name."""


def owns_nothing(_: bytes) -> bool:
    """What holds of a file in no project."""
    return False


class Uses:
    """The uses of the words in one file; without `elsewhere` names of its project may mean anything.

    What the project `owns` is no finding, whatever it is called.
    """

    def __init__(
        self, vocabulary: Vocabulary, text: bytes, elsewhere: Elsewhere | None, owns: Owns = owns_nothing
    ) -> None:
        self.vocabulary = vocabulary
        self.text = text
        self.names = Names(text, vocabulary.roots, elsewhere)
        self.has_target = _TARGET.search(text) is not None
        self.looks_up = self.has_target or any(one in text for one in _LOOKS_UP)
        self.known: dict[bytes, frozenset[bytes]] = {}
        self._owns = owns
        self.imported = frozenset(filter(self._is_foreign, self.names.imported))
        self.has_layer = not vocabulary.callables.keys().isdisjoint(self.imported)
        self.handed_on: set[bytes] = set()

    def may_have_finding(self, places: list[tuple[int, int, bytes]]) -> bool:
        """Whether anything that stands at these places, or what goes with it, may be a finding."""
        try:
            if any(map(self._is_gone, self.imported)):
                return True
            if any(self._is_finding(*one) for one in places) or self._names_class:
                return True
            return self._calls_matter() or (self.has_layer and (self._object_matters() or self._has_sibling()))
        except RecursionError:
            return True

    def may_use_contrib(self) -> bool:
        """Whether anything of `tensorflow.contrib` may be used here, be it by a name of the project."""
        names = self.names
        # What other files say costs more than what this one does.
        if not all(map(names.is_library, names.stars)) or self._names_contrib():
            return True
        own = {name: path for name, paths in names.bound.items() for path in paths if not names.is_library(path)}
        if any(map(self._is_contrib, frozenset[bytes]().union(*map(names.told, own.values())))):
            return True
        called = {match[1] for match in _CALL_OF_CHAIN.finditer(self.text) if match[1].partition(b".")[0] in own}
        return any(map(names.returns, called))

    def _names_contrib(self) -> bool:
        """Whether anything of `tensorflow.contrib` is imported here, or may be written where it says so."""
        contrib = self.vocabulary.contrib
        if any(map(self._is_contrib, self.imported)):
            return True
        for match in re.finditer(rb"(?<!\w)" + contrib + rb"(?!\w)", self.text):
            if not is_prose(self.text, match.start()):
                before = chain_before(self.names, match.start())
                if before is None or any(map(self._is_contrib, self._meanings(before + contrib))):
                    return True
        return False

    def imports_ended(self) -> bool:
        """Whether a library that ended is imported here."""
        imported = (*self.imported, *self.names.stars)
        return any(path.partition(b".")[0] in self.vocabulary.ended for path in imported)

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

    def _is_finding(self, start: int, end: int, word: bytes) -> bool:
        """Whether a word may be a legacy symbol, a misspelled one, or a layer in a call that some rule looks at."""
        if is_prose(self.text, start):
            return False
        before = chain_before(self.names, start)
        if before is None:
            return True
        paths = self._meanings(before + word)
        if word == _SYMBOLIC and paths and _INPUT.search(self.text):
            return True
        if ANYTHING in paths or any(map(self._is_gone, paths)):
            return True
        homes = [path for path in paths if path.rpartition(b".")[0] in self.vocabulary.homes]
        if homes and (word not in self.vocabulary.words or self.has_target):
            return True
        self.has_layer = self.has_layer or bool(homes)
        return any(self._is_used(path, start, end) for path in paths if path in self.vocabulary.callables)

    def _is_gone(self, path: bytes) -> bool:
        """Whether a path is a legacy symbol, in a module of such, or a layer in a module that is gone itself."""
        above = tuple(_above(path))
        if not self.vocabulary.legacy.isdisjoint(above):
            return True
        return path.rpartition(b".")[2] in self.vocabulary.words and not self.vocabulary.siblings.isdisjoint(above)

    def _is_foreign(self, path: bytes) -> bool:
        return not (self.names.is_library(path) and self._owns(path))

    def _meanings(self, chain: bytes) -> frozenset[bytes]:
        if chain not in self.known:
            found = self.names.chain(chain)
            if self.looks_up and self.names.is_library(chain):
                found |= {chain}
            self.known[chain] = frozenset(filter(self._is_foreign, found))
        return self.known[chain]

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
        told = any(not word or word in self.vocabulary.words for word in _CLASS.findall(self.text))
        return told and (b"deserialize" in self.text or b"module" in self.text)

    @cached_property
    def _every_given(self) -> frozenset[bytes]:
        return frozenset(_GIVEN.findall(self.text))

    def _call_matters(self, start: int, opened: int, callee: bytes) -> bool:
        """Whether a rule may look at the arguments of a call, or at what becomes of the layer that it makes."""
        given = arguments(self.text, opened)
        if matters(given, callee, self.vocabulary) or given is None or names_value(self.text, given):
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
            paths = frozenset(filter(self._is_foreign, self.names.paths(name)))
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
        told = {name: [*filter(self._is_callable, self.names.paths(name))] for name in aliases}
        places = _NAME.finditer(self.text) if any(told.values()) else ()
        return any(self._is_used(path, *place.span()) for place in places for path in told.get(place[0], ()))

    def _is_callable(self, path: bytes) -> bool:
        return path in self.vocabulary.callables and self._is_foreign(path)

    def _object_matters(self) -> bool:
        return object_matters(self.text, self._may_be_object)

    def _may_be_object(self, callee: bytes) -> bool:
        """Whether what is called may be an object: a name that is given a value, or an attribute of `self`."""
        root, _, name = callee.partition(b".")
        if keyword.iskeyword(root.decode()) or b"." in name or name.startswith(b"__"):
            return False
        if root in self.names.bound and (name or all(map(self.names.is_library, self.names.bound[root]))):
            return False
        if not name and re.search(rb"class[ \t]+" + re.escape(root) + rb"(?!\w)", self.text):
            return self.names.is_assigned(root)
        given = rb"(?<!\w)" + re.escape(name or root) + rb"(?!\w)(?![ \t]*[.(])"
        return re.search(given, self.text) is not None

    def _has_sibling(self) -> bool:
        """Whether something here may fail beside a normalization."""
        siblings = self.vocabulary.siblings
        imported = {*self.imported, *(path.rpartition(b".")[0] for path in self.imported)}
        if not siblings.isdisjoint(imported) or not siblings.isdisjoint(self.names.stars):
            return True
        for found in self.vocabulary.sibling_attribute.finditer(self.text):
            if is_prose(self.text, found.start(1)):
                continue
            before = chain_before(self.names, found.start(1))
            if before is None:
                return True
            for path in self._meanings(before + found[1]) if before else ():
                if path == ANYTHING or any(one in siblings for one in _above(path)):
                    return True
        return False


def _above(path: bytes) -> Iterator[bytes]:
    """The modules that a path leads through, and the path."""
    return accumulate(path.split(b"."), lambda one, other: one + b"." + other)
