"""What the names of a file may mean in terms of libraries, read off its text without parsing it.

The answers are only ever too generous: text in comments and strings counts, so does what is given to a keyword, and
what cannot be told is `ANYTHING`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator
from functools import cached_property

from normfix.prefilter.assignments import CHAIN, Assignments, expression, without_texts
from normfix.prefilter.calls import arguments
from normfix.prefilter.circles import ANYTHING, Circles
from normfix.prefilter.imports import dotted_path, import_statements, imported_names

Elsewhere = Callable[[bytes, bool], frozenset[bytes]]
"""The library paths that a dotted path of the project (`.compat.tf`) may mean, or come to when it is called."""

_BLANK = re.compile(rb"#[^\n]*|[\s\\()]+")
_RETURNS = (
    re.compile(rb"return(?<!\wreturn)[ \t(](?=[^\n])"),
    re.compile(rb"lambda(?<!\wlambda)[^:\n]*:(?=[^\n])"),
)
# Patterns for whole files begin with letters: what comes before these is looked at behind them, which is faster.
_DEFINITIONS = (re.compile(rb"def(?<!\wdef)[ \t]+(\w+)"), re.compile(rb"class(?<!\wclass)[ \t]+(\w+)"))
_INIT = re.compile(rb"def(?<!\wdef)[ \t]+__init__[ \t]*\(")
_MAKES_OTHERS = re.compile(rb"__new__|metaclass[ \t]*=")
_CALLED = b"()"
"""Stands behind a name for what its call returns."""

_CALL = re.compile(rb"[ \t]*\(")
_CHOICE = re.compile(rb"(?<!\w)(?:if|or|and|lambda)(?!\w)|:=|\A\(")
_GETATTR = re.compile(rb"(?<![\w.])getattr[ \t]*\([ \t]*([^\W\d][\w.]*)[ \t]*,[^()]*\)")
_FURTHER = re.compile(rb"[)\]\w]\.(?!\w)|[)\]][ \t]*\.")
_END = re.compile(rb"[ \t]*(?:[,:;)\]}#\r\n]|(?:for|async)(?!\w)|\Z)")
_DYNAMIC = frozenset({b"getattr", b"import_module", b"__import__"})
_KEYWORDS = frozenset(word.encode() for word in keyword.kwlist)
_MOST_NAMES = 300
"""So many names are looked up in a file before everything in it is ANYTHING: the work stays linear in its size."""


class Names:
    """The imports and assignments of one file, as far as someone asks for them.

    `bound` maps a name to the paths that imports give it, `stars` are the modules of star imports, `imported` all paths
    that an import names. In a file that is not `legible` any name may mean anything.
    """

    def __init__(
        self, text: bytes, roots: frozenset[bytes], elsewhere: Elsewhere | None, *, legible: bool = True
    ) -> None:
        self.text = text
        self.legible = legible
        self._assignments = Assignments(text)
        self._roots = roots
        self._elsewhere = elsewhere
        self._known: Circles[bytes] = Circles(self._answer, _MOST_NAMES)
        self.imported: set[bytes] = set()
        self.bound: dict[bytes, set[bytes]] = {}
        self.stars: set[bytes] = set()
        for module, listed in import_statements(text):
            for name, alias in imported_names(listed):
                if module and name == b"*":
                    self.stars.add(module)
                    continue
                self.imported.add(dotted_path(module, name))
                first = name if module or alias else name.partition(b".")[0]
                self.bound.setdefault(alias or first, set()).add(dotted_path(module, first))

    def forget(self) -> None:
        """Let go of what was worked out with answers of other files."""
        self._known.clear()

    def is_pending(self, name: bytes) -> bool:
        """Whether the meaning of a name is being worked out."""
        return self._known.pending(name)

    def is_library(self, path: bytes) -> bool:
        """Whether a path belongs to a library that the rule table speaks of."""
        return path.partition(b".")[0] in self._roots

    def paths(self, name: bytes) -> frozenset[bytes]:
        """The library paths that a name may mean anywhere in the file."""
        return frozenset() if not name or name in _KEYWORDS else self._ask(name)

    def _ask(self, key: bytes) -> frozenset[bytes]:
        too_many = len(self._known) > _MOST_NAMES and key not in self._known
        return frozenset({ANYTHING}) if too_many else self._known.ask(key)

    def _answer(self, key: bytes) -> frozenset[bytes]:
        """What a name may mean, an attribute of an object, or what a function (`name()`) may return."""
        if key.endswith(_CALLED):
            starts = self._functions.get(key.removesuffix(_CALLED), ())
            values = (value for start in starts for value in self._returned(start))
            return frozenset({ANYTHING}) if any(map(self._value, values)) else frozenset()
        if b"." in key:
            return frozenset().union(
                *map(self._value, self._assignments.values(key)), self.paths(key.partition(b".")[2])
            )
        return frozenset(self._found(key))

    def _found(self, name: bytes) -> set[bytes]:
        found: set[bytes] = set()
        for path in (*self.bound.get(name, ()), *self._starred(name)):
            found |= {path} if self.is_library(path) else self.told(path)
        for value in self._assignments.values(name):
            found |= self._value(value)
        return found

    def _starred(self, name: bytes) -> Iterator[bytes]:
        """The paths that a name has where a star import brings it."""
        return (dotted_path(module, name) for module in self.stars)

    def told(self, path: bytes, called: bool = False) -> frozenset[bytes]:
        """What the project says of a path that is no library's, or of a call of it."""
        return frozenset({ANYTHING}) if self._elsewhere is None else self._elsewhere(path, called)

    def _value(self, text: bytes) -> frozenset[bytes]:
        """The library paths that an assigned expression may mean."""
        chain = CHAIN.match(text)
        if chain and _END.match(text, chain.end()):
            return self.chain(chain.group())
        plain = _GETATTR.sub(rb"\1.", text)
        if plain == text and not _CHOICE.search(text):
            # Without a choice in it, only the function of a call can lead to a library.
            leads = chain is not None and _CALL.match(text, chain.end()) is not None and self.returns(chain.group())
            return frozenset({ANYTHING}) if leads else frozenset()
        found: set[bytes] = set()
        for part, called in {(match.group(), bool(_CALL.match(plain, match.end()))) for match in CHAIN.finditer(plain)}:
            found |= ({ANYTHING} if self.returns(part) else set()) if called else self.chain(part)
        return frozenset({ANYTHING}) if found and _FURTHER.search(plain) else frozenset(found)

    @cached_property
    def _functions(self) -> dict[bytes, list[int]]:
        """Where the functions and classes of the file are defined, by their names."""
        found: dict[bytes, list[int]] = {}
        for pattern in _DEFINITIONS:
            for match in pattern.finditer(self.text):
                found.setdefault(match[1], []).append(match.start())
        return found

    def _may_return(self, name: bytes) -> bool:
        """Whether a function of the file may return something of a library."""
        return bool(self._ask(name + _CALLED))

    def takes_any(self, name: bytes) -> bool:
        """Whether what has a name in the file, unless an import brings it, may take keywords that it does not name."""
        if not self.legible or self.is_assigned(name):
            return True
        return any(map(self._takes_any, self._functions.get(name, ())))

    def _takes_any(self, start: int) -> bool:
        """Whether a definition at `start` may: a class does by its `__init__`, or by that of a class above it."""
        text, places = self.text, [start]
        if text.startswith(b"class", start):
            places = [one.start() for one in _INIT.finditer(text, start, self._end_of(start))]
        opened = (text.find(b"(", place) + 1 for place in places)
        signatures = [arguments(text, place) for place in opened]
        return not signatures or any(one is None or b"**" in one for one in signatures)

    def _end_of(self, start: int) -> int:
        """Where a definition at `start` ends at the latest."""
        text = self.text
        line = text.rfind(b"\n", 0, start) + 1
        ends = re.compile(rb"^[ \t]{0,%d}(?:async[ \t]|def[ \t]|class[ \t]|@)" % (start - line), re.MULTILINE)
        # In a text of several lines nothing ends.
        found = (one.start() for one in ends.finditer(text, start + 1) if not _in_text(text[start : one.start()]))
        return next(found, len(text))

    def _returned(self, start: int) -> Iterator[bytes]:
        """The expressions that a definition at `start` returns, and those inside it."""
        text, end = self.text, self._end_of(start)
        if text.startswith(b"class", start) and not _MAKES_OTHERS.search(text, start, end):
            # The call of a class comes to an object of it, whatever its methods return.
            return iter(())
        return (expression(text, one.end()) for pattern in _RETURNS for one in pattern.finditer(text, start, end))

    def returns(self, chain: bytes) -> bool:
        """Whether a call of a name with attributes behind it may come to something of a library."""
        root, _, rest = _BLANK.sub(b"", chain).partition(b".")
        bound = self.bound.get(root, ())
        if not _DYNAMIC.isdisjoint((root, *rest.split(b"."), *(path.rpartition(b".")[2] for path in bound))):
            return True
        if root in self._functions and not rest and self._may_return(root):
            return True
        paths = (path for path in bound if not self.is_library(path))
        return any(self.told(path + b"." * bool(rest) + rest, called=True) for path in paths)

    def given(self, name: bytes) -> Iterator[bytes]:
        """The names, with attributes, that stand in what may be assigned to a name anywhere in the file."""
        return (one for value in self._assignments.values(name) for one in CHAIN.findall(without_texts(value)))

    def is_assigned(self, name: bytes) -> bool:
        """Whether a name may be given a value by anything but a definition or an import."""
        return any(True for _ in self._assignments.values(name))

    def is_given(self, name: bytes) -> bool:
        """Whether a name may be given more than a literal anywhere in the file."""
        return any(map(_may_name, self._assignments.values(name)))

    def returned(self, name: bytes) -> frozenset[bytes]:
        """The library paths that a call of a name may come to, where it is a function that the file defines."""
        return frozenset({ANYTHING}) if not self.legible or self._may_return(name) else frozenset()

    def chain(self, text: bytes) -> frozenset[bytes]:
        """The library paths that a name with attributes behind it may mean."""
        if not self.legible:
            return frozenset({ANYTHING})
        root, dot, rest = _BLANK.sub(b"", text).partition(b".")
        # What grows by itself (`tf = tf.compat.v1`) does so once.
        end = dot + rest if rest and self._known.pending(root) else b"\n"
        longer = (path for path in self.paths(root) if not path.endswith(end))
        found = {path if path == ANYTHING else path + dot + rest for path in longer}
        for path in (*self.bound.get(root, ()), *self._starred(root)) if rest else ():
            if not self.is_library(path):
                found |= self.told(path + dot + rest)
        # A star import may bring any name, and brings no `self`.
        if rest and root not in self.bound and (self.stars or not found):
            found |= self._kept(root, rest)
        return frozenset(found)

    def _kept(self, root: bytes, rest: bytes) -> frozenset[bytes]:
        """What the attribute of an object may mean that its class gives a value: `self.layers = tf.layers`."""
        first, dot, behind = rest.partition(b".")
        known = self._ask(root + b"." + first)
        return frozenset(path if path == ANYTHING else path + dot + behind for path in known)


def _may_name(value: bytes) -> bool:
    """Whether a name stands in an expression."""
    return not _KEYWORDS.issuperset(CHAIN.findall(without_texts(value)))


def _in_text(code: bytes) -> bool:
    """Whether a text of several lines may be open behind a piece of code."""
    return bool(code.count(b'"""') % 2 or code.count(b"'''") % 2)
