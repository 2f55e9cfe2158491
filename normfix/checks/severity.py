"""What the target makes of a site: how bad it is, whether its replacement exists there, and which new names do not."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from normfix.checks.finding import Severity, SiteKind
from normfix.checks.lost_guards import flag_reason, lost_guards
from normfix.checks.sites import Scan, Site
from normfix.checks.special_cases import special_case
from normfix.checks.too_new_names import too_new_sites
from normfix.config.releases import ReleasePair, Requirement, version
from normfix.config.target import Target, dotted
from normfix.semantics.guards import only_for_types
from normfix.table.table import Kind, Table

_AXES = {"tensorflow": "TensorFlow", "keras": "Keras"}
_NOT_ASSESSED = (Kind.USAGE, Kind.FILE)


class Assessor:
    """Assesses the sites of a run. `find` is asked for the target once, when the first finding needs it."""

    def __init__(self, table: Table, find: Callable[[], Target] = Target, *, switched: bool = False) -> None:
        self._table = table
        self._switched = switched
        self._releases = table.releases
        self._find = find

    @cached_property
    def target(self) -> Target:
        """The target of the run."""
        return self._find()

    @cached_property
    def _profiles(self) -> tuple[ReleasePair, ...]:
        return self.target.profiles(self._releases)

    @cached_property
    def _with_switch(self) -> Assessor:
        """The same target for programs that switch the legacy Keras on themselves."""
        return Assessor(self._table, lambda: replace(self.target, legacy=True), switched=True)

    @cached_property
    def _missing(self) -> tuple[bytes, ...]:
        """The last components of today's names that some profile of the target lacks."""
        names = {name.rpartition(".")[2] for name in self._releases.needs if self._lacks(name)}
        return tuple(sorted(name.encode() for name in names))

    @property
    def lacks_names(self) -> bool:
        """Whether some release of the target lacks one of today's names."""
        return self.target.known and bool(self._missing)

    def assessed(self, found: Scan) -> Scan:
        """A scan with the severity of each site on the target, without those where nothing is wrong there.

        Names that are too new for the target are added.
        """
        if self._may_be_switched(found) and found.project.legacy_programs.has(found.source.path):
            return self._with_switch.assessed(found)
        lost = lost_guards(found, self._each) if self._profiles else frozenset()
        heard = (self._lost(found, site) if site in lost else self._assessed(found, site) for site in found.sites)
        sites = [assessed for assessed in heard if assessed is not None]
        if self._names_too_new(found) and self.lacks_names:
            sites += too_new_sites(found, self._too_new_reason)
        return replace(found, sites=tuple(sites))

    def _lost(self, found: Scan, site: Site) -> Site | None:
        """A site whose guard helps nobody, assessed as if there were none."""
        assessed = self._assessed(found, replace(site, guarded=False))
        reason = flag_reason(site)
        return assessed.refused(assessed.assessment.lacking or reason) if assessed is not None and reason else assessed

    def _may_be_switched(self, found: Scan) -> bool:
        """Whether it matters to a scan if its program switches the legacy Keras on."""
        releases = self._releases
        if self.target.legacy or not any(one.tensorflow >= releases.legacy_since for one in self._profiles):
            return False
        paths = (path for site in found.sites if not site.guarded for path in (site.path, site.target) if path)
        return any(path.startswith(f"{home}.") for path in paths for home in releases.legacy_homes)

    def _names_too_new(self, found: Scan) -> bool:
        if self._switched:
            return False
        return any(word.decode() in found.source.text for word in self._releases.too_new_words)

    def _assessed(self, found: Scan, site: Site) -> Site | None:
        if site.guarded and site.symbol.entry is not None and self.target.known and not any(self._each(site)):
            told = f"; no release of the target ({self._said}) has it, so this branch is dead"
            return replace(site, assessment=replace(site.assessment, remark=told))
        if (
            site.guarded
            or site.assessment.severity is not None
            or site.rule.kind in _NOT_ASSESSED
            or not self._profiles
        ):
            return site
        path = _path(site)
        runs = self._each(site)
        if all(runs) and (site.rule.quiet or self._frozen(path)):
            return None
        severity = Severity.WARNING if all(runs) else Severity.ERROR
        harmless = only_for_types(site.location.branch)
        return site.assessed(severity, self._lacking(found, site), runs=any(runs) and not harmless)

    def _each(self, site: Site) -> list[bool]:
        if only_for_types(site.location.branch):
            return [True] * len(self._profiles)
        return [self._runs(site, _path(site), one) for one in self._profiles]

    def _runs(self, site: Site, path: str, profile: ReleasePair) -> bool:
        """Whether a site runs on a profile: as recorded for its path, else as its rule says."""
        told = None
        if self.target.known and site.symbol.entry is not None:
            told = _recorded(path, _ways(site), profile)
        return self._releases.works(path, site.rule.ranges, profile) if told is None else told

    def _frozen(self, path: str) -> bool:
        """Whether the path is below a legacy Keras in the whole target: what works there will go on working."""
        return all(self._releases.seen_by(path, one) is not one for one in self._profiles)

    def _lacking(self, found: Scan, site: Site) -> str:
        if site.target is None:
            return ""
        if found.project.owns(found.source.path, site.target):
            return f"`{site.target.partition('.')[0]}` is a package of this project here, not the library"
        needed = [site.target, *(f"{site.target}.{name}" for name in _added(site))]
        told = next((reason for name in needed if (reason := self._reason(name))), "")
        return told or self._lacking_member(found, site)

    def _lacking_member(self, found: Scan, site: Site) -> str:
        """Why a module cannot become another one: something that is used of it is not there. Empty when it can."""
        if site.imported is None or site.target not in self._table.surface:
            return ""
        alias = site.imported.alias
        if alias.asname is None and isinstance(site.imported.site.node, ast.Import):
            return ""
        for reference in found.bindings.references:
            if reference.attributes and alias in (one.alias for one in found.resolver.reference(reference).bindings):
                name = reference.attributes[0]
                full = f"{site.target}.{name}"
                # What the table speaks of has a replacement of its own.
                if not self._has(str(site.target), name) and self._table.match(f"{site.path}.{name}") is None:
                    return f"line {reference.root.lineno} uses `{name}` of it, which `{site.target}` does not have"
                if reason := self._reason(full):
                    return reason
        return ""

    @property
    def _said(self) -> str:
        """The target with the place that it comes from."""
        return f"{self.target.text}, {self.target.origin}" if self.target.origin else self.target.text

    def _has(self, module: str, name: str) -> bool:
        """Whether a module has a name: on the legacy Keras, `tensorflow.keras` is `tf_keras`."""
        home = module.replace("tensorflow.keras", "tf_keras", 1) if self.target.legacy else module
        return self._table.public(home if home in self._table.surface else module, name)

    def _lacks(self, name: str) -> bool:
        return any(self._releases.missing(name, name, profile) for profile in self._profiles)

    def _too_new_reason(self, name: str) -> str:
        """The same of the names that rules speak of; other members of a module only matter where it moves."""
        return self._reason(name) if name in self._releases.needs else ""

    def _reason(self, name: str) -> str:
        """Why a name cannot be used on the whole target; empty when it can."""
        if not self._lacks(name):
            return ""
        ranges = self._releases.needs.get(name, self._releases.members.get(name, ()))
        first = next((one for one in ranges if one.clauses), None)
        if first is None or self._frozen(name):
            return f"`{name}` never existed in the legacy Keras"
        return f"`{name}` exists from {_release(first)} on, and the target ({self._said}) has older ones"


