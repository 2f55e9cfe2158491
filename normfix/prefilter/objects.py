"""Whether something may be wrong with the object of a layer, as the bytes of a file tell: what it gets, or lacks."""

from __future__ import annotations

import re

FOREIGN_CALL = (
    *("is_training", "is_train", "train", "is_testing", "is_test", "phase", "phase_train", "inference", "is_inference"),
    *("use_running_average", "deterministic", "reuse", "scope", "trainable"),
)
"""Keywords that other libraries take where a layer is called."""

UPDATES = ("updates", "get_updates_for", "add_update")
"""Attributes that the layers of Keras 2 had."""

_HANDED = re.compile(
    rb",[^,()=]*(?:[tT]rain|[pP]hase|[iI]nfer|TRAIN|PHASE|INFER)\w*\s*[^\w\s=]|,\s*(?:True|False|[01])\s*[,)]"
    rb"|(?<!\w)(?:" + "|".join(FOREIGN_CALL).encode() + rb")\s*=(?!=)"
    rb"|training\s*=\s*[rRbBuUfF]*[\"']|\.\s*(?:" + "|".join(UPDATES).encode() + rb")(?!\w)|\.\s*axis\s*\["
)
_CALLED = re.compile(rb"\s*\(")
_CHAIN = re.compile(rb"(?:\w+[ \t]*\.[ \t]*)+\Z")
_ENDS = re.compile(rb"[ \t]*(?:[#;\n]|\Z)")
_TARGET = re.compile(rb"(?<![\w.])(\w+)[ \t]*=[ \t(]*\Z")


def object_matters(text: bytes) -> bool:
    """Whether the object of some layer may be handed, or asked for, what it does not take or have."""
    return _HANDED.search(text) is not None


def is_made_in_vain(text: bytes, start: int, end: int) -> bool:
    """Whether a layer that is made by the call from `start` to `end` may be dropped, or made anew at each call."""
    if b"def call" in text and _CALLED.match(text, end):
        return True
    if not _ENDS.match(text, end):
        return False
    line = _CHAIN.sub(b"", text[text.rfind(b"\n", 0, start) + 1 : start])
    target = _TARGET.search(line)
    if target is None:
        return not line.strip() or line.rstrip().endswith((b":", b";"))
    return line[:1] in (b" ", b"\t") and only_once(text, target[1])


def only_once(text: bytes, name: bytes) -> bool:
    """Whether a name stands in a text a single time."""
    return len(re.findall(rb"(?<!\w)" + re.escape(name) + rb"(?!\w)", text)) == 1
