"""What the names of a file may mean, read off its bytes without parsing it.

The answers are only ever too generous: text in comments and strings counts, and what cannot be told is `MAYBE`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

from normfix.prefilter.import_lines import import_statements, imported_names
from normfix.prefilter.words import is_word

MAYBE = b"?"
"""Stands among the paths of a name that may also mean anything."""

Elsewhere = Callable[[bytes, bool], frozenset[bytes]]
"""The library paths that a dotted path of the project (`.compat.tf`) may mean, or come to when it is called."""

_BLANK = re.compile(rb"#[^\n]*|[\s\\()]+")
_CHAIN = re.compile(rb"[^\W\d]\w*(?:[ \t]*\.[ \t]*[^\W\d]\w*)*")
_DEF = re.compile(rb"def[ \t]+(\w+)")
_CLASS = re.compile(rb"class[ \t]+(\w+)")
_HEAD = re.compile(rb"[ \t\f]*(?:async[ \t]+)?")
_RETURN = re.compile(rb"return[ \t(](?=[^\n])")
_CALL = re.compile(rb"[ \t]*\(")
_ASKED = re.compile(rb"[ \t]*\([ \t]*([^\W\d]\w*(?:\.\w+)*)[ \t]*,")
_CHOICE = re.compile(rb"(?<!\w)(?:if|or|and|lambda)(?!\w)|:=")
_END = re.compile(rb"[ \t]*(?:[,;)\]}#\r\n]|\Z)")
_TARGETS = re.compile(rb"[\w.,*=()\[\] \t]*")
_BRACKETS = re.compile(rb"\([^()]*\)")
_OPEN_CALL = re.compile(rb"\w[ \t]*\(")
_TEXT = re.compile(rb"'[^'\n]*'|\"[^\"\n]*\"|#[^\n]*")
_OPENING = (b"(", b"[", b"{")
_CLOSING = (b")", b"]", b"}")
_VALUE_WINDOW = 600
_DYNAMIC = frozenset({b"getattr", b"import_module", b"__import__"})
_KEYWORDS = frozenset(word.encode() for word in keyword.kwlist)
_MOST_NAMES = 300
"""So many names are looked up in a file before everything in it is MAYBE: the work stays linear in its size."""


class Skim:
    """The imports and assignments of one file, as far as someone asks for them."""

    def __init__(self, data: bytes, roots: frozenset[bytes], elsewhere: Elsewhere | None) -> None:
        self.data = data
        self._roots = roots
        self._elsewhere = elsewhere
        self._known: dict[bytes, frozenset[bytes]] = {}
        self._open: set[bytes] = set()
        self._returns: dict[bytes, bool] = {}
        self.imported: set[bytes] = set()
        self.bound: dict[bytes, set[bytes]] = {}
        self.stars: set[bytes] = set()
        self._read_imports()

    def _read_imports(self) -> None:
        for module, names in import_statements(self.data):
            start = module if not module or module.endswith(b".") else module + b"."
            for name, alias in imported_names(names):
                if not module:
                    self.imported.add(name)
                    self._bind(alias or name.partition(b".")[0], name if alias else name.partition(b".")[0])
                elif name == b"*":
                    self.stars.add(module)
                else:
                    self._bind(alias or name, start + name)

    def _bind(self, name: bytes, path: bytes) -> None:
        self.bound.setdefault(name, set()).add(path)
        self.imported.add(path)

    def forget(self) -> None:
        """Let go of what was worked out with answers of other files."""
        self._known.clear()
        self._returns.clear()

    def library(self, path: bytes) -> bool:
        """Whether a path belongs to a library that the rule table speaks of."""
        return path.partition(b".")[0] in self._roots

    def paths(self, name: bytes) -> frozenset[bytes]:
        """The library paths that a name may mean anywhere in the file."""
        if name in self._open or name in _KEYWORDS:
            return frozenset()
        if name not in self._known:
            if len(self._known) + len(self._open) > _MOST_NAMES:
                return frozenset({MAYBE})
            self._open.add(name)
            self._known[name] = frozenset(self._found(name))
            self._open.discard(name)
        return self._known[name]

    def _found(self, name: bytes) -> set[bytes]:
        found: set[bytes] = set()
        for path in self.bound.get(name, ()):
            found |= {path} if self.library(path) else self._told(path)
        for module in self.stars:
            path = module + name if module.endswith(b".") else module + b"." + name
            found |= {path} if self.library(module) else self._told(path)
        for value in _values(self.data, name):
            found |= self._value(value)
        return found

    @cached_property
    def _functions(self) -> frozenset[bytes]:
        return frozenset(_DEF.findall(self.data))

    @cached_property
    def _blocks(self) -> list[tuple[int, int, bytes]]:
        """Where each function and class starts, how far it is indented, and its name."""
        heads = sorted((match.start(), match[1]) for head in (_DEF, _CLASS) for match in head.finditer(self.data))
        placed = ((start, self.data[self.data.rfind(b"\n", 0, start) + 1 : start], name) for start, name in heads)
        return [(start, len(_indent(before)), name) for start, before, name in placed if _HEAD.fullmatch(before)]

    def _bodies(self, function: bytes) -> Iterator[bytes]:
        """The text of each function of this name, and maybe of what follows it."""
        for number, (start, indent, name) in enumerate(self._blocks):
            if name == function:
                after = (other for other in self._blocks[number + 1 :] if other[1] <= indent)
                # A line that looks like a function may stand in a long string: then the body goes on behind it.
                texts = (self.data[start : other[0]] for other in after)
                yield next((text for text in texts if _closed(text)), self.data[start:])

    def _returned(self, function: bytes) -> bool:
        """Whether a function of the file may return something of a library."""
        if function not in self._returns:
            self._returns[function] = False
            bodies = self._bodies(function)
            found = (_expression(body, match.end()) for body in bodies for match in _RETURN.finditer(body))
            self._returns[function] = any(self._value(value) for value in found)
        return self._returns[function]

    def _told(self, path: bytes, called: bool = False) -> frozenset[bytes]:
        return frozenset({MAYBE}) if self._elsewhere is None else self._elsewhere(path, called)

    def _value(self, text: bytes) -> frozenset[bytes]:
        """The library paths that an assigned expression may mean."""
        chain = _CHAIN.match(text)
        if chain and _END.match(text, chain.end()):
            return self.chain(chain.group())
        if _CHOICE.search(text) or text[:1] == b"(":
            parts = {(match.group(), bool(_CALL.match(text, match.end()))) for match in _CHAIN.finditer(text)}
            return frozenset({MAYBE}) if any(self._matters(part, called) for part, called in parts) else frozenset()
        if chain and chain.group() == b"getattr" and (asked := _ASKED.match(text, chain.end())):
            return frozenset({MAYBE}) if self.chain(asked[1]) else frozenset()
        # Without a choice in it, only the function of a call can lead to a library.
        calls = chain is not None and _CALL.match(text, chain.end()) and self.returns(chain.group())
        return frozenset({MAYBE}) if calls else frozenset()

    def _matters(self, chain: bytes, called: bool) -> bool:
        return self.returns(chain) if called else bool(self.chain(chain))

    def returns(self, chain: bytes) -> bool:
        """Whether a call of a name with attributes behind it may come to something of a library."""
        root, _, rest = _BLANK.sub(b"", chain).partition(b".")
        if not _DYNAMIC.isdisjoint((root, *rest.split(b"."))):
            return True
        if any(path.rpartition(b".")[2] in _DYNAMIC for path in self.bound.get(root, ())):
            return True
        if root in self._functions and not rest and self._returned(root):
            return True
        paths = (path for path in self.bound.get(root, ()) if not self.library(path))
        return any(self._told(path + b"." * bool(rest) + rest, called=True) for path in paths)

    def chain(self, text: bytes, *, called: bool = False) -> frozenset[bytes]:
        """The library paths that a name with attributes behind it may mean, or a function when it is `called`."""
        root, dot, rest = _BLANK.sub(b"", text).partition(b".")
        if called and not dot and root in self._functions:
            return frozenset({MAYBE}) if self._returned(root) else frozenset()
        found = {path if path == MAYBE else path + dot + rest for path in self.paths(root)}
        for path in self.bound.get(root, ()) if rest else ():
            if not self.library(path):
                found |= self._told(path + dot + rest, called)
        return frozenset(found)


def _indent(before: bytes) -> bytes:
    return before[: len(before) - len(before.lstrip(b" \t\f"))]


def _closed(text: bytes) -> bool:
    return text.count(b'"""') % 2 == 0 and text.count(b"'''") % 2 == 0


