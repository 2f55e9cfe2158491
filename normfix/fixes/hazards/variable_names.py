"""Variables that are chosen by the name of their layer, which `name` of a variable of Keras 3 does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from normfix.checks.sites import Scan

EFFECT = "variable-names"
_SAYS = (
    "{} chooses variables by `{}` in their `name`, which is `gamma` alone for one of a layer of Keras 3: `path` has "
    "the layer's name"
)
_CHOSEN = re.compile(
    rb"[\"'](\w*(?:[nN]orm|[bB][nN])\w*)[\"'][ \t]+(?:not[ \t]+)?in[ \t]+(\w+)\.name\b"
    rb"|\b(\w+)\.name\.(?:startswith|endswith|find|count)\([\"'](\w*(?:[nN]orm|[bB][nN])\w*)"
)
_NEAR = 400
_VARIABLES = rb"for[ \t]+%b[ \t]+in[ \t][^\n]*(?:variables|weights|vars|params)"


def chosen_by_name(scan: Scan) -> str | None:
    """Where a file of the program picks variables by the name of a normalization layer; None where none does."""
    project, path = scan.project, scan.source.path
    file = project.resolved(path)
    for other, sayings in project.answers(path, _sayings):
        if other == file or project.programs(path).related(file, other):
            line, word = sayings[0]
            return _SAYS.format(f"line {line}" if other == file else f"`{other.name}:{line}`", word)
    return None


def _sayings(code: bytes) -> Sequence[tuple[int, str]]:
    return tuple(_chosen(code)) if b".name" in code else ()


def _chosen(code: bytes) -> Iterator[tuple[int, str]]:
    for found in _CHOSEN.finditer(code):
        word, name = found[1] or found[4], found[2] or found[3]
        around = code[max(0, found.start() - _NEAR) : found.end() + _NEAR]
        if re.search(_VARIABLES % re.escape(name), around):
            yield code.count(b"\n", 0, found.start()) + 1, word.decode(errors="replace")
