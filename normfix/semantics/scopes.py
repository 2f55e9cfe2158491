"""The values of the binding model: scopes, bindings, branches, references.

A reference is assessed by what may have been bound to its root name when it runs; branches say which bindings exclude
each other (the arms of an `if`) or may both have happened (a `try` and its handlers).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

Place = tuple[int, int]
"""Line (1-based) and UTF-8 column (0-based), as `ast` counts; places order like the source."""

END: Place = (1 << 40, 0)
"""Behind everything in a file."""


TRIES: tuple[type[ast.Try], ...] = tuple(getattr(ast, kind) for kind in ("Try", "TryStar") if hasattr(ast, kind))
"""The statements that handle exceptions; `except*` is a kind of its own where the running Python knows it."""

TYPE_ALIASES: tuple[type[ast.stmt], ...] = (ast.TypeAlias,) if hasattr(ast, "TypeAlias") else ()
"""The statement `type X = Y`, where the running Python knows it."""


class ScopeKind(Enum):
    """What opened a scope; class scopes are invisible to the functions inside them."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    COMPREHENSION = "comprehension"


class BindingKind(Enum):
    """What a name is bound to."""

    IMPORT = "import"
    FROM = "from"
    ALIAS = "alias"
    NOTHING = "nothing"
    MAYBE = "maybe"
    ELEMENT = "element"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True, eq=False)
class Branching:
    """An `if`, `try`, loop or `match`; `open_arms` are the arms that can fall through to the code below."""

    node: ast.AST
    open_arms: frozenset[int]
    exhaustive: bool


Branch = tuple[tuple[Branching, int], ...]
"""The arms around a node, outermost first."""


# A file has thousands of these, and a frozen dataclass takes five times as long to make.
@dataclass(slots=True, eq=False)
class Binding:
    """One name given a meaning at one place.

    `path` is the dotted path that an import binds; `value` the expression that an assignment binds; `node` the whole
    statement, `alias` the one name of an import statement. `place` is where the binding takes effect. `source` is
    what a `MAYBE` may be (the default of a parameter, the subject of a match), or what an `ELEMENT` is one of.
    """

    name: str
    kind: BindingKind
    place: Place
    branch: Branch
    scope: Scope
    node: ast.AST
    path: str | None = None
    alias: ast.alias | None = None
    value: ast.expr | None = None
    source: ast.expr | None = None

    @property
    def source_scope(self) -> Scope:
        """The scope that `source` is read in: a default is read outside of its function."""
        outside = isinstance(self.node, ast.arg) or (self.scope.kind is ScopeKind.COMPREHENSION and self._names_itself)
        return self.scope.parent if outside and self.scope.parent is not None else self.scope

    @property
    def _names_itself(self) -> bool:
        inner = ast.walk(self.source) if self.source is not None else ()
        return any(isinstance(one, ast.Name) and one.id == self.name for one in inner)


@dataclass(frozen=True, slots=True, eq=False)
class StarImport:
    """`from module import *` in a scope."""

    module: str
    place: Place
    node: ast.ImportFrom


@dataclass(slots=True, eq=False)
class Scope:
    """A namespace while it is being filled; bindings are kept in source order."""

    kind: ScopeKind
    node: ast.AST
    parent: Scope | None
    branch: Branch = ()
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[StarImport] = field(default_factory=list)
    outer_names: dict[str, Scope] = field(default_factory=dict)

    def enclosing(self) -> Iterator[Scope]:
        """The scopes that a name lookup from here goes through, innermost first."""
        yield self
        scope = self.parent
        while scope is not None:
            if scope.kind is not ScopeKind.CLASS:
                yield scope
            scope = scope.parent

    def below(self, outer: Scope) -> Scope:
        """The scope right below an outer one that this one is in, or is."""
        scope = self
        while scope.parent is not None and scope.parent is not outer:
            scope = scope.parent
        return scope

    def made_in(self, owner: Scope) -> Place | None:
        """Where the function is made in which this scope reads a name of its owner; None for a name of its own."""
        made = self.below(owner).node
        return start_place(made) if self is not owner and isinstance(made, ast.stmt | ast.expr) else None

    @property
    def name(self) -> str:
        """The names of the classes and functions around, from the outermost on, with dots between; empty at the top."""
        outer = self.parent.name if self.parent is not None else ""
        own = getattr(self.node, "name", "")
        return f"{outer}.{own}" if outer and own else outer or own

    def module(self) -> Scope:
        """The module scope above this one."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(slots=True, eq=False)
class Reference:
    """A name or a chain of attributes on a name, read at one place.

    `node` is the outermost attribute of the chain (or the name itself); `attributes` the chain from the root outwards.
    The root is a name, a call that returns what the chain goes on from (`layers().batch_normalization`) or an item of
    something; `name` is the root name, or that of the function that is called or of what has the item; empty where
    there is none.
    `quoted` is the string constant that holds the reference, for annotations written as strings.
    """

    node: ast.expr
    root: ast.Name | ast.Call | ast.Subscript
    name: str
    attributes: tuple[str, ...]
    scope: Scope
    branch: Branch
    quoted: ast.Constant | None = None

    @property
    def place(self) -> Place:
        """Where the reference starts."""
        where = self.quoted or self.root
        return where.lineno, where.col_offset


def end_place(node: ast.stmt | ast.expr) -> Place:
    """Where a node ends."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.end_lineno, node.end_col_offset


def start_place(node: ast.stmt | ast.expr | ast.keyword) -> Place:
    """Where a node starts."""
    return node.lineno, node.col_offset
