"""Whether the arguments of a call may be what some rule looks at."""

from __future__ import annotations

import re

from normfix.prefilter.vocabulary import Vocabulary

_TOKEN = re.compile(rb"\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*|[()\[\]{}]")
_INNER = re.compile(rb"\([^()]*\)")
_KEYWORD = re.compile(rb"(?<![\w.])([^\W\d]\w*)\s*=(?!=)")
_FIRST = re.compile(rb"\s*(?:[^\W\d]\w*\s*=(?!=)|\Z)")
_BY_VALUE = re.compile(rb"/|\\|(?<![\w.])axis\s*=\s*(?:[\[(]|\d\d|[6-9])|(?:\A|,)\s*\*")
_BY_A_NAME = re.compile(rb"(?<![\w.])(axis|name)\s*=\s*([^\W\d][\w.]*)")
_GIVEN = rb"(?<!\w)%b(?!\w)[^\n=]*=(?!=)(?:[ \t\r\n(\\]|#[^\n]*\n)*([^\n]*)"
_UNLIKE_AXIS = re.compile(rb"\[|,|\d\d|[6-9]")
_UNLIKE_NAME = re.compile(rb"/|\\")
_LONGEST = 20_000
_BEFORE_VALUE = re.compile(rb"(?:[(\[{,=:|]|(?<!\w)(?:return|yield|else|or|and|in|lambda))\s*(?:\w+\s*\.\s*)*\Z")
_BEHIND_VALUE = re.compile(rb"[ \t]*(?:[,)\]}:#\n;|]|(?:if|for|else|or|and)(?!\w)|\Z)")
_IMPORTED = re.compile(rb"(?<!\w)import[ \t]*(?:\([^()]*|[^()\n]*)\Z")
_ASKED = re.compile(rb"(?<!\w)(?:isinstance|issubclass)\s*\([^()]*(?:\([^()]*)?\Z")
_VALUE_WINDOW = 1500
_BY_INPUT = frozenset({b"GroupNormalization", b"Normalization"})
"""What their arguments mean, the channels of their input decide."""


def arguments(text: bytes, start: int) -> bytes | None:
    """The text from `start`, just behind an opening bracket, to the bracket that closes it; None where none does."""
    depth = 1
    for token in _TOKEN.finditer(text, start, start + _LONGEST):
        found = token.group()
        if found in (b'"""', b"'''"):
            return None
        if found in (b"(", b"[", b"{"):
            depth += 1
        elif found in (b")", b"]", b"}"):
            depth -= 1
            if not depth:
                return text[start : token.start()]
    return None


def stands_as_value(text: bytes, start: int, end: int) -> bool:
    """Whether a class may be handed on where it stands: as a base, in a list or dictionary, as a default or attribute.

    What an import names, and what `isinstance` asks for, goes nowhere.
    """
    before = text[max(0, start - _VALUE_WINDOW) : start]
    if _BEHIND_VALUE.match(text, end) is None or _BEFORE_VALUE.search(before) is None:
        return False
    return _IMPORTED.search(before) is None and _ASKED.search(before) is None


def matters(given: bytes | None, callee: bytes, vocabulary: Vocabulary) -> bool:
    """Whether a rule may look at the arguments `given` to a callable; None stands for a call without an end."""
    if given is None or callee in _BY_INPUT:
        return True
    named = keywords(given)
    known = vocabulary.keywords.get(callee)
    if known is None:
        watched = not vocabulary.watched.get(callee, frozenset()).isdisjoint(named)
        place = vocabulary.first_place.get(callee)
        return watched or b"*" in given or (place is not None and given.count(b",") >= place)
    return _BY_VALUE.search(given) is not None or _FIRST.match(given) is None or not known.issuperset(named)


def names_value(text: bytes, given: bytes) -> bool:
    """Whether `axis` or `name` is a name at a call, and may be given a list, a large number or a text with a slash."""
    for keyword, name in _BY_A_NAME.findall(given):
        wanted = _UNLIKE_AXIS if keyword == b"axis" else _UNLIKE_NAME
        values = re.finditer(_GIVEN % re.escape(name.rpartition(b".")[2]), text)
        if any(wanted.search(value[1]) for value in values):
            return True
    return False


def keywords(given: bytes) -> set[bytes]:
    """The keywords of a call, without those of calls inside it."""
    count = 1
    while count:
        given, count = _INNER.subn(b"", given)
    return set(_KEYWORD.findall(given))
