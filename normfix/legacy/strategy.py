"""The two ways to bring code to today's TensorFlow: Keras layers, or, for graph programs, the legacy Keras."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from normfix.checks.scanner import scan
from normfix.checks.severity import Judge
from normfix.checks.sites import Scan, Site
from normfix.config.target import Target
from normfix.legacy.preamble import Role, gone_use, preamble_sites
from normfix.legacy.slim import slim_sites, without_slim
from normfix.semantics.graph_mode import graph_marks
from normfix.semantics.legacy_switch import SWITCH
from normfix.semantics.programs import Programs
from normfix.semantics.project import Project
from normfix.semantics.scopes import ScopeKind
from normfix.source.contents import readable
from normfix.table.table import Kind, Table

KERAS = "keras"
LEGACY = "legacy"
_SET = re.compile(rf"^[^#\n]*{SWITCH}[\"'][^#\n]*[\"']?(?:1|[Tt]rue)", re.MULTILINE)
_OFF = re.compile(r"\.disable_(?:v2_behavior|eager_execution)\(")
_IMPORTED = re.compile(rb"\bimport\b(?:\\\r?\n|[^#\n;])*\btensorflow\b(?![ \t]*\.)|\bcontrib\b[^\n]*\bslim\b")
_SLIM = "tf_slim."

Admits = Callable[[bytes], bool]
"""Whether a file with these bytes may have a finding."""


class Strategy:
    """Decides file by file which way it goes."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def prepare(self) -> None:
        """Find out what all files of the run ask for, once for all processes."""

    def admits(self, path: str, data: bytes) -> bool:  # noqa: ARG002
        """Whether a file may have a finding for a reason that its own bytes do not show."""
        return False

    def judged(self, found: Scan) -> Scan:
        """A scan as the target of the run judges it."""
        return self._judge.judged(found)


