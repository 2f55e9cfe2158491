"""Programs that build a TensorFlow 1 graph and run it in a session.

There a Keras layer keeps its moving averages at 0 and 1 without a word, because nothing runs their updates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from normfix.scan.bindings import Bindings
from normfix.scan.resolve import Resolver

_MARKS = frozenset(
    {
        *("Session", "InteractiveSession", "placeholder", "placeholder_with_default", "disable_v2_behavior"),
        *(
            "disable_eager_execution",
            "get_collection",
            "add_to_collection",
            "GraphKeys",
            "global_variables_initializer",
        ),
        *("variable_scope", "get_variable", "ConfigProto"),
        *("Estimator", "EstimatorSpec", "TPUEstimator", "TPUEstimatorSpec", "MonitoredTrainingSession"),
    }
)
_WORDS = re.compile(rb"\b(?:" + b"|".join(sorted(word.encode() for word in _MARKS)) + rb")\b")
_OPTIMIZER = re.compile(r"^tensorflow(?:\.compat\.v1)?\.train\.\w*Optimizer$")
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n#]*)"
    r"|import[ \t]+(?P<plain>[.\w]+))",
    re.MULTILINE,
)
_MOST_FILES = 3000

FileOf = Callable[[Path, str], Path | None]
"""The project file that a dotted path names as a module, when a given file imports it."""

_ROOTS = ("tensorflow.", "tf_slim.")


def graph_marks(bindings: Bindings, resolver: Resolver) -> tuple[str, int] | None:
    """The first thing in a file that says it is a graph program, with its line; None when nothing does."""
    for reference in bindings.references:
        if not _MARKS.intersection((reference.name, *reference.attributes)) and not _optimizer(reference.attributes):
            continue
        for path in resolver.reference(reference).paths:
            full = ".".join((path, *reference.attributes))
            if full.startswith(_ROOTS) and (_MARKS.intersection(full.split(".")) or _OPTIMIZER.match(full)):
                return full, reference.root.lineno
    return None


def _optimizer(attributes: tuple[str, ...]) -> bool:
    return bool(attributes) and attributes[-1].endswith("Optimizer")


def graph_programs(folder: Path, file_of: FileOf) -> dict[Path, Path]:
    """Files below `folder` that belong to a graph program, each with the graph-building file that leads to it.

    Decided by text alone: a mark in a comment only withholds a fix, which harms nobody.
    """
    imports: dict[Path, list[Path]] = {}
    reached: dict[Path, Path] = {}
    for file in islice(_program_files(folder), _MOST_FILES):
        try:
            data = file.read_bytes()
        except OSError:
            # A file that cannot be read has its own finding.
            continue
        if b"tensorflow" in data and _WORDS.search(data):
            reached[file] = file
        imports[file] = list(_imported_files(file, data, file_of))
    open_ends = list(reached)
    while open_ends:
        file = open_ends.pop()
        for other in imports.get(file, ()):
            if other not in reached:
                reached[other] = reached[file]
                open_ends.append(other)
    return reached


def _program_files(folder: Path) -> Iterator[Path]:
    """The scripts in a folder and in the one above it, and the packages beside them."""
    yield from (file.resolve() for place in (folder, folder.parent) for file in place.glob("*.py"))
    for package in sorted(folder.glob("*/__init__.py")):
        yield from (file.resolve() for file in package.parent.rglob("*.py"))


def _imported_files(file: Path, data: bytes, file_of: FileOf) -> Iterator[Path]:
    for match in _IMPORT.finditer(data.decode("utf-8", "replace")):
        module = match["module"] or match["plain"]
        names = re.findall(r"\w+", match["names"] or "")
        for path in (module, *(f"{module}{'' if module.endswith('.') else '.'}{name}" for name in names)):
            found = file_of(file, path)
            if found is not None:
                yield found
