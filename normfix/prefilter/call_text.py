"""Whether the text of a call may hold an argument that some rule looks at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from normfix.table.table import ArgumentMatch

_TOKEN = re.compile(rb"\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*|[()\[\]{}]")
_LONGEST = 20_000
_OPENING = b"([{"
_FIRST = re.compile(rb"\s*[-+.\d(\[TF]")
_KEYWORD_FIRST = re.compile(rb"\s*(?:\*|[^\W\d]\w*\s*=(?!=)|\Z)")


def inside(data: bytes, start: int) -> bytes | None:
    """The text from `start`, just behind an opening bracket, to the bracket that closes it; None where none does."""
    depth = 1
    for token in _TOKEN.finditer(data, start, start + _LONGEST):
        text = token.group()
        if text in (b'"""', b"'''"):
            return None
        if len(text) == 1 and text in _OPENING:
            depth += 1
        elif len(text) == 1 and text != b"#":
            depth -= 1
            if not depth:
                return data[start : token.start()]
    return None


@dataclass(frozen=True)
class CallRules:
    """What to look for in the calls of one callable.

    `keywords` finds an argument by name, `named` the same name as an entry of a dictionary; `first` tells whether a
    literal in the first place matters, `places` how many arguments make one in a later place matter. `unless` are the
    keywords that make a call right, for a callable that is wrong without them.
    """

    keywords: re.Pattern[bytes] | None
    slashes: re.Pattern[bytes] | None
    named: re.Pattern[bytes] | None
    first: bool
    places: int | None
    unless: re.Pattern[bytes] | None = None

    def suspicious(self, text: bytes | None, data: bytes) -> bool:
        """Whether the arguments `text` of a call in the file `data` may match a rule; None is text without an end."""
        if text is None or (self.unless is not None and not self.unless.search(text)):
            return True
        if self.keywords is not None and self.keywords.search(text):
            return True
        if self.slashes is not None and b"/" in text and self.slashes.search(text):
            return True
        if b"**" in text and self.named is not None and self.named.search(data):
            return True
        if _KEYWORD_FIRST.match(text):
            return False
        later = self.places is not None and text.count(b",") >= self.places
        return later or (self.first and _FIRST.match(text) is not None)


def call_rules(matches: Iterable[ArgumentMatch], unless: Iterable[str] = ()) -> CallRules:
    """The rules for one callable, from the rows of the table that name it."""
    listed = list(matches)
    places = [match.position for match in listed if match.position]
    return CallRules(
        keywords=_any(_keyword(match) for match in listed if match.value != "slash"),
        slashes=_any(_keyword(match) for match in listed if match.value == "slash"),
        named=_any(rb"(?<!\w)" + name + rb"(?:[\"']\s*:|\s*=)" for match in listed for name in _words(match.names)),
        first=any(match.position == 0 for match in listed),
        places=min(places, default=None),
        unless=_any(rb"(?<!\w)" + name + rb"\s*=" for name in _words(unless)),
    )


def _keyword(match: ArgumentMatch) -> bytes:
    names = b"|".join(_words(match.names))
    return rb"(?<!\w)(?:" + names + rb")\s*=" + (rb"\s*[\[(]" if match.value == "list" else b"") if names else b""


def _words(names: Iterable[str]) -> Iterator[bytes]:
    return (re.escape(name).encode() for name in names)


def _any(patterns: Iterable[bytes]) -> re.Pattern[bytes] | None:
    known = sorted({pattern for pattern in patterns if pattern})
    return re.compile(b"|".join(known)) if known else None
