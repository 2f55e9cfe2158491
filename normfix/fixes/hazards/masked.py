"""Masks: batch normalization of old took no notice of one, that of today leaves masked steps out of its statistics."""

from __future__ import annotations

import re

from normfix.checks.sites import Scan, Site

EFFECT = "masks"
_MASKS = re.compile(r"\bMasking[ \t]*\(|\bmask_zero[ \t]*=[ \t]*True")
_HEEDED = "tensorflow.keras.layers."
_SAYS = (
    "line {} makes a mask: the old class took no notice of one, today's (from TensorFlow 2.12) leaves what is masked "
    "out of its statistics"
)


def masked(scan: Scan, site: Site) -> str | None:
    """A mask is made in the file of a class that ran on no release which heeds one."""
    if site.path.startswith(_HEEDED):
        return None
    found = _MASKS.search(scan.source.text)
    return _SAYS.format(scan.source.position(found.start()).line) if found else None
