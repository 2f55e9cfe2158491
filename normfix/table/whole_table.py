"""What holds of a table as a whole: grades have their proofs, replacements are of their kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from normfix.table.effects import Trust
from normfix.table.entries import Entry, ModuleMove
from normfix.table.evidence import (
    EQUAL,
    change_of,
    moved_rule,
    pair_of,
    proved_rule,
    refuse_unproved,
)
from normfix.table.read_rules import Draft
from normfix.table.rows import TableError, dotted, worded
from normfix.table.table import Action, Kind, Rule, Table


def refuse_unproved_arguments(table: Table, draft: Draft) -> None:
    """Arguments that change need a run each, those of a match and those of a map. Raises TableError."""
    changing: dict[tuple[str, str, str], tuple[Rule, list[str]]] = {}
    for match in table.arguments:
        for path, name in match.changes if match.action is not Action.REPORT else ():
            key = match.rule.code, path.rpartition(".")[2], name
            changing.setdefault(key, (match.rule, []))[1].append(change_of(path, name))
    for entry in table.entries.values():
        for name in entry.arguments.known if entry.new is not None and entry.rule.grade in EQUAL else ():
            key = entry.rule.code, repr(entry.arguments), name
            changing.setdefault(key, (entry.rule, []))[1].append(change_of(entry.old, name))
    for rule, changes in changing.values():
        where = f"{draft.origin[rule.code]}: {rule.code}"
        worded(partial(refuse_unproved, rule, changes, table.proofs.get(rule.code), draft.ran), where)


def with_proved_modules(table: Table, draft: Draft) -> Table:
    """The table with the grade of each module that moved, and what was recorded of its names."""

    known = [
        move for move in table.modules.values() if (one := draft.moved.get(pair_of(move.old, move.new))) and one.same
    ]
    # A module that holds others only is as much the same as they are.
    parted = [(move.old.rpartition("."), move.new.rpartition(".")) for move in known]
    holders = {pair_of(old, new) for (old, _, name), (new, _, other) in parted if name == other}

    def graded(move: ModuleMove) -> ModuleMove:
        where = f"{draft.origin[move.rule.code]}: {move.rule.code}"
        pair, proof = pair_of(move.old, move.new), table.proofs.get(move.rule.code)
        proved = (proof is not None and bool(proof.cases and proof.runs.get(pair))) or pair in holders
        found = draft.moved.get(pair)
        rule = worded(lambda: moved_rule(move.rule, pair, found, proved=proved), where)
        return replace(move, rule=rule, found=found)

    return replace(table, modules={old: graded(move) for old, move in table.modules.items()})


def with_proved_grades(table: Table, draft: Draft) -> Table:
    """The table with the grade of each path. A spelling that once ran has numbers, which equal ones need a run for."""
    for rule in table.rules.values():
        proof = table.proofs.get(rule.code)
        if rule.works and rule.grade in EQUAL and (proof is None or not proof.cases):
            where = f"{draft.origin[rule.code]}: {rule.code}"
            raise TableError(f"{where}: no recorded case backs the grade {rule.grade.value}")

    def graded(entry: Entry) -> Entry:
        where = f"{draft.origin[entry.rule.code]}: {entry.rule.code}"
        proof = table.proofs.get(entry.rule.code)
        rule = worded(lambda: proved_rule(entry.rule, entry.old, entry.new, proof, draft.ran), where)
        return replace(entry, rule=rule, legacy=graded(entry.legacy) if entry.legacy is not None else None)

    return replace(table, entries={old: graded(entry) for old, entry in table.entries.items()})


def refuse_other_measures(table: Table, origin: Mapping[str, str]) -> None:
    """Every rule follows the one measure of `effects.toml`: what its grade promises is what its effects allow."""
    for rule in table.rules.values():
        where = f"{origin[rule.code]}: {rule.code}"
        for name in rule.effects if table.effects else ():
            if name not in table.effects:
                raise TableError(f"{where}: effect {name!r} is not described in effects.toml")
            trust = table.effects[name].trust
            if trust is Trust.UNSAFE and rule.grade in EQUAL:
                raise TableError(f"{where}: a fix with the effect {name} is never safe, so the grade is different")
            if trust is Trust.DEAD and rule.grade in EQUAL and any("<" not in text for text in rule.works):
                raise TableError(f"{where}: the old form runs today, so a fix with the effect {name} is not safe")


def refuse_other_kinds(table: Table, origin: Mapping[str, str]) -> None:
    """A name never comes to mean something of another kind; only a rule to a layer makes a class of a function."""
    for entry in table.entries.values():
        if entry.new is None or entry.rule.kind is Kind.MISSPELLED:
            continue
        old, new = _kind_of(table, entry.old), _kind_of(table, entry.new)
        if old != new and not (entry.rule.kind is Kind.TO_LAYER and (old, new) == ("function", "class")):
            where = f"{origin[entry.rule.code]}: {entry.rule.code}"
            raise TableError(f"{where}: {entry.old} is a {old} and {entry.new} a {new}")
    for move in table.modules.values():
        if table.public(*move.new.rpartition(".")[::2]) and move.new not in table.surface:
            where = f"{origin[move.rule.code]}: {move.rule.code}"
            raise TableError(f"{where}: {move.old} is a module and {move.new} is none")


def _kind_of(table: Table, path: str) -> str:
    """What a path names, as the recorded modules and the way it is written tell."""
    if path in table.surface or path in table.modules:
        return "module"
    name = path.rpartition(".")[2].lstrip("_")
    if name.isupper() and len(name) > 1:
        return "constant"
    return "class" if name[:1].isupper() else "function"


def refuse_legacy_targets(table: Table, origin: Mapping[str, str]) -> None:
    """What replaces a path is not legacy itself. Raises TableError."""
    moves: list[Entry | ModuleMove] = [*table.entries.values(), *table.modules.values()]
    for move in moves:
        if move.new is None:
            continue
        where = f"{origin[move.rule.code]}: {move.rule.code}"
        known = table.match(dotted(move.new, where))
        legacy = known.entry if known else table.module_move(move.new)
        if legacy is not None:
            raise TableError(f"{where}: {move.old} points at {move.new}, itself legacy by {legacy.rule.code}")
