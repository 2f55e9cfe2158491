"""`arg_scope` of slim and contrib: arguments that a call gets from a `with` around it, here or in another file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from normfix.checks.sites import Scan, Site, UsedName, span_of
from normfix.fixes.outcome import in_one_line
from normfix.semantics.bindings import CallSite
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Branch, Scope

_NAME = "arg_scope"
_HOMES = ("tensorflow.contrib.", "tf_slim.")
_STAYS = "tf_slim."
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DEFINED = (ast.FunctionDef, ast.ClassDef)
_LISTED = (ast.List, ast.Tuple, ast.BinOp)
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.Dict, ast.List, ast.Tuple, ast.UnaryOp, ast.BinOp)


@dataclass(frozen=True, slots=True)
class ArgScope:
    """One call of `arg_scope`; `names` are the library functions that it is for, None where that cannot be read."""

    call: ast.Call
    names: frozenset[str] | None

    def may_name(self, function: str) -> bool:
        """Whether it gives arguments to a function, or may."""
        return self.names is None or function in self.names


@dataclass(frozen=True, slots=True)
class Scoped:
    """What arg_scopes do to one call.

    `used` is the call with the arguments that the scopes around it give, `given` these arguments as source text;
    `refused` says why they cannot be told, `hazard` what else may give it some, `notes` where they come from.
    """

    used: UsedName
    given: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    hazard: str = ""
    notes: tuple[str, ...] = ()


def leaves_slim(site: Site) -> bool:
    """Whether a site is of contrib or slim and its replacement is not, so that what slim does for it is lost."""
    return site.path.startswith(_HOMES) and not str(site.symbol.new).startswith(_STAYS)


def scoped(scan: Scan, site: Site, used: UsedName) -> Scoped:
    """The arguments that a call gets from arg_scopes, as far as they can be told."""
    function = site.path.rpartition(".")[2]
    assert used.call is not None
    if not (leaves_slim(site) and function.islower()):
        return Scoped(used)
    here = arg_scopes(scan.resolver) if _NAME in scan.source.text else ()
    around, in_function = _around(scan, used.call, here)
    found = _folded(scan, site, used, around, function)
    if found.refused:
        return found
    rest = (one for one in here if one.may_name(function) and one not in [outer for _, outer in around])
    loose = next((one for one in rest if in_function or not _is_entered(scan, one)), None)
    if loose is not None:
        return replace(found, hazard=f"right only if the arg_scope of line {loose.call.lineno} is not around it")
    outside = _elsewhere(scan, function)
    return replace(found, refused=outside) if outside else found


def arg_scopes(resolver: Resolver) -> tuple[ArgScope, ...]:
    """Every call of `arg_scope` in a file."""

    def find() -> tuple[ArgScope, ...]:
        calls = (site for site in resolver.bindings.calls if _is_arg_scope(site, resolver))
        return tuple(ArgScope(site.node, _named(site.node, site, resolver)) for site in calls)

    return resolver.remembered(arg_scopes, find)


def _is_arg_scope(site: CallSite, resolver: Resolver) -> bool:
    function = site.node.func
    if isinstance(function, ast.Attribute):
        return function.attr == _NAME
    if not isinstance(function, ast.Name):
        return False
    paths = resolver.expression(function, site.scope, site.branch).paths
    return function.id == _NAME or any(path.endswith(f".{_NAME}") for path in paths)


def _named(call: ast.Call, site: CallSite, resolver: Resolver) -> frozenset[str] | None:
    """The last names of the library functions that an arg_scope lists."""
    keywords = [one.value for one in call.keywords if one.arg == "list_ops_or_scope"]
    listed = [*call.args[:1], *keywords]
    return _functions(listed[0], site.scope, site.branch, resolver) if listed else None


def _functions(node: ast.expr, scope: Scope, branch: Branch, resolver: Resolver) -> frozenset[str] | None:
    parts: list[frozenset[str] | None] = []
    if isinstance(node, ast.List | ast.Tuple):
        parts += (_function(one, scope, branch, resolver) for one in node.elts)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts += (_functions(one, scope, branch, resolver) for one in (node.left, node.right))
    elif isinstance(node, ast.Name):
        bindings = resolver.expression(node, scope, branch).bindings
        if not bindings:
            return None
        for one in bindings:
            known = isinstance(one.value, _LISTED) and isinstance(one.node, ast.Assign)
            parts.append(_functions(one.value, one.scope, one.branch, resolver) if known and one.value else None)
    else:
        return None
    return None if None in parts else frozenset(name for part in parts if part for name in part)


def _function(node: ast.expr, scope: Scope, branch: Branch, resolver: Resolver) -> frozenset[str] | None:
    """The names of the library functions that one entry of a list may be; none for a function of the file itself."""
    if isinstance(node, ast.Starred):
        return _functions(node.value, scope, branch, resolver)
    meaning = resolver.expression(node, scope, branch)
    own = isinstance(node, ast.Name) and all(isinstance(one.node, _DEFINED) for one in meaning.bindings)
    if meaning.unknown or not meaning.paths:
        return frozenset() if own and meaning.bindings else None
    return frozenset(path.rpartition(".")[2] for path in meaning.paths if path.startswith(_HOMES))


def _around(scan: Scan, call: ast.Call, scopes: tuple[ArgScope, ...]) -> tuple[list[tuple[ast.With, ArgScope]], bool]:
    """The arg_scopes whose `with` a call stands in, innermost first, and whether the call stands in a function."""
    found: list[tuple[ast.With, ArgScope]] = []
    inner: ast.AST = call
    for outer in scan.bindings.ancestors(call):
        if isinstance(outer, _FUNCTIONS):
            return found, True
        if isinstance(outer, ast.With) and not isinstance(inner, ast.withitem):
            entered = [item.context_expr for item in reversed(outer.items)]
            found += ((outer, one) for node in entered for one in scopes if one.call is node)
        inner = outer
    return found, False


def _is_entered(scan: Scan, scope: ArgScope) -> bool:
    """Whether an arg_scope is what a `with` enters, so that it is around the lines of that alone."""
    return isinstance(scan.bindings.parents.get(scope.call), ast.withitem)


def _folded(scan: Scan, site: Site, used: UsedName, around: list[tuple[ast.With, ArgScope]], function: str) -> Scoped:
    """A call with the arguments of the scopes around it: its own count first, then those of the innermost scope."""
    assert used.call is not None
    assert site.symbol.entry is not None
    own = {one.arg for one in used.call.keywords} | set(site.symbol.entry.arguments.positional[: len(used.call.args)])
    more: dict[str, ast.keyword] = {}
    notes: list[str] = []
    for statement, scope in around:
        line = scope.call.lineno
        if scope.names is None:
            refused = f"the arg_scope of line {line} may give it arguments that cannot be read: write them at the call"
            return Scoped(used, refused=refused)
        if function not in scope.names:
            continue
        mine = [one for one in scope.call.keywords if one.arg not in own and one.arg not in more]
        hidden = next((one for one in mine if not _is_plain(one, statement)), None)
        if hidden is not None:
            what = f"`{hidden.arg}`" if hidden.arg else "arguments that cannot be read"
            return Scoped(used, refused=f"the arg_scope of line {line} gives it {what}: write that at the call")
        more |= {str(one.arg): one for one in mine if one.arg != "list_ops_or_scope"}
        names = ", ".join(f"`{one.arg}`" for one in mine)
        notes += [f"{names} came from the arg_scope of line {line}"] if mine else []
    if not more:
        return Scoped(used)
    call = ast.Call(used.call.func, used.call.args, [*used.call.keywords, *more.values()])
    folded = UsedName(used.reference, used.node, used.depth, call)
    return Scoped(folded, {name: _text(scan, one.value) for name, one in more.items()}, notes=tuple(notes))


def _is_plain(keyword: ast.keyword, statement: ast.With) -> bool:
    """Whether an argument of a scope means the same at a call below it: no call, no name that is set there."""
    if keyword.arg is None:
        return False
    parts = [one for one in ast.walk(keyword.value) if isinstance(one, ast.expr)]
    read = {
        one.id if isinstance(one, ast.Name) else one.attr for one in parts if isinstance(one, ast.Name | ast.Attribute)
    }
    return all(isinstance(one, _PLAIN) for one in parts) and read.isdisjoint(_set_in(statement))


def _set_in(statement: ast.With) -> Iterator[str]:
    """The names and attributes that a `with` sets."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield node.id if isinstance(node, ast.Name) else node.attr


