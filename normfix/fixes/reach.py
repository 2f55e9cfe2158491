"""Who gets what is made at an expression: the functions and classes around it, and all who use these, in every file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from normfix.checks.sites import Scan, once_per_scan
from normfix.fixes.code import FileCode, code_of, whole
from normfix.semantics.users import all_readers

_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """An expression that names what makes something: `made` is the function or class, None for the thing itself."""

    code: FileCode
    node: ast.expr
    made: Definition | None = None

    @property
    def call(self) -> ast.Call | None:
        """The call of it, if it is called."""
        outer = self.code.bindings.parents.get(self.node)
        return outer if isinstance(outer, ast.Call) and self.node is outer.func else None

    @property
    def hands_on(self) -> bool:
        """Whether it takes arguments without naming them, as the thing itself does."""
        made: ast.AST | None = self.made
        if isinstance(made, ast.ClassDef):
            made = next((one for one in made.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
        return not isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef) or made.args.kwarg is not None


def reached(scan: Scan, nodes: Iterable[ast.AST], names: Iterable[str] = ()) -> tuple[Reached, ...]:
    """The expressions, here and in other files, that lead to what stands at `nodes`.

    `names` are names of the file at module level that other files may have taken.
    """
    asked = (tuple(nodes), tuple(names))
    known = _known(scan)
    if asked not in known:
        known[asked] = _reached(scan, *asked)
    return known[asked]


@once_per_scan
def _known(scan: Scan) -> dict[tuple[Sequence[ast.AST], Sequence[str]], tuple[Reached, ...]]:  # noqa: ARG001
    """What was reached from some nodes and names before: each hazard asks for the same."""
    return {}


def _reached(scan: Scan, nodes: Iterable[ast.AST], names: Iterable[str]) -> tuple[Reached, ...]:
    own = code_of(scan)
    found = [one for name in names for one in _elsewhere(own, name, None)]
    waiting: list[tuple[FileCode, ast.AST]] = [(own, node) for node in nodes]
    waiting += ((one.code, one.node) for one in found)
    seen: set[tuple[str, str, ast.AST | None]] = set()
    while waiting:
        code, node = waiting.pop()
        for name, made, outermost in _around(code, node):
            if (code.path, name, made) not in seen:
                seen.add((code.path, name, made))
                new = [*_here(code, name, made), *(_elsewhere(code, name, made) if outermost else ())]
                found += new
                waiting += ((one.code, one.node) for one in new)
    return tuple(found)


def classes_around(
    scan: Scan, nodes: Iterable[ast.AST], names: Iterable[str] = ()
) -> tuple[tuple[FileCode, ast.ClassDef], ...]:
    """The classes, here and in other files, in which what stands at `nodes` is made, or what makes it is used."""
    nodes, own = list(nodes), code_of(scan)
    places = [
        *((own, node) for node in (*nodes, *_read_by_variables(own, nodes))),
        *((one.code, one.node) for one in reached(scan, nodes, names)),
    ]
    outer = ((code, one) for code, node in places for one in code.bindings.ancestors(node))
    return tuple({one: (code, one) for code, one in outer if isinstance(one, ast.ClassDef)}.values())


def _read_by_variables(code: FileCode, nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Where a file reads the variables at its top that go back to what stands at `nodes`."""
    waiting, seen = list(nodes), set[str]()
    while waiting:
        for name, made, _ in _around(code, waiting.pop()):
            if made is None and name not in seen:
                seen.add(name)
                read = [one.root for one in code.bindings.references_to(name)]
                yield from read
                waiting += read


def users_of_definition(code: FileCode, made: Definition) -> Iterator[Reached]:
    """The expressions, here and in other files, that name a function or class."""
    yield from _here(code, made.name, made)
    if isinstance(code.bindings.parents.get(made), ast.Module):
        yield from _elsewhere(code, made.name, made)


def argument_of(
    call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str, *, own: int = 0
) -> ast.expr | None:
    """What a call gives to a parameter; None where it gives nothing, or that cannot be told.

    The first `own` parameters are not for the caller to give.
    """
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)][own:]
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return None
    pairs = [*zip(names, call.args, strict=False), *((str(one.arg), one.value) for one in call.keywords)]
    return dict(pairs).get(name)


def _around(code: FileCode, node: ast.AST) -> Iterator[tuple[str, Definition | None, bool]]:
    """The functions and classes around a node, or the variables that it is given to; the last are seen by others."""
    above = list(code.bindings.ancestors(node))
    defined = [one for one in above if isinstance(one, _DEFINED)]
    for one in defined:
        yield one.name, one, one is defined[-1]
    if not defined:
        given = [target for one in above if isinstance(one, ast.Assign) for target in one.targets]
        yield from ((one.id, None, True) for one in given if isinstance(one, ast.Name))


def _here(code: FileCode, name: str, made: Definition | None) -> Iterator[Reached]:
    """The references to a function or class in its own file."""
    if made is None or isinstance(code.bindings.parents.get(made), ast.ClassDef):
        return
    for one in code.bindings.references_to(name):
        if isinstance(one.root, ast.Name) and any(each.node is made for each in code.resolver.reference(one).bindings):
            yield Reached(code, one.root, made)


def _elsewhere(code: FileCode, name: str, made: Definition | None) -> Iterator[Reached]:
    for use in all_readers(code.project, code.path, name):
        if use.module is not None and use.node is not None:
            there = FileCode(code.project, use.path, use.module.bindings, use.module.resolver)
            named = _named(there, use.node, name)
            yield Reached(there, named, made)


def _named(code: FileCode, root: ast.expr, name: str) -> ast.expr:
    """The expression from a root on that names something: all of `ops.block`, for `block`; else the root."""
    node, last = root, whole(code, root)
    while node is not last:
        outer = code.bindings.parents[node]
        assert isinstance(outer, ast.Attribute)
        if outer.attr == name:
            return outer
        node = outer
    return root
