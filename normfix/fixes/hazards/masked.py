"""Masks: batch normalization of old took no notice of one, that of today leaves masked steps out of its statistics."""

from __future__ import annotations

import re

from normfix.checks.sites import Scan, Site, once_per_scan

EFFECT = "masks"
_MASKS = re.compile(r"\bMasking[ \t]*\(|\bmask_zero[ \t]*=[ \t]*True")
_HEEDED = "tensorflow.keras.layers."
_SAYS = (
    "line {} makes a mask: the old class took no notice of one, today's (from TensorFlow 2.12) leaves what is masked "
    "out of its statistics"
)


def masked(scan: Scan, site: Site) -> str | None:
    """A mask is made in the file of a class that ran on no release which heeds one."""
    line = _mask(scan) if not site.path.startswith(_HEEDED) else None
    return _SAYS.format(line) if line is not None else None


@once_per_scan
def _mask(scan: Scan) -> int | None:
    """The first line that makes a mask."""
    found = _MASKS.search(scan.source.text)
    return scan.source.position(found.start()).line if found else None
