"""What the tests of every kind of document ask: where something is found, and that it is mended where it stands."""

from __future__ import annotations

from normfix.checks.finding import Finding

OLD = "from keras.layers.normalization import BatchNormalization"
NEW = "from keras.layers import BatchNormalization"

Found = list[tuple[str, int, int]]
"""Code, line and column of each finding."""


def found(findings: tuple[Finding, ...]) -> Found:
    """Where each finding is."""
    return [(one.code, one.start.line, one.start.column) for one in findings]


def stands_at(places: Found, head: str, line: str) -> bool:
    """Whether the one finding is the old import that stands in `line` behind `head`."""
    column = line.index("{") + len(OLD) - len("BatchNormalization") + 1
    return places == [("NF101", head.count("\n") + 1, column)]
