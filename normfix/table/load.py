"""Reads `rules/*.toml` into a `Table` and refuses a table that does not hold together.

Every refusal is a TableError that names the file and the rule, so that a bad row is found by reading one line.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from normfix import __version__
from normfix.config import store
from normfix.config.releases import Releases, read_releases
from normfix.table import shapes
from normfix.table.argument_map import CallMap, read_call_map
from normfix.table.effects import Effect, Trust, read_effect
from normfix.table.evidence import (
    EQUAL,
    Identity,
    Proof,
    moved_rule,
    pair_of,
    proved_rule,
    read_identity,
    read_proof,
    read_runs,
)
from normfix.table.graph_words import GraphWords, read_graph_words
from normfix.table.messages import Messages, joined, read_messages
from normfix.table.probes import Probe, read_probes
from normfix.table.rows import TableError, check, choice, dotted, match_of, rule_of, worded
from normfix.table.table import Action, ArgumentMatch, Entry, Grade, Kind, Layer, ModuleMove, Rule, Table

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["RECORDING", "TableError", "extended_table", "load_table", "rule_files", "rules_directory", "shipped_table"]

RECORDING = "availability.toml"
"""Large, so it is no part of the table: availability.py reads it."""


def rules_directory() -> Path:
    """Where the rule files are: inside an installed wheel, or beside the package in a source tree."""
    package = Path(__file__).parent.parent
    packaged = package / "rules"
    return packaged if packaged.is_dir() else package.parent / "rules"


def rule_files() -> list[Path]:
    """The rule files that ship; the recording beside them is read where it is needed."""
    return sorted(file for file in rules_directory().glob("*.toml") if file.name != RECORDING)


@cache
def shipped_table() -> Table:
    """The table that ships with normfix, from the user's cache where an earlier run left it."""
    name = f"table-{store.key_of(__version__, sys.version_info, store.sources())}"
    kept = store.read(store.user_cache(), name)
    try:
        known = pickle.loads(kept) if kept is not None else None
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError, ValueError):
        known = None
    if isinstance(known, Table):
        return known
    table = load_table(rule_files())
    store.write(store.user_cache(), name, pickle.dumps(table, pickle.HIGHEST_PROTOCOL))
    return table


def extended_table(own: Sequence[Path]) -> Table:
    """The shipped table with a project's own rule files added. Raises TableError."""
    return load_table(rule_files(), own) if own else shipped_table()


def load_table(files: Iterable[Path], own: Iterable[Path] = (), *, proved: bool = True) -> Table:
    """Read and validate rule files. Raises TableError for the first thing that does not hold.

    `own` are those of a project, read behind the others. Without `proved` the grades are taken as they stand: only what
    makes the proofs may ask for that.
    """
    draft = _Draft()
    for file in files:
        _read_file(file, draft)
    shipped = frozenset(draft.rules)
    recorded = dict(draft.ran), dict(draft.moved)
    for file in own:
        _read_file(file, draft)
    if (draft.ran, draft.moved) != recorded:
        raise TableError("ran: a project's own rules cannot say where a path ran; only the recorded releases can")
    table = Table(
        rules=draft.rules,
        entries=draft.entries,
        modules=draft.modules,
        arguments=tuple(draft.arguments),
        layers=draft.layers,
        aliases=draft.aliases,
        surface=draft.surface,
        probes=draft.probes,
        proofs=draft.proofs,
        releases=draft.releases,
        graph=draft.graph,
        messages=draft.messages,
        keywords=draft.keywords,
        positional=draft.positional,
        families=draft.families,
        effects=draft.effects,
    )
    _refuse_legacy_targets(table, draft.origin)
    _refuse_other_kinds(table, draft.origin)
    _refuse_other_measures(table, draft.origin)
    if not proved:
        return table
    _refuse_unproved_rows(table, draft.origin, shipped)
    return _with_proved_modules(_with_proved_grades(table, draft), draft)


@dataclass
class _Draft:
    """What has been read so far; `origin` remembers which file a rule came from, for messages."""

    rules: dict[str, Rule] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    modules: dict[str, ModuleMove] = field(default_factory=dict)
    arguments: list[ArgumentMatch] = field(default_factory=list)
    layers: dict[str, Layer] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    surface: dict[str, frozenset[str]] = field(default_factory=dict)
    probes: dict[str, Probe] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    ran: dict[str, tuple[str, ...]] = field(default_factory=dict)
    moved: dict[str, Identity] = field(default_factory=dict)
    releases: Releases = field(default_factory=Releases)
    graph: GraphWords = field(default_factory=GraphWords)
    messages: Messages = field(default_factory=Messages)
    keywords: dict[str, frozenset[str]] = field(default_factory=dict)
    positional: dict[str, tuple[str, ...]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    effects: dict[str, Effect] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)


def _parsed(file: Path) -> dict[str, Any]:
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise TableError(f"{file.name}: not a file")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(f"{file.name}: {error}") from error
    except RecursionError as error:
        raise TableError(f"{file.name}: nested too deeply") from error


