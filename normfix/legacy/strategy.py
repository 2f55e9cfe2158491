"""The two ways to bring code to today's TensorFlow: Keras layers, or, for graph programs, the legacy Keras."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from normfix.checks.scanner import scan, without_sites
from normfix.checks.severity import Assessor
from normfix.checks.sites import Scan, Site, Symbol
from normfix.config.settings import LEGACY
from normfix.config.target import Target
from normfix.fixes.diagnosis import Look
from normfix.legacy.gone import gone_site, gone_use
from normfix.legacy.moved_names import moved_sites
from normfix.legacy.parts import ProgramParts, library, stands_aside
from normfix.legacy.preamble import Role, preamble_sites
from normfix.legacy.slim_repair import repair_sites
from normfix.legacy.uses import LibraryUses, says_tensorflow
from normfix.prefilter.prefilter import Admission, Prefilter
from normfix.prefilter.vocabulary import Vocabulary, vocabulary_of
from normfix.semantics.graph_mode import graph_marks
from normfix.semantics.legacy_switch import SWITCH
from normfix.semantics.programs import Programs
from normfix.semantics.project import Project
from normfix.semantics.scopes import ScopeKind
from normfix.source.text import SourceText
from normfix.table.table import Kind, Table

_OFF = re.compile(r"\.disable_(?:v2_behavior|eager_execution)\(|^disable_v2_behavior\(", re.MULTILINE)
_SLIM = "tf_slim."
_WITHOUT_SITES = (Admission.CLEAN, Admission.RENAMES)


class Strategy:
    """Decides file by file which way it goes: a graph program that runs on the legacy Keras already stays there."""

    def __init__(self, table: Table, project: Project, assessor: Assessor) -> None:
        self._table = table
        self._project = project
        self._assessor = assessor
        self._legacy_assessor = Assessor(table, lambda: Target(legacy=True, text=LEGACY))
        self._texts: dict[Path, str] = {}

    def prepare(self) -> Mapping[Path, Exception]:
        """Find out what all files of the run ask for, once for all processes; says which files that fails for."""
        return MappingProxyType({})

    def admits(self, path: str, data: bytes) -> bool:  # noqa: ARG002
        """Whether a file may have a finding for a reason that its own bytes do not show."""
        return False

    def look(self, admission: Admission) -> Look:  # noqa: ARG002
        """What finds the sites of a file of which the prefilter said that admission."""
        return scan

    def of(self, project: Project) -> Strategy:
        """The same for the files of another project."""
        return Strategy(self._table, project, self._assessor)

    def assessed(self, found: Scan) -> Scan:
        """A scan as the target of the run assesses it, and that of a program on the legacy Keras as that does."""
        if not any(map(needs_legacy, found.sites)) or not self._runs_on_legacy(found):
            return self._assessor.assessed(found)
        sites = [*_on_legacy(self._legacy_assessor.assessed(found)), *repair_sites(found)]
        return replace(found, sites=tuple(sorted(sites, key=lambda one: one.span)), legacy=True)

    def _runs_on_legacy(self, found: Scan) -> bool:
        """Whether a file belongs to a graph program that switches the legacy Keras on."""
        file, programs = self._project.resolved(found.source.path), self._project.programs(found.source.path)
        own = graph_marks(found.resolver, self._table.graph) is not None
        builds = own or programs.builder(file) is not None
        return builds and self._project.legacy_programs.has(found.source.path)

    def _text(self, file: Path) -> str:
        if file not in self._texts:
            self._texts[file] = self._project.text(file)
        return self._texts[file]


def _on_legacy(assessed: Scan) -> list[Site]:
    """The sites of a program on the legacy Keras with what replaces them there, without those that run as they are."""
    return [_in_legacy(one) for one in assessed.sites if not _runs_on(one)]


class LegacyStrategy(Strategy):
    """Keeps graph programs what they are: `tf.compat.v1.layers` on the legacy Keras.

    `files` are those of the run, whose fixes may count on each other.
    """

    def __init__(self, table: Table, project: Project, assessor: Assessor, files: Collection[str]) -> None:
        super().__init__(table, project, assessor)
        self._files = {project.resolved(file) for file in files}
        self._parts = ProgramParts(project)
        self._uses = LibraryUses(project, table.graph)
        self._plain: dict[Path, bool] = {}
        self._off: dict[frozenset[Path], frozenset[Path]] = {}
        self._switched_off: dict[Path, bool] = {}

    def look(self, admission: Admission) -> Look:
        """What finds the sites of a file; of one that is only a part of a program the bytes tell that it has none."""
        return self._prefiltered if admission in _WITHOUT_SITES else scan

    def _prefiltered(self, source: SourceText, tree: ast.Module, table: Table, project: Project) -> Scan:
        path = source.path

        def owns(dotted: bytes) -> bool:
            return project.owns(path, dotted.decode(errors="replace"))

        prefilter = Prefilter(self._vocabulary, docstrings=source.with_docstrings)
        # A fix may have made it a text with sites.
        said = prefilter.admission(source.encode(source.text), path, project.told_by_text(path), owns)
        return (without_sites if said in _WITHOUT_SITES else scan)(source, tree, table, project)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return vocabulary_of(self._table)

    def of(self, project: Project) -> Strategy:  # noqa: ARG002
        """A graph program is changed as a whole, so that all files are of one project."""
        return self

    def prepare(self) -> Mapping[Path, Exception]:
        """Find the graph programs of the run; says which files that fails for."""
        for file in self._files:
            self._parts.of(self._project.programs(str(file)))
        return self._parts.faults

    def admits(self, path: str, data: bytes) -> bool:
        """Whether a file is part of a graph program that has to change, be it only in its imports."""
        programs, file = self._project.programs(path), self._project.resolved(path)
        if file not in self._parts.of(programs):
            return False
        entries = programs.entries(file)
        if file in entries:
            return True
        if self._unset(entries):
            # Every file that has to do with TensorFlow says then why the program cannot change.
            return says_tensorflow(data) or self._uses.may_take(path, file)
        return self._uses.may_use(path, file)

    def assessed(self, found: Scan) -> Scan:
        """A graph program's scan with what replaces its sites there; another file's as the target assesses it."""
        if not self._is_legacy(found):
            return super().assessed(found)
        file, programs = self._project.resolved(found.source.path), self._project.programs(found.source.path)
        entries = programs.entries(file)
        preambles = list(preamble_sites(found, self._role(found, file, programs, entries)))
        refused = gone_use(found) or next((one.preamble.refused for one in preambles if one.preamble), "")
        refused = refused or self._unset(entries - {file})
        assessed = self._assessor.assessed(found) if refused else self._legacy_assessor.assessed(found)
        if refused:
            sites = [one.refused(refused) if needs_legacy(one) else one for one in assessed.sites]
            if not any(map(needs_legacy, sites)):
                sites.append(gone_site(found, refused))
            return replace(found, sites=tuple(sorted(sites, key=lambda one: one.span)))
        moved = moved_sites(replace(found, sites=tuple(_on_legacy(assessed))))
        every = sorted([*preambles, *moved, *repair_sites(found)], key=lambda one: one.span)
        return replace(found, sites=tuple(every), legacy=True)

    def _is_legacy(self, found: Scan) -> bool:
        file, programs = self._project.resolved(found.source.path), self._project.programs(found.source.path)
        if file in programs.all:
            return file in self._parts.of(programs)
        marked = graph_marks(found.resolver, self._table.graph) is not None
        return marked and any(map(needs_legacy, found.sites))

    def _role(self, found: Scan, file: Path, programs: Programs, entries: frozenset[Path]) -> Role:
        view = self._project.view(found.source.path)

        def leads(module: str) -> bool:
            own = view.file_of(module)
            if own is not None:
                return programs.leads_to_tensorflow(own)
            return self._table.graph.imports_tensorflow(module)

        off = turns_off(found.source.text) or self._turning_off(programs, programs.above(file)) - {file}
        starts, aside = file in entries, stands_aside(file, programs)
        others = not starts and any(stands_aside(one, programs) or not self._imports_plainly(one) for one in entries)
        disables = not off and not aside and (starts or others)
        return Role(starts, disables, leads, library(file)[:-1] if starts else "", aside)

    def _imports_plainly(self, entry: Path) -> bool:
        if entry not in self._plain:
            module = self._project.module(entry)
            imports = module.bindings.module.bindings.values() if module is not None else ()
            self._plain[entry] = any(
                str(one.path).partition(".")[0] == "tensorflow" and one.scope.kind is ScopeKind.MODULE
                for group in imports
                for one in group
            )
        return self._plain[entry]

    def _unset(self, entries: frozenset[Path]) -> str:
        """Which file has to switch the legacy Keras on before this one can count on it."""
        for entry in sorted(entries - self._files, key=str):
            if not self._project.legacy_programs.switches(entry):
                name = library(entry) + entry.name
                return f"`{name}` starts this program and does not set {SWITCH}: give normfix that file too"
        return ""

    def _turning_off(self, programs: Programs, files: frozenset[Path]) -> frozenset[Path]:
        """Those of some files, and of all that they import, which turn the behaviour of TensorFlow 2 off."""
        if files not in self._off:
            self._off[files] = frozenset(one for one in programs.below(files) if self._is_off(one))
        return self._off[files]

    def _is_off(self, file: Path) -> bool:
        if file not in self._switched_off:
            self._switched_off[file] = turns_off(self._text(file))
        return self._switched_off[file]


def turns_off(text: str) -> bool:
    """Whether code turns the behaviour of TensorFlow 2 off, outside a comment."""
    return any("#" not in text[text.rfind("\n", 0, one.start()) + 1 : one.start()] for one in _OFF.finditer(text))


def needs_legacy(site: Site) -> bool:
    """Whether a site can be kept working by the legacy Keras alone."""
    return site.symbol.entry is not None and (site.symbol.entry.legacy is not None or site.rule.kind is Kind.TO_LAYER)


def _runs_on(site: Site) -> bool:
    """Whether a site is no finding in a graph program on the legacy Keras."""
    entry = site.symbol.entry.legacy if site.symbol.entry else None
    if entry is None or entry.new is None:
        return False
    return site.path == entry.new or (site.path.startswith(_SLIM) and entry.new.startswith(_SLIM))


def _in_legacy(site: Site) -> Site:
    """A site with what replaces it on the legacy Keras."""
    entry = site.symbol.entry.legacy if site.symbol.entry else None
    if entry is None or site.guarded:
        return site
    symbol = Symbol(entry.rule, site.path, entry.new, entry.new, entry)
    return replace(site, symbol=symbol).refused("")
