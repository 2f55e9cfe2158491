"""Comments in bytes: may one of them silence findings of ours?"""

from __future__ import annotations

import re

_SUPPRESSED = re.compile(rb"#[ \t]*(?:noqa[ \t]*:[^#\n]*NF[1-9]|normfix:[ \t]*(?:file-)?ignore)")


def may_suppress(text: bytes) -> bool:
    """Whether a comment may silence a finding; where there is none to silence, that is a finding."""
    if b"noqa" not in text and b"normfix:" not in text:
        return False
    return _SUPPRESSED.search(text) is not None