def _read_file(file: Path, draft: _Draft) -> None:
    data = _parsed(file)
    check(data, shapes.FILE, file.name)
    maps = {name: _call_map(row, f"{file.name}: maps.{name}") for name, row in data.get("maps", {}).items()}
    draft.families[data.get("family", "")] = data.get("title", "")
    for row in data.get("rule", []):
        _RuleReader(row, file.name, data.get("family", ""), maps).read(draft)
    for row in data.get("layer", []):
        _read_layer(row, file.name, draft)
    for row in data.get("effect", []):
        check(row, shapes.EFFECT, f"{file.name}: effect")
        effect = worded(lambda row=row: read_effect(row), f"{file.name}: effect")  # type: ignore[misc]
        draft.effects[effect.name] = effect
    for row in data.get("probe", []):
        check(row, shapes.PROBE, f"{file.name}: probe")
        draft.probes |= read_probes(row)
    for code, row in data.get("proofs", {}).items():
        check(row, shapes.PROOF, f"{file.name}: proofs.{code}")
        draft.proofs[code] = worded(partial(read_proof, row), f"{file.name}: proofs.{code}")
    if "ran" in data:
        draft.ran |= worded(partial(read_runs, data["ran"]), f"{file.name}: ran")
    for pair, row in data.get("moved", {}).items():
        check(row, shapes.IDENTITY, f"{file.name}: moved.{pair}")
        draft.moved[pair] = read_identity(row)
    if "pairs" in data:
        draft.releases = worded(lambda: read_releases(data), file.name)
    draft.messages = joined(draft.messages, worded(lambda: read_messages(data), file.name))
    if "graph" in data:
        draft.graph = worded(lambda: read_graph_words(data["graph"]), file.name)
    draft.aliases |= data.get("aliases", {})
    _read_names(data, file.name, draft)


def _read_names(data: Mapping[str, Any], where: str, draft: _Draft) -> None:
    """What was recorded of today's modules and signatures: names, keywords, and arguments by their place."""
    for part in ("surface", "arguments", "positional"):
        for path, names in data.get(part, {}).items():
            if not shapes.fits(names, "texts"):
                raise TableError(f"{where}: {part}.{path} must be texts")
    draft.surface |= {path: frozenset(names) for path, names in data.get("surface", {}).items()}
    draft.keywords |= {path: frozenset(names) for path, names in data.get("arguments", {}).items()}
    draft.positional |= {path: tuple(names) for path, names in data.get("positional", {}).items()}


class _RuleReader:
    """One `[[rule]]` on its way into the draft, with what its messages and its argument maps need."""

    def __init__(self, row: Mapping[str, Any], file: str, family: str, maps: Mapping[str, CallMap]) -> None:
        self.row = row
        self.file = file
        self.family = family
        self.maps = maps
        self.where = f"{file}: {row.get('code', 'a rule without a code')}"

    def read(self, draft: _Draft) -> None:
        """Add the rule and everything in it. Raises TableError for what does not fit or is there already."""
        check(self.row, shapes.RULE, self.where)
        rule = rule_of(self.row, self.where, self.family)
        if rule.code in draft.rules:
            raise TableError(f"{self.where}: the code is taken in {draft.origin[rule.code]}")
        draft.rules[rule.code] = rule
        draft.origin[rule.code] = self.file
        for entry in self._entries(rule):
            if entry.old in draft.entries:
                raise TableError(f"{self.where}: {entry.old} is already in {draft.entries[entry.old].rule.code}")
            draft.entries[entry.old] = entry
        for move in self._modules(rule):
            if move.old in draft.modules:
                raise TableError(f"{self.where}: module {move.old} is already in {draft.modules[move.old].rule.code}")
            draft.modules[move.old] = move
        draft.arguments += (match_of(match, rule, self.where) for match in self.row.get("match", ()))

    def _entries(self, rule: Rule) -> Iterator[Entry]:
        shared = self._arguments(self.row)
        for key, value in self.row.get("symbols", {}).items():
            target, arguments, own = value, shared, rule
            if isinstance(value, dict):
                check(value, {"to": "text", "arguments": "text or table", "grade": "text"}, f"{self.where}: {key}")
                target, arguments = value.get("to"), self._arguments(value) if "arguments" in value else shared
                if "grade" in value:
                    own = replace(rule, grade=choice(Grade, value["grade"], f"{self.where}: {key}: grade"))
            if not isinstance(target, str):
                raise TableError(f"{self.where}: {key} has no target")
            for old, new in self._rooted(key, target):
                yield Entry(old, new, own, arguments, self._legacy(old, rule))
        for key in self.row.get("removed", ()):
            for old, _ in self._rooted(key, ""):
                yield Entry(old, None, rule, shared)

    def _legacy(self, old: str, rule: Rule) -> Entry | None:
        """What replaces an old path in a graph program; the row's `legacy` is keyed by the last name of the path."""
        value = self.row.get("legacy", {}).get(old.rpartition(".")[2])
        if value is None:
            return None
        row = value if isinstance(value, dict) else {"to": value}
        check(row, {"to": "text", "arguments": "text or table"}, f"{self.where}: legacy")
        plain = replace(rule, kind=Kind.RENAMED, grade=Grade.IDENTICAL_WITH_ARGUMENTS)
        return Entry(old, dotted(row.get("to", ""), f"{self.where}: legacy"), plain, self._arguments(row))

    def _modules(self, rule: Rule) -> Iterator[ModuleMove]:
        for key, value in self.row.get("modules", {}).items():
            target, own = value, rule
            if isinstance(value, dict):
                check(value, {"to": "text", "grade": "text"}, f"{self.where}: {key}")
                target = value.get("to")
                own = replace(rule, grade=choice(Grade, value.get("grade"), f"{self.where}: {key}: grade"))
            if not isinstance(target, str):
                raise TableError(f"{self.where}: module {key} has no target")
            for old, new in self._rooted(key, target):
                yield ModuleMove(old, new, own, self.row.get("whole", False))

    def _arguments(self, row: Mapping[str, Any]) -> CallMap:
        value = row.get("arguments", {})
        if isinstance(value, dict):
            return _call_map(value, self.where)
        if value not in self.maps:
            raise TableError(f"{self.where}: arguments names {value!r}, which is not among the maps of the file")
        return self.maps[value]

    def _rooted(self, key: str, value: str) -> Iterator[tuple[str, str]]:
        """`*.layers.X` once for each root of the rule; any other key as it stands."""
        if not key.startswith("*."):
            yield dotted(key, self.where), value
            return
        roots = self.row.get("roots", ())
        if not roots:
            raise TableError(f"{self.where}: {key} needs the rule's roots")
        for root in roots:
            yield dotted(root + key[1:], self.where), root + value[1:] if value.startswith("*.") else value


