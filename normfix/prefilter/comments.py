"""Comments in bytes: may one of them silence findings of ours, and what code stands before a place without them?"""

from __future__ import annotations

import re

_SUPPRESSED = re.compile(rb"#[ \t]*(?:noqa[ \t]*:[^#\n]*NF[1-9]|normfix:[ \t]*(?:file-)?ignore)")
_COMMENT = re.compile(rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*")
WINDOW = 200
_REACHES = (WINDOW, 1000, 5000)
_LONGEST_LINE = 2000


def code_before(text: bytes, at: int) -> bytes | None:
    """The code before a place from the start of some line on, without the comments of the lines above.

    None where nothing but comments stands there for long. Of a very long line it is the end.
    """
    line = text.rfind(b"\n", max(0, at - _LONGEST_LINE), at) + 1
    if not line and at > _LONGEST_LINE:
        return text[at - WINDOW : at]
    head = text[line:at]
    for reach in _REACHES:
        start = max(0, at - reach - _LONGEST_LINE, text.rfind(b"\n", 0, max(0, at - reach)) + 1)
        above = text[start:line]
        code = _COMMENT.sub(_uncommented, above) if b"#" in above else above
        if code.strip() or not start or head.strip()[:1] not in (b"", b"."):
            return code + head
    return None


def _uncommented(found: re.Match[bytes]) -> bytes:
    return b"" if found[0].startswith(b"#") else found[0]


def may_suppress(text: bytes) -> bool:
    """Whether a comment may silence a finding; where there is none to silence, that is a finding."""
    if b"noqa" not in text and b"normfix:" not in text:
        return False
    return _SUPPRESSED.search(text) is not None
