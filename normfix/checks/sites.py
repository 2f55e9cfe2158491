"""The places that a scan nominates, before they become findings: imports, uses, arguments, strings."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from normfix.checks.finding import Severity, SiteKind
from normfix.semantics.bindings import Bindings, CallSite, ImportSite
from normfix.semantics.project import Project
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Binding, Branch, Reference, Scope
from normfix.source.text import Edit, SourceText, Span
from normfix.table.table import ArgumentMatch, Entry, Rule, Table

Located = ast.expr | ast.stmt | ast.alias | ast.keyword


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One nominated place.

    `path` is the dotted path that was met, `new` today's path spelled under the author's root (None: no equivalent),
    `target` the same as the table spells it. `certain` is False when the name may also mean something else, `guarded`
    when the code around it chooses between releases. Exactly one of `imported`, `reference`, `argument` is set for
    imports, uses and arguments; all are None for strings and whole-file findings. `severity` and `lacking` are set once
    a target has been asked: how bad the site is there, and why its replacement (or the name itself) is not there.
    `remark` is what is to be added to the rule's own words.
    `preamble` is set for the import of TensorFlow in a graph program that is brought to the legacy Keras.
    """

    rule: Rule
    kind: SiteKind
    path: str
    new: str | None
    target: str | None
    span: Span
    scope: Scope
    branch: Branch
    entry: Entry | None = None
    certain: bool = True
    guarded: bool = False
    imported: ImportedName | None = None
    reference: UsedName | None = None
    argument: UsedArgument | None = None
    severity: Severity | None = None
    lacking: str = ""
    remark: str = ""
    preamble: Preamble | None = None


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
    """An argument that a rule matched; `name` is its keyword, or the keyword of its position."""

    call: CallSite
    match: ArgumentMatch
    node: ast.expr | ast.keyword
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """Everything known about one parsed file; `legacy` when it is a graph program on its way to the legacy Keras."""

    source: SourceText
    table: Table
    project: Project
    tree: ast.Module
    bindings: Bindings
    resolver: Resolver
    sites: tuple[Site, ...]
    legacy: bool = False


def span_of(source: SourceText, node: Located) -> Span:
    """The character span of a node."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = source.offset(node.lineno, node.col_offset)
    return Span(start, source.offset(node.end_lineno, node.end_col_offset))