class LegacyStrategy(Strategy):
    """Keeps graph programs what they are: `tf.compat.v1.layers` on the legacy Keras.

    `files` are those of the run, whose fixes may count on each other.
    """

    def __init__(self, table: Table, project: Project, judge: Judge, admits: Admits, files: Collection[str]) -> None:
        super().__init__(judge)
        self._table = table
        self._project = project
        self._admits = admits
        self._files = {project.resolved(file) for file in files}
        self._legacy_judge = Judge(table, lambda: Target(legacy=True, text=LEGACY))
        self._parts: dict[Programs, frozenset[Path]] = {}
        self._texts: dict[Path, str] = {}
        self._plain: dict[Path, bool] = {}
        self._off: dict[frozenset[Path], frozenset[Path]] = {}
        self._switched_off: dict[Path, bool] = {}

    def prepare(self) -> None:
        """Find the graph programs of the run."""
        for file in self._files:
            self._in_programs(self._project.programs(str(file)))

    def admits(self, path: str, data: bytes) -> bool:
        """Whether a file is part of a graph program that has to change, be it only in its imports."""
        programs, file = self._project.programs(path), self._project.resolved(path)
        if file not in self._in_programs(programs):
            return False
        return _IMPORTED.search(data) is not None or file in programs.entries(file)

    def judged(self, found: Scan) -> Scan:
        """A graph program's scan with what replaces its sites there; another file's as the target judges it."""
        if not self._is_legacy(found):
            return self._judge.judged(found)
        file, programs = self._project.resolved(found.source.path), self._project.programs(found.source.path)
        entries = programs.entries(file)
        preambles = list(preamble_sites(found, self._role(found, file, programs, entries)))
        refused = gone_use(found) or next((one.preamble.refused for one in preambles if one.preamble), "")
        refused = refused or self._unset(entries - {file})
        judged = self._judge.judged(found) if refused else self._legacy_judge.judged(found)
        if refused:
            sites = [replace(one, lacking=refused) if needs_legacy(one) else one for one in judged.sites]
            return replace(found, sites=tuple(sites))
        sites = [_in_legacy(one) for one in judged.sites if not _runs_on(one)]
        slim = list(slim_sites(replace(found, sites=tuple(sites))))
        every = sorted([*preambles, *slim, *without_slim(sites, slim)], key=lambda one: one.span)
        return replace(found, sites=tuple(every), legacy=True)

    def _is_legacy(self, found: Scan) -> bool:
        file, programs = self._project.resolved(found.source.path), self._project.programs(found.source.path)
        if file in programs.all:
            return file in self._in_programs(programs)
        marked = graph_marks(found.bindings, found.resolver, self._table.graph) is not None
        return marked and any(map(needs_legacy, found.sites))

    def _role(self, found: Scan, file: Path, programs: Programs, entries: frozenset[Path]) -> Role:
        view = self._project.view(found.source.path)

        def leads(module: str) -> bool:
            own = view.file_of(module)
            if own is not None:
                return programs.leads_to_tensorflow(own)
            return self._table.graph.imports_tensorflow(module)

        off = _turns_off(found.source.text) or self._turning_off(programs, programs.above(file)) - {file}
        starts, aside = file in entries, _stands_aside(file, programs)
        others = not starts and any(_stands_aside(one, programs) or not self._imports_plainly(one) for one in entries)
        disables = not off and not aside and (starts or others)
        return Role(starts, disables, leads, _library(file)[:-1] if starts else "", aside)

    def _imports_plainly(self, entry: Path) -> bool:
        if entry not in self._plain:
            module = self._project.module(entry)
            imports = module.bindings.module.bindings.values() if module is not None else ()
            self._plain[entry] = any(
                one.path == "tensorflow" and one.scope.kind is ScopeKind.MODULE for group in imports for one in group
            )
        return self._plain[entry]

    def _unset(self, entries: frozenset[Path]) -> str:
        """Which file has to switch the legacy Keras on before this one can count on it."""
        for entry in sorted(entries - self._files, key=str):
            text = self._text(entry)
            if SWITCH not in text or not _SET.search(text):
                name = _library(entry) + entry.name
                return f"`{name}` starts this program and does not set {SWITCH}: give normfix that file too"
        return ""

    def _in_programs(self, programs: Programs) -> frozenset[Path]:
        """The files of all graph programs in which something needs the legacy Keras."""
        if programs not in self._parts:
            needing = [file for file in programs.all if self._may_need(programs, file) and self._needs(file)]
            starts = frozenset(entry for file in needing for entry in programs.entries(file))
            below = programs.below(one for file in needing for one in programs.above(file))
            self._parts[programs] = starts | frozenset(one for one in below if programs.builder(one))
        return self._parts[programs]

    def _may_need(self, programs: Programs, file: Path) -> bool:
        data = readable(file)
        return data is not None and self._admits(data) and programs.builder(file) is not None

    def _needs(self, file: Path) -> bool:
        module = self._project.module(file)
        if module is None:
            return False
        found = scan(module.source, module.bindings.tree, self._table, self._project)
        return any(map(needs_legacy, found.sites))

    def _turning_off(self, programs: Programs, files: frozenset[Path]) -> frozenset[Path]:
        """Those of some files, and of all that they import, which turn the behaviour of TensorFlow 2 off."""
        if files not in self._off:
            self._off[files] = frozenset(one for one in programs.below(files) if self._is_off(one))
        return self._off[files]

    def _is_off(self, file: Path) -> bool:
        if file not in self._switched_off:
            self._switched_off[file] = _turns_off(self._text(file))
        return self._switched_off[file]

    def _text(self, file: Path) -> str:
        if file not in self._texts:
            self._texts[file] = (readable(file) or b"").decode(errors="replace")
        return self._texts[file]


def _library(file: Path) -> str:
    """The folder of a package, as words have it before its first file; empty for any other file."""
    return f"{file.parent.name}/" if file.name == "__init__.py" else ""


def _stands_aside(file: Path, programs: Programs) -> bool:
    """Whether a file starts a package whose graph programs are elsewhere: importing it is to turn nothing off."""
    return bool(_library(file)) and programs.builder(file) is None


def _turns_off(text: str) -> bool:
    """Whether code turns the behaviour of TensorFlow 2 off, outside a comment."""
    return any("#" not in text[text.rfind("\n", 0, one.start()) + 1 : one.start()] for one in _OFF.finditer(text))


def needs_legacy(site: Site) -> bool:
    """Whether a site can be kept working by the legacy Keras alone."""
    return site.entry is not None and (site.entry.legacy is not None or site.rule.kind is Kind.TO_LAYER)


def _runs_on(site: Site) -> bool:
    """Whether a site is no finding in a graph program on the legacy Keras."""
    entry = site.entry.legacy if site.entry else None
    if entry is None or entry.new is None:
        return False
    return site.path == entry.new or (site.path.startswith(_SLIM) and entry.new.startswith(_SLIM))


def _in_legacy(site: Site) -> Site:
    """A site with what replaces it on the legacy Keras."""
    entry = site.entry.legacy if site.entry else None
    if entry is None or site.guarded:
        return site
    return replace(site, rule=entry.rule, entry=entry, new=entry.new, target=entry.new, lacking="")