def _text(scan: Scan, value: ast.expr) -> str:
    span = span_of(scan.source, value)
    text = scan.source.text[span.start : span.end]
    return in_one_line(text) if "\n" in text or "\r" in text else text


def _elsewhere(scan: Scan, function: str) -> str:
    """Why a call of a function cannot be rewritten: an arg_scope in another file of the program may be around it."""
    key = (_elsewhere, scan.source.path, function)
    return scan.project.remembered(key, lambda: _around_elsewhere(scan, function))


def _around_elsewhere(scan: Scan, function: str) -> str:
    file, programs = scan.project.resolved(scan.source.path), scan.project.programs(scan.source.path)
    near = list(_scopes_in(scan, programs.scoping(programs.around(file) - {file}), function))
    if not near:
        return ""
    # One that names the function says more than one that is made elsewhere in the program.
    every = [*near, *_scopes_in(scan, programs.scoping(programs.below(programs.above(file)) - {file}), function)]
    name, scope = min(every, key=lambda pair: pair[1].names is None)
    given = ", ".join(ast.unparse(one) for one in scope.call.keywords if one.arg not in (None, "list_ops_or_scope"))
    what = f"`{given}`" if given and scope.names is not None else "arguments"
    return f"the arg_scope of `{name}` (line {scope.call.lineno}) may give it {what}: write at the call what it gets"


def _scopes_in(scan: Scan, files: frozenset[Path], function: str) -> Iterator[tuple[str, ArgScope]]:
    """The arg_scopes of some files that may give a function arguments, each with the name of its file."""
    for file in sorted(files, key=str):
        module = scan.project.module(file)
        for one in arg_scopes(module.resolver) if module is not None else ():
            if one.may_name(function):
                yield file.name, one