def _call_map(row: Any, where: str) -> CallMap:
    try:
        return read_call_map(row)
    except ValueError as error:
        raise TableError(f"{where}: {error}") from error


def _read_layer(row: Mapping[str, Any], file: str, draft: _Draft) -> None:
    where = f"{file}: layer {row.get('name', '?')}"
    check(row, shapes.LAYER, where)
    missing = [key for key in sorted(shapes.LAYER) if not row.get(key)]
    if missing:
        raise TableError(f"{where}: {', '.join(missing)} missing")
    if row["name"] in draft.layers:
        raise TableError(f"{where}: the layer is described twice")
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    draft.layers[row["name"]] = Layer(**fields)


def _refuse_unproved_rows(table: Table, origin: Mapping[str, str], shipped: Collection[str]) -> None:
    """Arguments that change need a run each too, in the rules of a project."""
    changes = [
        (match.rule, f"{callee}({name})")
        for match in table.arguments
        if match.action is not Action.REPORT
        for callee in match.callees
        for name in match.names or (str(match.position),)
    ]
    for rule, change in changes:
        proof = table.proofs.get(rule.code)
        unproved = rule.code not in shipped and (proof is None or not proof.cases or not proof.runs.get(change))
        if rule.grade is Grade.NONE or (unproved and rule.grade is not Grade.DIFFERENT):
            where = f"{origin[rule.code]}: {rule.code}"
            raise TableError(f"{where}: {change}: no recorded run backs a fix with the grade {rule.grade.value}")


def _with_proved_modules(table: Table, draft: _Draft) -> Table:
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


def _with_proved_grades(table: Table, draft: _Draft) -> Table:
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
        return entry if rule is entry.rule else replace(entry, rule=rule)

    return replace(table, entries={old: graded(entry) for old, entry in table.entries.items()})


def _refuse_other_measures(table: Table, origin: Mapping[str, str]) -> None:
    """Every rule follows the one measure of `effects.toml`: what its grade promises is what its effects allow."""
    for rule in table.rules.values():
        where = f"{origin[rule.code]}: {rule.code}"
        for name in rule.effects:
            if name not in table.effects:
                raise TableError(f"{where}: effect {name!r} is not described in effects.toml")
            trust = table.effects[name].trust
            if trust is Trust.UNSAFE and rule.grade in EQUAL:
                raise TableError(f"{where}: a fix with the effect {name} is never safe, so the grade is different")
            if trust is Trust.DEAD and rule.grade in EQUAL and any("<" not in text for text in rule.works):
                raise TableError(f"{where}: the old form runs today, so a fix with the effect {name} is not safe")


def _refuse_other_kinds(table: Table, origin: Mapping[str, str]) -> None:
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


def _refuse_legacy_targets(table: Table, origin: Mapping[str, str]) -> None:
    moves: list[Entry | ModuleMove] = [*table.entries.values(), *table.modules.values()]
    for move in moves:
        if move.new is None:
            continue
        where = f"{origin[move.rule.code]}: {move.rule.code}"
        known = table.match(dotted(move.new, where))
        legacy = known.entry if known else table.module_move(move.new)
        if legacy is not None:
            raise TableError(f"{where}: {move.old} points at {move.new}, itself legacy by {legacy.rule.code}")
