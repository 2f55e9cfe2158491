"""The byte gate at work: one file's bytes held against the words of the table.

A finding needs the last word of a legacy path, or of a layer, spelled in the file. A file without such a word ends
here; in any other the words are looked at where they stand: what is before the dot, and could that mean a legacy home?
All words come from the rule table. The gate is never surer than the scanner: what it cannot tell, it admits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normfix.prefilter.call_text import CallRules, inside
from normfix.prefilter.import_lines import import_statements
from normfix.prefilter.skim import MAYBE, Elsewhere, Skim, without_brackets
from normfix.prefilter.words import WORD_BYTES, is_word, occurrences, word_start

_CHAIN_BEFORE = re.compile(rb"((?:[^\W\d]\w*[ \t]*\.[ \t]*)+)\Z")
_CHAIN_BYTES = WORD_BYTES + b". \t"
_LONGEST_CHAIN = 200
_ASSIGNED = re.compile(rb"(?<![\w.])([^\W\d]\w*)[ \t]*(?:,[\w \t,.()*\[\]]*|[)\]][ \t]*)?(?::[^=\n]*)?=(?!=)")
_KEYWORD = re.compile(rb"(?<![\w.])([^\W\d]\w*)\s*=(?!=)")
_ASSIGNMENT_WINDOW = 400
_CALLED = re.compile(rb"(?<![\w.)\]])([^\W\d]\w*(?:\.\w+)*)\([^()]*\)[ \t]*\.[ \t]*\Z")
_FIRST_ARGUMENT = re.compile(rb"\s*\(\s*([^\W\d]\w*(?:[ \t]*\.[ \t]*\w+)*)\s*,\s*[rRbBuUfF]*")
_LINE_JOINT = re.compile(rb"(?:(?<=\.)[ \t]*|[ \t]*)(?:#[^\n]*)?\\?\r?\n\s*(?=\.)|(?<=\.)[ \t]*(?:#[^\n]*)?\\?\r?\n\s*")
_STAR = re.compile(rb"import[ \t\f]*\*")
_NOWHERE = b"-."
_DOT_COMMENT = re.compile(rb"\.[ \t]*#")


@dataclass(frozen=True)
class Stem:
    """A piece of some words, and a pattern for what they look like from that piece on."""

    text: bytes
    pattern: re.Pattern[bytes]


@dataclass(frozen=True)
class Gate:
    """What the words of a file are held against; every path is spelled out, aliases included.

    `stems` are pieces of which every word has one; `tails` what may stand behind the first name of a chain, with its
    dots; `symbols` the last words of legacy paths and layers; `legacy` the
    paths themselves; `stars` modules from which a star import is a finding; `modules` those that fail beside a
    normalization, `markers` the last words of the shortest of them; `callees` maps the path of a callable to what
    is looked for in its calls, `keywords` the name of a layer to all that it takes.
    """

    stems: tuple[Stem, ...]
    tails: frozenset[bytes]
    symbols: frozenset[bytes]
    roots: frozenset[bytes]
    legacy: frozenset[bytes]
    stars: frozenset[bytes]
    modules: frozenset[bytes]
    markers: frozenset[bytes]
    homes: frozenset[bytes]
    callees: dict[bytes, CallRules]
    keywords: dict[bytes, frozenset[bytes]]

    def admits(self, data: bytes, elsewhere: Elsewhere | None = None) -> bool:
        """Whether a file with these bytes may have a finding.

        `elsewhere` says what the names mean that the file takes from its own project; without it they may mean
        anything.
        """
        return self.suspects(data, list(self.places(data)), elsewhere)

    def suspects(self, data: bytes, places: Sequence[tuple[int, int]], elsewhere: Elsewhere | None) -> bool:
        """The same, with the places of its words at hand."""
        try:
            return _Look(self, data, elsewhere).suspicious(places) if places else self._starred(data)
        except RecursionError:
            return True

    def _starred(self, data: bytes) -> bool:
        """Whether a star import is a finding."""
        if _STAR.search(data) is None:
            return False
        return any(module in self.stars and b"*" in names for module, names in import_statements(data))

    def places(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Start and end of every word of the file that is the last of a legacy path or a layer."""
        for stem in self.stems:
            if stem.text not in data:
                continue
            for match in stem.pattern.finditer(data):
                start, end = match.span()
                start = word_start(data, start)
                if data[start:end] in self.symbols:
                    yield start, end


