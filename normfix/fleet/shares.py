"""The files of a large repository, divided by folder among several workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePath


def shares(files: Sequence[str], most: int) -> list[frozenset[str]]:
    """Files, sorted by folder, in shares of at most `most`: folders stay together as far as they are not larger."""
    packed: list[list[str]] = []
    for folder in _folders(files, most):
        if packed and len(packed[-1]) + len(folder) <= most:
            packed[-1] += folder
        else:
            packed.append(list(folder))
    return [frozenset(one) for one in packed]


def _folders(files: Sequence[str], most: int, depth: int = 0) -> Iterator[Sequence[str]]:
    """The largest folders that have no more files than that, and single files where a folder has more of its own."""
    if len(files) <= most:
        yield files
        return
    for _, inner in groupby(files, lambda file: PurePath(file).parts[depth]):
        yield from _folders(list(inner), most, depth + 1)
