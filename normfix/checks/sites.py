"""The places that a scan nominates, before they become findings: imports, uses, arguments, strings."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

from normfix.checks.finding import Severity, SiteKind
from normfix.semantics.bindings import Bindings, CallSite, ImportSite
from normfix.semantics.project import Project
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Binding, Branch, Reference, Scope
from normfix.source.text import Edit, SourceText, Span
from normfix.table.entries import ArgumentMatch, Entry
from normfix.table.table import Rule, Table

_T = TypeVar("_T")
Located = ast.expr | ast.stmt | ast.alias | ast.keyword


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """What was met, and what stands for it today.

    `path` is the dotted path that was met, `new` today's path spelled under the author's root (None: no equivalent),
    `target` the same as the table spells it. `entry` is the row of the table, None where a rule has no rows.
    """

    rule: Rule
    path: str
    new: str | None = None
    target: str | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Location:
    """Where a site is: its characters, and the scope and the arms that it stands in."""

    span: Span
    scope: Scope
    branch: Branch


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known of a site once its target, or its own check, has been asked.

    `severity` says how bad it is, None where nobody was asked; `lacking` why its replacement (or the name itself) is
    not there; `remark` is what is to be added to the rule's own words; `runs` whether the old form runs on some release
    of the target.
    """

    severity: Severity | None = None
    lacking: str = ""
    remark: str = ""
    runs: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One nominated place; `checks/site_maker.py` makes them.

    `used` is how the symbol stands there, None for strings and whole files. `certain` is False when the name may also
    mean something else, `guarded` when the code around it chooses between releases. `preamble` is set for the import of
    TensorFlow in a graph program that is brought to the legacy Keras.
    """

    symbol: Symbol
    kind: SiteKind
    location: Location
    used: ImportedName | UsedName | UsedArgument | UnusedComment | Correction | None = None
    certain: bool = True
    guarded: bool = False
    assessment: Assessment = Assessment()
    preamble: Preamble | None = None

    @property
    def rule(self) -> Rule:
        """The rule that speaks of it."""
        return self.symbol.rule

    @property
    def path(self) -> str:
        """The dotted path that was met."""
        return self.symbol.path

    @property
    def target(self) -> str | None:
        """Today's path, as the table spells it."""
        return self.symbol.target

    @property
    def span(self) -> Span:
        """Its characters."""
        return self.location.span

    @property
    def imported(self) -> ImportedName | None:
        """The name of an import statement that it is."""
        return self.used if isinstance(self.used, ImportedName) else None

    @property
    def reference(self) -> UsedName | None:
        """The use of a name that it is."""
        return self.used if isinstance(self.used, UsedName) else None

    @property
    def comment(self) -> UnusedComment | None:
        """The comment that it is."""
        return self.used if isinstance(self.used, UnusedComment) else None

    @property
    def correction(self) -> Correction | None:
        """The few characters that mend it."""
        return self.used if isinstance(self.used, Correction) else None

    @property
    def argument(self) -> UsedArgument | None:
        """The argument that it is."""
        return self.used if isinstance(self.used, UsedArgument) else None

    def assessed(self, severity: Severity, lacking: str, *, runs: bool) -> Site:
        """The same site with how bad it is; `runs` tells whether the old form runs on some release of the target."""
        return replace(self, assessment=Assessment(severity, lacking, self.assessment.remark, runs))

    def refused(self, lacking: str) -> Site:
        """The same site with the reason for which it is not mended."""
        return replace(self, assessment=replace(self.assessment, lacking=lacking))


@dataclass(frozen=True, slots=True)
class Preamble:
    """What a graph program needs around an import of TensorFlow; `refused` says why normfix cannot put it there.

    `binds` are the bindings that `edits` give another dotted path.
    """

    edits: tuple[Edit, ...] = ()
    refused: str = ""
    notes: tuple[str, ...] = ()
    binds: tuple[tuple[Binding, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ImportedName:
    """One name of an import statement; `alias.name` is `*` for a star import."""

    site: ImportSite
    alias: ast.alias


@dataclass(frozen=True, slots=True, eq=False)
class UsedName:
    """A reference, how much of its chain is the legacy symbol, and the call around it if it is called."""

    reference: Reference
    node: ast.expr
    depth: int
    call: ast.Call | None


@dataclass(frozen=True, slots=True, eq=False)
class UsedArgument:
    """An argument that a rule matched; `name` is its keyword, or the keyword of its position.

    `through` says by which road it came to its callee, where the call does not give it directly.
    """

    call: CallSite
    match: ArgumentMatch
    node: ast.expr | ast.keyword
    name: str
    through: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A use of a layer that a few characters mend, whatever stands around it."""

    edit: Edit


@dataclass(frozen=True, slots=True, eq=False)
class UnusedComment:
    """A comment that silences nothing, and the edit that takes it out, or those of its codes that are idle."""

    removal: Edit


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """Everything known about one parsed file; `legacy` when it is a graph program on its way to the legacy Keras.

    `facts` is what was worked out of it on the way, see `once_per_scan`.
    """

    source: SourceText
    table: Table
    project: Project
    tree: ast.Module
    bindings: Bindings
    resolver: Resolver
    sites: tuple[Site, ...]
    legacy: bool = False
    facts: dict[Callable[[Scan], Any], Any] = field(default_factory=dict, init=False, repr=False)


def once_per_scan(function: Callable[[Scan], _T]) -> Callable[[Scan], _T]:
    """A function of a scan that is worked out once for each: the scan keeps the answer, and nothing outlives it."""

    @wraps(function)
    def known(scan: Scan) -> _T:
        if function not in scan.facts:
            scan.facts[function] = function(scan)
        answer: _T = scan.facts[function]
        return answer

    return known


def span_of(source: SourceText, node: Located) -> Span:
    """The character span of a node."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = source.offset(node.lineno, node.col_offset)
    return Span(start, source.offset(node.end_lineno, node.end_col_offset))


def is_star(site: Site) -> bool:
    """Whether a site is a star import."""
    return site.imported is not None and site.imported.alias.name == "*"