class _Look:
    """One file under inspection."""

    def __init__(self, gate: Gate, data: bytes, elsewhere: Elsewhere | None) -> None:
        self.gate = gate
        self.data = data
        self.skim = Skim(data, gate.roots, elsewhere)
        self.layered = False
        self.seen: dict[bytes, frozenset[bytes]] = {}
        self.aliases: dict[bytes, set[bytes]] = defaultdict(set)
        self.dynamic = b"import_module" in data or b"__import__" in data

    def suspicious(self, places: Sequence[tuple[int, int]]) -> bool:
        """Whether anything here may be a finding."""
        if self._imports_legacy():
            return True
        if any(self._place(start, end) for start, end in places):
            return True
        return self._aliased() or (self.layered and self._beside())

    def _imports_legacy(self) -> bool:
        gate, skim = self.gate, self.skim
        if not gate.legacy.isdisjoint(skim.imported) or not gate.stars.isdisjoint(skim.stars):
            return True
        parted = (path.rpartition(b".") for path in skim.imported)
        return any(module in gate.modules and name in gate.symbols for module, _, name in parted)

    def _place(self, start: int, end: int) -> bool:
        """Whether the word at one place may be a legacy symbol, or a layer in a call that some rule looks at."""
        data = self.data
        before = data[max(0, start - 1) : start]
        if before in (b'"', b"'"):
            chain = self._given_to_getattr(start)
            if chain is None:
                return True
        elif before in (b".", b" ", b"\t", b"\n", b"\\"):
            chain = self._chain_before(start)
            if chain is None:
                return True
        else:
            chain = b""
        if chain == _NOWHERE:
            return False
        chain += data[start:end]
        if b"." in chain and chain[chain.index(b".") :] not in self.gate.tails:
            return False
        if chain not in self.seen:
            self.seen[chain] = self._meanings(chain)
        paths = self.seen[chain]
        return bool(paths) and self._means(paths, start, end)

    def _means(self, paths: frozenset[bytes], start: int, end: int) -> bool:
        if MAYBE in paths or not self.gate.legacy.isdisjoint(paths):
            return True
        self.layered = self.layered or any(path.rpartition(b".")[0] in self.gate.homes for path in paths)
        return any(self._used(path, start, end) for path in paths if path in self.gate.callees)

    def _meanings(self, chain: bytes) -> frozenset[bytes]:
        paths = self.skim.chain(chain)
        return paths | {chain} if self.dynamic and self.skim.library(chain) else paths

    def _chain_before(self, start: int) -> bytes | None:
        """The names and dots in front of a word; empty when there is no dot, None when it cannot be told."""
        ahead = self.data[max(0, start - _LONGEST_CHAIN) : start]
        for _ in range(2):
            # Only the last few bytes can be a chain: to search them alone saves most of the work.
            cut = len(ahead.rstrip(_CHAIN_BYTES))
            match = _CHAIN_BEFORE.search(ahead, cut)
            rest = ahead if match is None else ahead[: match.start()]
            if rest.rstrip(b" \t")[-1:] == b".":
                return self._behind_call(rest)
            if not _goes_on(rest):
                whole = bool(rest) or start <= _LONGEST_CHAIN
                return (match[1].translate(None, b" \t") if match else b"") if whole else None
            ahead = _LINE_JOINT.sub(b"", ahead)
        return None

    def _given_to_getattr(self, start: int) -> bytes | None:
        """What `getattr` is asked for a quoted word, as a chain; empty when it is not, None when it cannot be told."""
        window = self.data[max(0, start - _LONGEST_CHAIN) : start - 1]
        calls = window.split(b"getattr")[1:]
        if not calls:
            return b""
        asked = _FIRST_ARGUMENT.fullmatch(calls[-1])
        if asked is not None:
            return asked[1].translate(None, b" \t") + b"."
        quoted = b'"' in calls[-1] or b"'" in calls[-1]
        return b"" if quoted and len(calls) == 1 else None

    def _behind_call(self, ahead: bytes) -> bytes | None:
        """The same for a word behind the dot of something else than a name, such as a call."""
        last = ahead.rstrip(b" \t")[:-1].rstrip(b" \t")[-1:]
        if last == b")":
            called = _CALLED.search(ahead)
            return None if called is None or self.skim.returns(called[1]) else _NOWHERE
        return None if last in (b"", b"\n", b"\r", b"\\") else _NOWHERE

    def _used(self, path: bytes, start: int, end: int) -> bool:
        """Whether a callable is called at one place in a way that matters; notes the names that it may go by."""
        data = self.data
        rules = self.gate.callees[path]
        while data[end : end + 1] in (b" ", b"\t"):
            end += 1
        if data[end : end + 1] == b"(":
            text = inside(data, end + 1)
            return rules.suspicious(text, data) or not self._knows(path, text or b"")
        if data[end : end + 1] == b"," and b"partial" in data:
            text = inside(data, end + 1)
            if text is not None and rules.suspicious(text, data):
                return True
        window = data[max(0, start - _ASSIGNMENT_WINDOW) : start]
        for name in _ASSIGNED.findall(window):
            self.aliases[name].add(path)
        if b"return" in window or b"lambda" in window:
            self.aliases[b""].add(path)
        return False

    def _aliased(self) -> bool:
        """Whether a callable is called under another name in a way that matters."""
        for name, modules in self.skim.bound.items():
            if any(module.rpartition(b".")[2] in self.gate.symbols for module in modules):
                for path in self.skim.paths(name):
                    if path == MAYBE or path in self.gate.legacy:
                        return True
                    if path in self.gate.callees:
                        self.layered = True
                        self.aliases[name].add(path)
        returned = self.aliases.pop(b"", set())
        names = set(_ASSIGNED.findall(self.data)) if returned else set()
        for name in names:
            self.aliases[name] |= returned
        return any(self._calls(name, paths) for name, paths in self.aliases.items())

    def _calls(self, name: bytes, paths: set[bytes]) -> bool:
        rules = [self.gate.callees[path] for path in paths]
        for at, end in occurrences(self.data, name):
            alone = not (at and (is_word(self.data[at - 1]) or self.data[at - 1] == 0x2E))
            if alone and (opening := re.compile(rb"[ \t]*\(").match(self.data, end)):
                text = inside(self.data, opening.end())
                if any(rule.suspicious(text, self.data) for rule in rules):
                    return True
                if not all(self._knows(path, text or b"") for path in paths):
                    return True
        return False

    def _knows(self, path: bytes, given: bytes) -> bool:
        """Whether a callable takes all keywords in the text of its arguments, as far as that is recorded."""
        known = self.gate.keywords.get(path.rpartition(b".")[2])
        if known is None or known.issuperset(_KEYWORD.findall(given)):
            return True
        return known.issuperset(_KEYWORD.findall(without_brackets(given)))

    def _beside(self) -> bool:
        """Whether something here may fail beside a normalization."""
        for path in self.skim.imported:
            if path in self.gate.modules or path.rpartition(b".")[0] in self.gate.modules:
                return True
        return any(b"." + marker in self.data and self._reaches(marker) for marker in self.gate.markers)

    def _reaches(self, marker: bytes) -> bool:
        for at, end in occurrences(self.data, marker):
            if at and self.data[at - 1] == 0x2E and not is_word((self.data[end : end + 1] or b" ")[0]):
                chain = self._chain_before(at)
                if chain is None or not self.gate.modules.isdisjoint(self._meanings(chain + marker)):
                    return True
        return False


def _goes_on(before: bytes) -> bool:
    """Whether a chain of attributes began on a line above, or before a blank, and goes on behind `before`."""
    text = before.rstrip(b" \t\r\n\f\\")
    if text[-1:] == b".":
        return True
    gap = before[len(text) :]
    return b"\n" in gap and _DOT_COMMENT.search(text[text.rfind(b"\n") + 1 :]) is not None
