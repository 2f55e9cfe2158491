"""Which files of a project are those of its graph programs: what is changed as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from normfix.config.errors import UserError
from normfix.semantics.programs import Programs
from normfix.semantics.project import Project
from normfix.source.contents import readable
from normfix.table.graph_words import SPEAKS

_SPEAKS = re.compile(SPEAKS.encode())
_EAGER = re.compile(rb"\bGradientTape\b|\btf\.(?:function|distribute)\b|\benable_(?:eager_execution|v2_behavior)\(")
"""What programs of graph and session do not say."""

_T = TypeVar("_T")


class ProgramParts:
    """Finds the files of the graph programs of a project, each project once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._parts: dict[Programs, frozenset[Path]] = {}
        self._faults: dict[Path, Exception] = {}

    @property
    def faults(self) -> Mapping[Path, Exception]:
        """The files of which nothing could be told, each with its fault."""
        return MappingProxyType(self._faults)

    def of(self, programs: Programs) -> frozenset[Path]:
        """The files of all graph programs that speak of a normalization."""
        if programs not in self._parts:
            # What a program of TensorFlow 2 imports as well runs as it is, and leads to no graph program.
            shared = {one for one in programs.below(self._eager(programs)) if one != programs.package(one)}
            own = [file for file in programs.all if file not in shared]
            speaking = [file for file in own if self._asked(file, self._speaks, otherwise=False)]
            parts: frozenset[Path] = frozenset()
            # Where a program starts, TensorFlow 2 is turned off for all that it imports, which is a part of it then.
            while parts != (more := self._grown(programs, speaking, parts) - shared):
                parts = more
            self._parts[programs] = parts
        return self._parts[programs]

    def _grown(self, programs: Programs, speaking: Iterable[Path], parts: frozenset[Path]) -> frozenset[Path]:
        """The files of the graph programs, those of `parts` among them, that lead to what speaks, and all below."""

        def belongs(one: Path) -> bool:
            return one in parts or self._is_built(programs, one)

        built = [file for file in speaking if belongs(file)]
        above = programs.leading_to(built)
        starts = programs.starts(above)
        alone = set(built) - programs.below(starts)
        below = [one for one in programs.below(above) if belongs(one)]
        # What nobody is seen to import builds no graph yet, and will, with all that it imports.
        orphans = programs.below(one for one in below if programs.builder(one) is None)
        run = programs.below(one for one in starts if not stands_aside(one, programs))
        return parts.union(starts, alone, below, orphans, run)

    def _eager(self, programs: Programs) -> frozenset[Path]:
        """Where programs of TensorFlow 2 start: no graph is built by what they import, and something says so."""
        saying = {file for file in programs.all if _EAGER.search(self._project.code(file))}
        found: set[Path] = set()
        asked: set[Path] = set()
        builders: set[Path] = set()
        for file in (one for one, facts in programs.all.items() if facts.main):
            below = programs.below([file])
            if saying.isdisjoint(below) or not builders.isdisjoint(below):
                continue
            new = below - asked
            asked |= new
            builders |= {one for one in new if self._asked(one, programs.is_builder, otherwise=False)}
            if builders.isdisjoint(below):
                found.add(file)
        return frozenset(found)

    def _asked(self, file: Path, ask: Callable[[Path], _T], otherwise: _T) -> _T:
        """What is told of one file; where that fails, the fault is kept for the file and the others go on."""
        try:
            return ask(file)
        except UserError:
            raise
        except Exception as error:
            self._faults[file] = error
            return otherwise

    def _is_built(self, programs: Programs, file: Path) -> bool:
        def belongs(one: Path) -> bool:
            return programs.builder(one) is not None or programs.orphan_of(one) is not None

        return self._asked(file, belongs, otherwise=False)

    def _speaks(self, file: Path) -> bool:
        data = readable(file)
        return data is not None and _SPEAKS.search(data) is not None


def library(file: Path) -> str:
    """The folder of a package, as words have it before its first file; empty for any other file."""
    return f"{file.parent.name}/" if file.name == "__init__.py" else ""


def stands_aside(file: Path, programs: Programs) -> bool:
    """Whether a file starts a package whose graph programs are elsewhere: importing it is to turn nothing off."""
    return bool(library(file)) and programs.builder(file) is None
