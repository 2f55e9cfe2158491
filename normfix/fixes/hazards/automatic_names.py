"""Names that layers get from their class: a class of another name gives other ones, and some code goes by them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from normfix.checks.sites import Scan, Site, once_per_scan
from normfix.table.table import Grade

EFFECT = "layer-names"

_Saying = tuple[int, tuple[str, bool]]
"""A line, the quoted word on it, and whether that is of a class."""

_SPEAKS = re.compile(rb"get_layer\(|\.name(?!\w)|__name__")
_WORD = re.compile(rb"[\"']([A-Za-z]\w{3,})[\"']?")
_NUMBER = re.compile(r"_\d*$")
_FIRST = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COUNTED_FROM_ONE = "keras.layers.normalization.BatchNormalization"
"""Of the classes under this path, those of Keras before 2.4 gave their first layer the number 1."""


def automatic_name(scan: Scan, site: Site, *, named: bool) -> str | None:
    """The line that goes by a name which such a layer would no longer have; `named` where each layer is given one."""
    old, new = (str(path).rpartition(".")[2] for path in (site.path, site.target))
    if site.path == _COUNTED_FROM_ONE and not named:
        return _counted(scan)
    if old == new or site.rule.grade is Grade.NO_NUMBERS or not (old[:1].isupper() and new[:1].isupper()):
        return None
    pairs = [(old, new), (_snake(old), _snake(new))]
    for place, word, of_class in _spoken(scan):
        plain = _NUMBER.sub("", word)
        if (of_class or not named) and any((plain in was) != (plain in will) for was, will in pairs):
            return f"{place} goes by `{word}`, and what is named after its class is `{pairs[not of_class][1]}` today"
    return None


def _counted(scan: Scan) -> str | None:
    for place, word, of_class in _spoken(scan):
        if word.startswith("batch_normalization_") and not of_class:
            return f"{place} goes by `{word}`: Keras before 2.4 counted from 1, today's first layer has no number"
    return None


def _snake(name: str) -> str:
    """The name that Keras makes of a class's."""
    return _FIRST.sub("_", name).lower()


@once_per_scan
def _spoken(scan: Scan) -> Collection[tuple[str, str, bool]]:
    """What the files of a program compare names of layers with, in which place, and whether with names of classes."""
    project, path = scan.project, scan.source.path
    file, programs = project.resolved(path), project.programs(path)
    found = [(f"line {line}", *said) for line, said in _sayings(scan.source.text.encode(errors="replace"))]
    for other, sayings in project.answers(path, _all_sayings):
        if other != file and programs.related(file, other):
            found += [(f"`{other.name}:{line}`", *said) for line, said in sayings]
    return tuple(found)


def _all_sayings(code: bytes) -> Sequence[_Saying]:
    return tuple(_sayings(code))


def _sayings(data: bytes) -> Iterator[_Saying]:
    """Each quoted word on a line that reads the name of a layer or class: the line, the word, whether of a class."""
    end = 0
    while (found := _SPEAKS.search(data, end)) is not None:
        start = data.rfind(b"\n", 0, found.start()) + 1
        end = data.find(b"\n", found.end())
        end = len(data) if end < 0 else end
        line = data[start:end]
        for word in _WORD.finditer(line) if not line.lstrip().startswith(b"#") else ():
            yield data.count(b"\n", 0, start) + 1, (word[1].decode(errors="replace"), b"__name__" in line)
