"""The chain of names in front of a word, as the bytes of a file tell: `tf.layers.` before `batch_normalization`."""

from __future__ import annotations

import re

from normfix.prefilter.comments import WINDOW, code_before
from normfix.prefilter.names import Names
from normfix.prefilter.vocabulary import WORD

_CHAIN = re.compile(rb"(?:[^\W\d]\w*\s*\.\s*)+\Z")
_CHAIN_BYTES = WORD + b". \t\n\f"
_ASKED_OF = re.compile(rb"(?<!\w)getattr\s*\(\s*([^\W\d][\w.]*)\s*,\s*[rRbBuUfF]*[\"']\Z")
_LOOKED_UP = re.compile(rb"(?:getattr[^\"']*[\"']|(?:import_module|__import__)[^\n]*)\Z")
_CALLED = re.compile(rb"(?<![\w.)\]])([^\W\d]\w*(?:\.\w+)*)\([^()]*\)\s*\.\s*\Z")
_SUBSCRIPTED = re.compile(rb"(?<![\w.)\]])([^\W\d]\w*(?:\.\w+)*)(?:\[[^\[\]()]*\])+\s*\.\s*\Z")
_OBJECTS = (b"self", b"cls", b"super", b"globals", b"locals", b"vars")


def chain_before(names: Names, start: int) -> bytes | None:
    """The names and dots in front of a word, empty where there are none; None where that cannot be told."""
    before = names.text[max(0, start - WINDOW) : start]
    if before[-1:] in (b'"', b"'"):
        asked = _ASKED_OF.search(before)
        return asked[1] + b"." if asked else None if _LOOKED_UP.search(before) else b""
    # A comment may stand between a dot and the names behind it.
    code = code_before(names.text, start)
    if code is None:
        return None
    found = _CHAIN.search(code, len(code.rstrip(_CHAIN_BYTES)))
    ahead = code[: found.start()] if found else code
    bare = ahead.rstrip()
    if bare[-1:] == b".":
        return _behind_call(names, ahead, bare)
    if found is None:
        return b""
    # What fills the end of a long line may begin before it.
    cut = not bare and len(code) == WINDOW < start
    return None if cut else found.group().translate(None, b" \t\n\f")


def is_prose(text: bytes, start: int) -> bool:
    """Whether a chain that goes on at `start` stands in a comment, in a doctest, or in backticks."""
    line = text[text.rfind(b"\n", 0, start) + 1 : start]
    code = line.partition(b"#")[0]
    commented = len(code) < len(line) and b"'" not in code and b'"' not in code
    return commented or line.lstrip().startswith(b">>>") or line.rstrip(_CHAIN_BYTES).endswith(b"`")


def _behind_call(names: Names, before: bytes, bare: bytes) -> bytes | None:
    """The same for a word behind the dot of something else than a name, such as a call."""
    if bare[:-1].rstrip()[-1:] != b")":
        if bare.rstrip(b".")[-1:] in (b'"', b"'") and _LOOKED_UP.search(bare):
            return None
        if bare[:-1].rstrip()[-1:] == b"]" and _holds_nothing(names, before):
            return b"."
        return None if bare[:-1].rstrip()[-1:] in (b"", b"#", b"]") else b"."
    called = _CALLED.search(before)
    return None if called is None or names.returns(called[1]) else b"."


def _holds_nothing(names: Names, before: bytes) -> bool:
    """Whether what is taken out of something (`blocks[0].`) at the end of a piece of code can be no library.

    That is so in a file that imports none, for what neither comes from an import nor from what does.
    """
    found = _SUBSCRIPTED.search(before)
    if found is None or names.stars or any(map(names.is_library, names.imported)):
        return False
    waiting, seen = [found[1]], set[bytes]()
    while waiting:
        root = waiting.pop().partition(b".")[0]
        if root in names.bound or root in _OBJECTS:
            return False
        if root not in seen:
            seen.add(root)
            waiting += names.given(root)
    return True
