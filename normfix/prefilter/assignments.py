"""The expressions that may be assigned to a name anywhere in a file, read off its text without parsing it.

There are only ever too many of them: a keyword's value may be one, and so may what stands in a comment or a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

CHAIN = re.compile(rb"[^\W\d]\w*(?:[ \t]*\.[ \t]*[^\W\d]\w*)*")
_TEXT = re.compile(rb"'[^'\n]*'|\"[^\"\n]*\"|#[^\n]*")
_OPENING, _CLOSING = (b"(", b"[", b"{"), (b")", b"]", b"}")
_OPEN_CALL = re.compile(rb"\w[ \t]*\(")
_CLOSED_PAIR = re.compile(rb"[(\[{][^()\[\]{}]*[)\]}]")
_FURTHER_TARGET = re.compile(rb"(?:(?<![\w\])])\(|[\w.,*\[\] \t'\")])*=(?!=)[ \t]*")
_GIVEN = re.compile(rb"(?!\w)[ \t]*(?:([,)\]][\w \t,.()*\[\]]*)|:(?!=)[^=\n]*)?(?::?=(?!=)|(in)(?=[ \t(\[]))")
"""What stands behind a name that gets a value: `=` or `:=`, with an annotation or other targets before it, or `in`."""

_BEHIND_NAME = b" \t,)]:="
_NAME = re.compile(rb"(?<![\w.\x80-\xff])([A-Za-z_\x80-\xff][\w.\x80-\xff]*)")
_EQUALS = re.compile(rb"=(?!=)")
_BEFORE_NAME = bytes(byte for byte in range(128) if not (chr(byte).isalnum() or chr(byte) in "_."))
_TARGETS = bytes(byte for byte in range(256) if byte > 127 or chr(byte).isalnum() or chr(byte) in "_ \t,.()*[]")
_ANNOTATED = re.compile(_NAME.pattern + rb"(?=[ \t]*:)")
_LOOP = re.compile(rb"for(?<!\wfor)(?=[ \t(\[])([\w\s\\,.()*\[\]\x80-\xff]{1,600}?)(?<!\w)in(?=[ \t(\[])")
_AS = re.compile(rb" as ([A-Za-z_\x80-\xff][\w.\x80-\xff]*)")
_PARAMETERS = (
    (b"def", re.compile(rb"def[ \t]+\w+[ \t]*\([^()]*(?:\([^()]*\)[^()]*)*\Z")),
    (b"lambda", re.compile(rb"lambda[^:\n]*\Z")),
)
_CASE = re.compile(rb"case(?<=[\s;:]case)[ \t(\[{]([^\n]*)")
_SUBJECT = re.compile(rb"match[ \t(]([^\n]*):")
_CLOSED = re.compile(rb"[)\]]")
_VALUE_WINDOW = 600
_FEW_NAMES = 100
"""So many names cost less to look for one by one than all at once."""


class Assignments:
    """The assignments of one file, to names and to attributes of names, as far as someone asks for them."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._searches = 0

    def values(self, name: bytes) -> Iterator[bytes]:
        """The start of each expression that may be assigned to a name, with a bracket before it for one of several."""
        text = self._text
        for at in self._places(name):
            if text.startswith(b" as ", at - 4):
                yield b"(" + _line_before(text, at - 4)
            end = at + len(name)
            match = _GIVEN.match(text, end) if text[end : end + 1] in _BEHIND_NAME else None
            if match is None:
                continue
            before = _line_before(text, at)
            named = (
                not match[2]
                and text[match.end() - 2 : match.end()] != b":="
                and not (match[1] and _CLOSED.search(match[1]))
            )
            if named and (_in_call(before) or _in_brackets(text, at - len(before))):
                # A keyword, unless it is a parameter with its default.
                if _is_parameter(text, at):
                    yield b"(" + expression(text, match.end())
                continue
            among = match[1] or match[2] or b"," in before or len(before) == _VALUE_WINDOW
            value = expression(text, match.end())
            yield b"(" * bool(among) + value
            while further := _FURTHER_TARGET.match(value):
                value = value[further.end() :]
                yield b"(" * bool(among or b"," in further[0]) + value
        if name in self._captured:
            yield from self._subjects

    def _places(self, name: bytes) -> Iterable[int]:
        """Where a name may get a value; where many are asked for, all names are looked for at once."""
        if not name:
            # The empty text stands everywhere.
            return ()
        self._searches += 1
        return self._one_by_one(name) if self._searches <= _FEW_NAMES else self._given.get(name, ())

    def _one_by_one(self, name: bytes) -> Iterator[int]:
        text, at = self._text, self._text.find(name)
        while at >= 0:
            if not at or text[at - 1] in _BEFORE_NAME:
                yield at
            at = text.find(name, at + len(name))

    @cached_property
    def _given(self) -> dict[bytes, list[int]]:
        """Where names, or attributes of names, may get a value."""
        found: dict[bytes, list[int]] = {}
        text = self._text
        matches: list[Iterator[re.Match[bytes]]] = [_AS.finditer(text)]
        matches += (_NAME.finditer(text, *match.span(1)) for match in _LOOP.finditer(text))
        end = 0
        for match in _EQUALS.finditer(text):
            start, end = max(end, text.rfind(b"\n", end, match.start()) + 1), match.start()
            before = text[start:end].removesuffix(b":")
            matches.append(_NAME.finditer(text, start + len(before.rstrip(_TARGETS)), end))
            if b":" in before:
                matches.append(_ANNOTATED.finditer(text, start, end))
            end += 1
        for match in chain.from_iterable(matches):
            found.setdefault(match[1], []).append(match.start(1))
        return found

    @cached_property
    def _captured(self) -> frozenset[bytes]:
        """The names that the cases of a `match` may give to parts of its subject."""
        return frozenset(name for line in _CASE.findall(self._text) for name in CHAIN.findall(line))

    @cached_property
    def _subjects(self) -> list[bytes]:
        """What the `match` statements look at, with a bracket before each."""
        found = _SUBJECT.finditer(self._text)
        return [b"(" + one[1] for one in found if not _line_before(self._text, one.start()).strip(b" \t")]


