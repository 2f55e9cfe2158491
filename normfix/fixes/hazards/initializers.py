"""Initializers of the old form: functions that today's layers call with a `dtype`, and scales taken from a shape."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from normfix.checks.sites import Scan, Site, once_per_scan
from normfix.fixes.code import FileCode, code_of, code_with
from normfix.fixes.hazards.made import calls_of, subclasses
from normfix.fixes.reach import reached
from normfix.fixes.sources import Source, Value, calls_within, sources
from normfix.semantics.bindings import CallSite
from normfix.semantics.mappings import Item, Reading, given, items
from normfix.semantics.observed import has_word
from normfix.semantics.scopes import end_place, start_place

EFFECT = "initial-scale"
_TYPE = "dtype"
_WORD = "_init"
_CLASS = "class_name"
_ENDINGS = (_WORD, "_initializer")
_DICTS = "_initializers"
_SCALED = ("he_", "he", "glorot_", "glorot", "lecun_", "lecun", "variance_scaling", "variancescaling")
_STANDALONE = "keras."
_SIGNATURE = "the function given in {} is called with `dtype=` by today's layers, which it does not take"
_TEXT = "{} is handed its `dtype` as a text by today's layers, which not every function of the old form takes"
_UNSEEN = "{} hands on an initializer that is not seen, and today's layers call it with `dtype=` and nothing else"
_FANS = (
    "{} takes its scale from the shape: Keras before 2.4 reckoned with the root of the number of channels, "
    "today's Keras with the number"
)


@dataclass(frozen=True, slots=True)
class _Given:
    """An initializer that a call gives; `place` is where the words say that it is."""

    value: Value
    place: str


def unfit(scan: Scan, call: CallSite, value: ast.expr) -> str:
    """Why an initializer fails in today's layers; empty where it fits, or nobody can tell."""
    told = sources(Value(code_of(scan), value, call.scope, call.branch))
    fits = all(_fits(one) for one in told.found)
    return "" if fits else _SIGNATURE.format(code_of(scan).place(value))


def doubtful(scan: Scan, call: CallSite, path: str) -> str | None:
    """Why the initializers of a call may give other numbers or none in today's layers; None where they fit.

    `path` is where the class of the call was imported from.
    """
    return _first_doubt(_given(code_of(scan), call, ()), path)


def unlike_before(scan: Scan, site: Site, nodes: Sequence[ast.AST], names: Sequence[str]) -> str | None:
    """Why an initializer of a site's calls may give other numbers in today's layer, or fail.

    `nodes` are the expressions that name what is called, `names` those of the file under which others may take it.
    """
    code = code_of(scan)
    arguments = site.symbol.entry.arguments.positional if site.symbol.entry is not None else ()
    order = arguments or scan.table.positional.get(str(site.target), ())
    calls = {*calls_of(scan, nodes)}
    calls |= {call for owner in subclasses(scan, nodes) for call in calls_within(owner)}
    made = [one for call in sorted(calls, key=end_place) if (one := code.bindings.call_at(call)) is not None]
    handed = _handed_on(scan, nodes, names) if _speaking(scan) else ()
    found = chain((one for call in made for one in _given(code, call, order)), handed)
    return _first_doubt(found, site.path)


def _handed_on(scan: Scan, nodes: Sequence[ast.AST], names: Sequence[str]) -> Iterator[_Given]:
    """The initializers that are handed to what takes the arguments of a class without naming them."""
    for one in reached(scan, nodes, names):
        site = one.code.bindings.call_at(one.call) if one.call is not None else None
        if site is not None and one.hands_on:
            yield from _given(one.code, site, ())


@once_per_scan
def _speaking(scan: Scan) -> bool:
    """Whether a file, or another one of its programs, speaks of initializers."""
    if _WORD in scan.source.text:
        return True
    project, path = scan.project, scan.source.path
    file, programs = project.resolved(path), project.programs(path)
    near = programs.below(programs.above(file)) - {file}
    return any(other in near for other, _ in project.answers(path, has_word, _WORD.encode() + b"ializer"))


def _given(code: FileCode, call: CallSite, order: Sequence[str]) -> Iterator[_Given]:
    """The initializers that a call gives, by name, in dictionaries, and by place where the `order` is known."""
    at = Reading(call.scope, call.branch, start_place(call.node))
    placed = dict(zip(order, call.node.args, strict=False))
    named = {name: Item(value, value, call.scope, call.branch, code.resolver) for name, value in placed.items()}
    for name, item in (named | given(call.node, at, code.resolver)).items():
        if name.endswith(_ENDINGS):
            yield _one(code, item)
        elif name.endswith(_DICTS):
            inner = items(item.value, Reading(item.scope, item.branch, at.place), item.resolver)
            yield from (_one(code, each) for each in inner.values())


def _one(code: FileCode, item: Item) -> _Given:
    there = code_with(code, item.resolver)
    return _Given(Value(there, item.value, item.scope, item.branch), there.place(item.value))


def _first_doubt(every: Iterable[_Given], path: str) -> str | None:
    """The first of what is to be said of some initializers."""
    for one in every:
        told = sources(one.value)
        if not all(_fits(each) for each in told.found):
            return _SIGNATURE.format(one.place)
        if path.startswith(_STANDALONE) and any(_is_scaled(each) for each in told.found):
            return _FANS.format(one.place)
        if any(each.defined is not None for each in told.found):
            return _TEXT.format(one.place)
        if told.unknown:
            return _UNSEEN.format(one.place)
    return None


def _fits(source: Source) -> bool:
    """Whether something can be called with a shape by place and `dtype` by name."""
    function: ast.AST | None = source.defined
    own = 0
    if isinstance(function, ast.ClassDef):
        methods = (one for one in function.body if isinstance(one, ast.FunctionDef) and one.name == "__call__")
        function, own = next(methods, None), 1
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    return _takes_type(function.args, own + source.placed, source.given)


def _takes_type(function: ast.arguments, filled: int, named: frozenset[str]) -> bool:
    """Whether a function takes a shape by place and `dtype` by name, and needs nothing else.

    The first `filled` of its parameters and those that are `named` are given already.
    """
    positional = [*function.posonlyargs, *function.args]
    needed = positional[filled + 1 : len(positional) - len(function.defaults)]
    needed += [one for one, value in zip(function.kwonlyargs, function.kw_defaults, strict=True) if value is None]
    takes = function.kwarg is not None or any(one.arg == _TYPE for one in (*function.args, *function.kwonlyargs))
    shaped = len(positional) > filled or function.vararg is not None
    return takes and shaped and all(one.arg == _TYPE or one.arg in named for one in needed)


def _is_scaled(source: Source) -> bool:
    """Whether an initializer of a library takes its scale from the shape of the weights."""
    literal = source.literal
    if isinstance(literal, ast.Dict):
        pairs = zip(literal.keys, literal.values, strict=True)
        literal = next((value for key, value in pairs if isinstance(key, ast.Constant) and key.value == _CLASS), None)
    if isinstance(literal, ast.Constant):
        return isinstance(literal.value, str) and literal.value.lower().startswith(_SCALED)
    return source.path.rpartition(".")[2].lower().startswith(_SCALED)
