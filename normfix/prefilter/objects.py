"""Whether something may be wrong with the object of a layer, as the bytes of a file tell: what it gets, or lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

FOREIGN_CALL = (
    *("is_training", "is_train", "train", "is_testing", "is_test", "phase", "phase_train", "inference", "is_inference"),
    *("use_running_average", "deterministic", "reuse", "scope", "trainable"),
)
"""Keywords that other libraries take where a layer is called."""

UPDATES = ("updates", "get_updates_for", "add_update", "state_updates")
"""Attributes of the layers and models of Keras 2 that had to do with what moving averages become."""

GONE: Mapping[str, str] = {
    **dict.fromkeys(("fused", "adjustment", "virtual_batch_size"), "BatchNormalization"),
    **dict.fromkeys(("is_adapted", "make_adapt_function", "update_state", "reset_state"), "Normalization"),
    "normalize_weights": "SpectralNormalization",
    **dict.fromkeys(("input_shape", "output_shape", "input_mask", "output_mask", "stateful", "dynamic"), ""),
    **dict.fromkeys(("inbound_nodes", "outbound_nodes", "get_losses_for", "get_input_at", "get_output_at"), ""),
    **dict.fromkeys(("get_input_shape_at", "get_output_shape_at", "get_input_mask_at", "get_output_mask_at"), ""),
    **dict.fromkeys(("compute_output_signature", "with_name_scope", "submodules"), ""),
}
"""Further attributes that layers of Keras 2 had, each with the one layer that had it; empty where all had."""

PRIVATE = (
    *("_moments", "_calculate_mean_and_var", "_fused_batch_norm", "_assign_moving_average", "_assign_new_value"),
    *("_get_training_value", "_renorm_correction_and_moments"),
)
"""Methods of BatchNormalization in Keras 2; of these Keras 3 has another `_moments` alone."""

LOOKED_UP = ("patch", "setattr", "locate", "import_string", "import_from_string", "load_object")
"""The functions that go to what a text names: those of mock and pytest, of pydoc, Django, Starlette and Scrapy."""

UPDATE_OPS = "UPDATE_OPS"
"""The collection of TensorFlow 1 that functions, not layers of Keras, put the updates of their averages into."""

_BY_PLACE = re.compile(
    rb",[^,()=]*(?:[tT]rain|[pP]hase|[iI]nfer|TRAIN|PHASE|INFER)\w*[^\w,()=]*(?:\(\s*\))?\s*[,)]"
    rb"|,\s*(?:not\s+)?(?:True|False|[01])\s*[,)]"
)
_BY_NAME = re.compile(
    rb"(?<!\w)(?:" + "|".join(FOREIGN_CALL).encode() + rb")\s*=(?!=)|(?<!\w)training\s*=\s*[rRbBuUfF]*[\"']"
)
_READ_OFF = re.compile(
    rb"\.\s*(?:" + "|".join((*UPDATES, *GONE, *PRIVATE, UPDATE_OPS)).encode() + rb")(?!\w)|\.\s*axis\s*\["
)
_TOKEN = re.compile(
    rb"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*"
    rb"|[()\[\]{},]|\n[ \t]*(?:def|class|return)(?!\w)",
    re.DOTALL,
)
_CALLEE = re.compile(rb"([^\W\d][\w.]*|[)\]])[ \t]*\Z")
_LONGEST_CALLEE = 200
_CALLED = re.compile(rb"\s*\(")
_CALL = ord("(")
_GIVEN_TO = re.compile(rb"(?:\A|\n)[^\n#]*[\w\])]\(\s*\Z")
_CHAIN = re.compile(rb"(?:\w+[ \t]*\.[ \t]*)+\Z")
_ENDS = re.compile(rb"[ \t]*(?:[#;\n]|\Z)")
_TARGET = re.compile(rb"(?<![\w.])(\w+)[ \t]*=[ \t(]*\Z")


def object_matters(text: bytes, may_be_object: Callable[[bytes], bool]) -> bool:
    """Whether the object of some layer may be handed, or asked for, what it does not take or have.

    `may_be_object` is asked of what is called, as a name with attributes.
    """
    if _READ_OFF.search(text) is not None:
        return True
    placed = {match.start() for match in _BY_PLACE.finditer(text)}
    flagged = sorted(placed.union(match.start() for match in _BY_NAME.finditer(text)))
    for place, opened, commas in _brackets_around(text, flagged):
        found = _CALLEE.search(text, max(0, opened - _LONGEST_CALLEE), opened)
        if found is None or (place in placed and commas and not _named(text, place)):
            continue
        if found[1] in (b")", b"]") or may_be_object(found[1]):
            return True
    return False


def _named(text: bytes, place: int) -> bool:
    return _BY_NAME.match(text, place) is not None


def _brackets_around(text: bytes, places: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """For each of some places in the brackets of a call the place of the bracket, and the commas from there to it.

    Where a definition or a `return` begins, no bracket is open.
    """
    waiting = list(reversed(places))
    open_brackets: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(text) if waiting else ():
        while waiting and waiting[-1] <= token.start():
            place = waiting.pop()
            if open_brackets and text[open_brackets[-1][0]] == _CALL:
                yield place, *open_brackets[-1]
        while waiting and waiting[-1] < token.end():
            waiting.pop()
        if not waiting:
            return
        found = token.group()
        if found in (b"(", b"[", b"{"):
            open_brackets.append((token.start(), 0))
        elif found in (b")", b"]", b"}"):
            del open_brackets[-1:]
        elif found == b"," and open_brackets:
            opened, commas = open_brackets.pop()
            open_brackets.append((opened, commas + 1))
        elif found[:1] == b"\n":
            open_brackets.clear()


def is_made_in_vain(text: bytes, start: int, end: int) -> bool:
    """Whether a layer that is made by the call from `start` to `end` may be dropped, or made anew at each call."""
    if b"def call" in text and _CALLED.match(text, end):
        return True
    if not _ENDS.match(text, end):
        return False
    line = _CHAIN.sub(b"", text[text.rfind(b"\n", 0, start) + 1 : start])
    target = _TARGET.search(line)
    if target is None:
        above = text[max(0, start - _LONGEST_CALLEE) : start].rpartition(b"\n")[0]
        return not _GIVEN_TO.search(above) if not line.strip() else line.rstrip().endswith((b":", b";"))
    return line[:1] in (b" ", b"\t") and only_once(text, target[1])


def only_once(text: bytes, name: bytes) -> bool:
    """Whether a name stands in a text a single time."""
    return len(re.findall(rb"(?<!\w)" + re.escape(name) + rb"(?!\w)", text)) == 1