def _path(site: Site) -> str:
    return site.symbol.entry.old if site.symbol.entry is not None else site.path


def _ways(site: Site) -> tuple[str, ...]:
    if site.kind is SiteKind.IMPORT:
        return ("from", "attribute")
    # What is no layer was called with arguments of a layer, which says nothing of it.
    called = site.reference is not None and site.reference.call and site.rule.kind is not Kind.SIBLING
    return ("call", "attribute") if called else ("attribute",)


def _recorded(path: str, ways: tuple[str, ...], profile: ReleasePair) -> bool | None:
    """What the recording says of a path; None where it does not tell."""
    # The recording is large: only a finding in a project with a known target pays for reading it.
    from normfix.table.availability import shipped_availability  # noqa: PLC0415

    recorded = shipped_availability()
    installed = {"tensorflow": profile.tensorflow, "keras": profile.keras, "tf-slim": profile.tensorflow}
    if profile.legacy and not path.startswith("keras."):
        installed = {"legacy": profile.tensorflow}
    newest = {axis: version(releases[-1]) for axis, releases in recorded.releases.items() if releases}
    # What came after the last recorded release is not known.
    known = {axis: dotted(one) for axis, one in installed.items() if axis in newest and one <= newest[axis]}
    answers = (recorded.works(path, how, known) for how in ways)
    return next((one for one in answers if one is not None), None)


def _added(site: Site) -> tuple[str, ...]:
    """The arguments that a replacement is given whatever the call says."""
    if site.symbol.entry is None:
        return ()
    usual = site.symbol.entry.arguments
    call = site.reference.call if site.reference is not None else None
    special = special_case(call, usual) if call is not None else None
    return tuple(special.arguments.add if special is not None else usual.add)


def _release(first: Requirement) -> str:
    return f"{_AXES[first.package]} {dotted(first.clauses[0].version)}"
