"""The order of a layer's weights, where lists of them are read or set: that of SpectralNormalization is another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from normfix.checks.sites import Scan

EFFECT = "weight-order"
_SAYS = (
    "{} goes by the order of weights (`{}`): Keras 2 put the vector of the wrapper behind all weights of the layer, "
    "Keras 3 between its kernel and its bias"
)
_LISTS = re.compile(rb"\.\s*(set_weights|get_weights)\s*\(|\.\s*(weights)\s*\[")
_HANDED_OVER = re.compile(rb"\.\s*set_weights\(\s*[\w.]+\.get_weights\(\s*\)\s*\)")
"""From one model to its like: both have the same order."""


def ordered(scan: Scan, layer: str) -> str | None:
    """Where a file of the program goes by the order of weights; None where none does, and for any other layer."""
    if not layer.endswith(".SpectralNormalization"):
        return None
    project, path = scan.project, scan.source.path
    file = project.resolved(path)
    for other, sayings in project.answers(path, _sayings):
        if other == file or project.programs(path).related(file, other):
            line, word = sayings[0]
            return _SAYS.format(f"line {line}" if other == file else f"`{other.name}:{line}`", word)
    return None


def _sayings(code: bytes) -> Sequence[tuple[int, str]]:
    return tuple(_listed(code)) if b"weights" in code else ()


def _listed(code: bytes) -> Iterator[tuple[int, str]]:
    handed = [found.span() for found in _HANDED_OVER.finditer(code)]
    for found in _LISTS.finditer(code):
        if not any(start <= found.start() < end for start, end in handed):
            yield code.count(b"\n", 0, found.start()) + 1, (found[1] or found[2]).decode()
