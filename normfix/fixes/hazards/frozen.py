"""Frozen layers: the old class went on using batch statistics in training, today's uses the moving averages."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from normfix.checks.arguments import literal_entries
from normfix.checks.sites import Scan, once_per_scan
from normfix.fixes.code import FileCode, code_of, defined_elsewhere, file_code
from normfix.fixes.hazards.frozen_settings import WORD, Setting, is_held, is_true, of_parameter, settings
from normfix.fixes.hazards.made import calls_of, holders, subclasses
from normfix.fixes.reach import Reached, reached
from normfix.semantics.observed import has_word

EFFECT = "frozen-statistics"
_FROZEN = (
    "{} sets `trainable`: a frozen layer of the old class went on using batch statistics in training, one of "
    "today's uses the moving averages"
)


def frozen(scan: Scan, nodes: Sequence[ast.AST], names: Sequence[str] = ()) -> str | None:
    """Why layers of a class may be frozen, however their `trainable` gets its value; None where nothing says so.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    others = _speaking(scan)
    if WORD not in scan.source.text and not others:
        return None
    code = code_of(scan)
    calls = list(calls_of(scan, nodes))
    found = [node for call in calls for node in _given(code, call)]
    found += [node for owner in subclasses(scan, nodes) for node in _within(code, owner)]
    held = [target for call in calls for target in holders(scan, call)]
    found += [one.node for one in _settings(scan) if is_held(one, held) or (calls and one.of_some_layer)]
    if found:
        return _FROZEN.format(code.place(min(found, key=lambda node: node.lineno)))
    users = reached(scan, nodes, names)
    place = _frozen_by_users(scan, users, held) if calls or users else ""
    return _FROZEN.format(place) if place else None


@once_per_scan
def _speaking(scan: Scan) -> frozenset[Path]:
    """The other files of this file's programs that speak of freezing."""
    project, path = scan.project, scan.source.path
    file, programs = project.resolved(path), project.programs(path)
    near = programs.below(programs.above(file)) - {file}
    return frozenset(other for other, _ in project.answers(path, has_word, WORD.encode()) if other in near)


def _frozen_by_users(scan: Scan, users: Sequence[Reached], held: Sequence[ast.expr]) -> str:
    """Where those who use what is around the calls freeze it; empty where nobody does."""
    for one in users:
        found = [*_given_by(one), *_within_base(one)]
        if found:
            return one.code.place(found[0])
    files = {one.code.path: one.code for one in users}
    for code in files.values():
        theirs = [one for one in users if one.code.path == code.path]
        stored = [target for one in theirs if one.call is not None for target in holders(code, one.call)]
        stored += [one.node for one in theirs if one.made is None]
        stored += [one for one in held if isinstance(one, ast.Attribute)]
        for setting in _settings(scan) if code.own else settings(code):
            if is_held(setting, stored) or (setting.of_some_layer and not code.own):
                return code.place(setting.node)
    return _frozen_by_helpers(scan, files)


def _frozen_by_helpers(scan: Scan, known: Container[str]) -> str:
    """Where a function of the same program freezes what it is given; empty where none does."""
    for other in sorted(_speaking(scan), key=str):
        code = file_code(scan.project, other) if str(other) not in known else None
        for setting in settings(code) if code is not None else ():
            if code is not None and of_parameter(code, setting):
                return code.place(setting.node)
    return ""


def _given_by(one: Reached) -> Iterator[ast.expr]:
    """The `trainable` that a call of a function or class hands on to what is made in it."""
    outer = one.code.bindings.parents.get(one.node)
    if isinstance(outer, ast.Call) and (one.node is outer.func or one.node in outer.args[:1]) and one.hands_on:
        yield from _given(one.code, outer)


def _within_base(one: Reached) -> Iterator[ast.expr | ast.stmt]:
    """What a class of another file that extends a class sets."""
    owner = one.code.bindings.parents.get(one.node)
    if not one.code.own and isinstance(owner, ast.ClassDef) and one.node in owner.bases:
        yield from _within(one.code, owner)


@once_per_scan
def _settings(scan: Scan) -> tuple[Setting, ...]:
    return tuple(settings(code_of(scan)))


def _given(code: FileCode, call: ast.Call) -> Iterator[ast.expr]:
    """The values that may be false which a call gives `trainable`."""
    site = code.bindings.call_at(call)
    for keyword in call.keywords:
        if keyword.arg == WORD and not is_true(keyword.value):
            yield keyword.value
        elif keyword.arg is None and site is not None:
            entries = dict(literal_entries(keyword.value, site, code.resolver))
            if WORD in entries and not is_true(entries[WORD]):
                # What stands in another file counts where this one takes it.
                yield entries[WORD] if entries[WORD] in code.bindings.parents else keyword.value
            elif not entries:
                yield from _given_by_file(code, keyword.value)


def _given_by_file(code: FileCode, node: ast.expr) -> Iterator[ast.expr]:
    """The dictionary of another file that a call takes its arguments from, where that speaks of `trainable`."""
    found = defined_elsewhere(code, node)
    if found is not None and found[1].value is not None:
        parts = [part for part in ast.walk(found[1].value) if isinstance(part, ast.Constant | ast.keyword)]
        words = {part.arg if isinstance(part, ast.keyword) else part.value for part in parts}
        yield from [node] if WORD in words else []


def _within(code: FileCode, owner: ast.ClassDef) -> Iterator[ast.expr]:
    """The parts of a subclass that hand `trainable` on, set it, or have it as a default."""
    for node in ast.walk(owner):
        if isinstance(node, ast.Call):
            yield from _given(code, node)
        elif isinstance(node, ast.Assign) and not is_true(node.value):
            yield from (one for one in node.targets if _names_it(one))
        elif isinstance(node, ast.arguments):
            yield from _defaults(node)


def _names_it(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == WORD) or (isinstance(node, ast.Name) and node.id == WORD)


def _defaults(given: ast.arguments) -> Iterator[ast.expr]:
    positional = [*given.posonlyargs, *given.args]
    paired = [*zip(reversed(positional), reversed(given.defaults), strict=False)]
    paired += [
        (one, value) for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is not None
    ]
    yield from (value for one, value in paired if one.arg == WORD and not is_true(value))