def _is_parameter(text: bytes, at: int) -> bool:
    """Whether a name that a `=` follows is a parameter with its default."""
    for word, behind in _PARAMETERS:
        found = text.rfind(word, max(0, at - _VALUE_WINDOW), at)
        if found >= 0 and behind.match(text, found, at):
            return True
    return False


def _line_before(text: bytes, at: int) -> bytes:
    """What stands before a place on its line, or the end of it where that is long."""
    start = max(0, at - _VALUE_WINDOW)
    return text[max(start, text.rfind(b"\n", start, at) + 1) : at]


def _in_call(line: bytes) -> bool:
    """Whether the brackets of a call are open behind the start of a line."""
    return _OPEN_CALL.search(line) is not None and _OPEN_CALL.search(_open_part(line)) is not None


def _in_brackets(text: bytes, line_start: int) -> bool:
    """Whether the line before ends in a way that only an open bracket allows."""
    before = text[max(0, line_start - _VALUE_WINDOW) : line_start].rstrip()
    return before[-1:] in (*_OPENING, b",") and any(one in _open_part(before) for one in _OPENING)


def _open_part(code: bytes) -> bytes:
    """A piece of code without its texts, its comments and what brackets enclose; nothing where a text may be open."""
    rest = without_texts(code)
    count = int(any(one in rest for one in _CLOSING))
    while count:
        rest, count = _CLOSED_PAIR.subn(b"", rest)
    return b"" if b"'" in rest or b'"' in rest else rest


def without_texts(code: bytes) -> bytes:
    """A piece of code without the texts and comments that end on their line."""
    return _TEXT.sub(b"", code) if b"'" in code or b'"' in code or b"#" in code else code


def expression(data: bytes, start: int) -> bytes:
    """The text of an expression up to the end of the line where its brackets are closed, or of a long piece of it."""
    while data[start : start + 1] in (b" ", b"\t"):
        start += 1
    end, depth = start, 0
    while end < start + _VALUE_WINDOW:
        stop = data.find(b"\n", end)
        line = data[end : stop if stop >= 0 else len(data)]
        code = without_texts(line)
        depth += sum(map(code.count, _OPENING)) - sum(map(code.count, _CLOSING))
        open_text = b"'" in code or b'"' in code
        if stop < 0 or (depth <= 0 and not open_text):
            return data[start : end + len(line)].replace(b"\n", b" ") if end > start else line
        end = stop + 1
    return data[start : start + _VALUE_WINDOW].replace(b"\n", b" ")