@lru_cache(maxsize=2048)
def _assignment(name: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(name) + rb"(?!\w)[ \t]*(?==(?!=)|:|[,)\]][^=\n]*=(?!=))")


def _values(data: bytes, name: bytes) -> Iterator[bytes]:
    """The start of each expression that may be assigned to a name."""
    for match in _assignment(name).finditer(data):
        start = match.start()
        if start and is_word(data[start - 1]):
            continue
        value = _assigned_at(data, start, match.end())
        if value is not None and data[max(0, start - 80) : start].rstrip(b" \t")[-1:] != b".":
            yield value


def _assigned_at(data: bytes, start: int, end: int) -> bytes | None:
    """The expression assigned to the name that stands from `start` to `end`, or None where nothing is."""
    following = data[end : end + 2]
    if following == b":=":
        return _expression(data, end + 2)
    line_start = data.rfind(b"\n", 0, start) + 1
    before = data[line_start:start]
    if following[:1] == b"=":
        if following == b"==" or _in_call(before) or _in_brackets(data, line_start):
            return None
        several = b"," in before and _TARGETS.fullmatch(before) is not None
        return b"(" * several + _expression(data, end + 1)
    line_end = data.find(b"\n", end)
    line = data[end : line_end if line_end >= 0 else len(data)]
    equals = line.find(b"=")
    if equals < 0 or line[equals : equals + 2] == b"==":
        return None
    if following[:1] == b":":
        return _expression(data, end + equals + 1)
    if _in_call(before) or not (_TARGETS.fullmatch(before) and _TARGETS.fullmatch(line[:equals])):
        return None
    if b")" not in line[:equals] and b"]" not in line[:equals] and _in_brackets(data, line_start):
        return None
    return b"(" + _expression(data, end + equals + 1)


