"""Whether a file of a graph program may use TensorFlow, as its text tells before it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from normfix.prefilter.imports import dotted_path, import_statements, imported_names
from normfix.semantics.project import Project
from normfix.table.graph_words import CONTRIB, SLIM, GraphWords

_ROOTS = ("tensorflow", SLIM)
_LINES = re.compile("[^\n]*(?:{})[^\n]*".format("|".join(_ROOTS)).encode())
_BY_TEXT = (b"import_module", b"__import__")
_CONTRIB = CONTRIB.rpartition(".")[2]


class LibraryUses:
    """Tells which files of a project may use TensorFlow, be it without a normalization."""

    def __init__(self, project: Project, words: GraphWords) -> None:
        self._project = project
        self._words = words

    def may_use(self, path: str, file: Path) -> bool:
        """Whether a file imports TensorFlow, or may take of it from another file what is changed in a graph program."""
        code = self._project.code(file)
        if _imports_tensorflow(code):
            return True
        # What has moved may come under any name; what is gone is told where it is named.
        if self._named.search(code) or may_have_moved(self._project, path, self._words):
            return self.may_take(path, file)
        return any(one.endswith("*") for one in self._taken(file))

    def may_take(self, path: str, file: Path) -> bool:
        """Whether a file may take something of a library from another file of the project."""
        return any(one.endswith("*") or self._project.leads(path, one) for one in self._taken(file))

    def _taken(self, file: Path) -> Iterator[str]:
        """The dotted paths that a file imports from others of its project."""
        return (one for one in _imported(self._project.code(file)) if not self._project.external(one))

    @cached_property
    def _named(self) -> re.Pattern[bytes]:
        """Finds the names of what is gone."""
        names = sorted({one.rpartition(".")[2] for one in self._words.gone})
        return re.compile(r"\b(?:{})\b".format("|".join(map(re.escape, names))).encode())


def may_have_moved(project: Project, path: str, words: GraphWords) -> bool:
    """Whether any file of the project around a file names a module whose names are elsewhere today."""
    private = (one for one in (*words.moves, *words.singles) if one.startswith("tensorflow.python."))
    named = sorted({one.rpartition(".")[2] for one in private})
    # Contributors and contributions are named in many a file that has nothing of contrib.
    return project.mentions(path, re.compile("|".join((_CONTRIB + "(?!ut)", *map(re.escape, named))).encode()))


def says_tensorflow(data: bytes) -> bool:
    """Whether a file speaks of TensorFlow at all, be it in a comment."""
    return any(root.encode() in data for root in _ROOTS)


def _imports_tensorflow(code: bytes) -> bool:
    """Whether code may import TensorFlow, be it in an example of a docstring."""
    if not says_tensorflow(code):
        return False
    if any(one in code for one in _BY_TEXT) or any(b"import" in line for line in _LINES.findall(code)):
        return True
    return any(one.startswith(_ROOTS) for one in _imported(code))


def _imported(code: bytes) -> Iterator[str]:
    """The dotted paths that code imports."""
    for module, names in import_statements(code):
        for name, _ in imported_names(names):
            yield dotted_path(module, name).decode(errors="replace")