def _in_brackets(data: bytes, line_start: int) -> bool:
    """Whether the line before ends in a way that only an open bracket allows."""
    return data[max(0, line_start - 300) : line_start].rstrip()[-1:] in (b"(", b"[", b"{", b",")


def _in_call(before: bytes) -> bool:
    """Whether the text of a line leaves off inside the brackets of a call or of a function's parameters."""
    if b"(" not in before:
        return False
    return _OPEN_CALL.search(without_brackets(before)) is not None


def without_brackets(text: bytes) -> bytes:
    """A text without what stands in round brackets that are closed in it."""
    count = 1
    while count:
        text, count = _BRACKETS.subn(b"", text)
    return text


def _expression(data: bytes, start: int) -> bytes:
    """The text of an expression up to the end of the line where its brackets are closed, or of a long piece of it."""
    while data[start : start + 1] in (b" ", b"\t"):
        start += 1
    end, depth = start, 0
    while end < start + _VALUE_WINDOW:
        stop = data.find(b"\n", end)
        line = data[end : stop if stop >= 0 else len(data)]
        code = _TEXT.sub(b"", line) if b"#" in line or b'"' in line or b"'" in line else line
        depth += sum(map(code.count, _OPENING)) - sum(map(code.count, _CLOSING))
        if stop < 0 or (depth <= 0 and not code.rstrip().endswith(b"\\")):
            return data[start : end + len(line)].replace(b"\n", b" ") if end > start else line
        end = stop + 1
    return data[start : start + _VALUE_WINDOW].replace(b"\n", b" ")
