"""The data of rule files to the rows of a table; a row that does not fit is refused with its file and rule."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from normfix.config.releases import Releases, read_releases
from normfix.table import shapes
from normfix.table.argument_map import CallMap, read_call_map
from normfix.table.effects import Effect, read_effect
from normfix.table.entries import ArgumentMatch, Entry, Layer, ModuleMove
from normfix.table.evidence import (
    Identity,
    Proof,
    read_identity,
    read_proof,
    read_runs,
)
from normfix.table.graph_words import GraphWords, read_graph_words
from normfix.table.messages import Messages, joined, read_messages
from normfix.table.probes import Probe, read_probes
from normfix.table.rows import TableError, check, choice, dotted, match_of, rule_of, worded
from normfix.table.table import Grade, Kind, Rule

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass
class Draft:
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


def parsed(file: Path) -> dict[str, Any]:
    """The data of a rule file. Raises TableError for one that cannot be read."""
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise TableError(f"{file.name}: not a file")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(f"{file.name}: {error}") from error
    except RecursionError as error:
        raise TableError(f"{file.name}: nested too deeply") from error


def read_file(file: Path, draft: Draft) -> None:
    """Add what a rule file says to a draft. Raises TableError."""
    data = parsed(file)
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


def _read_names(data: Mapping[str, Any], where: str, draft: Draft) -> None:
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

    def read(self, draft: Draft) -> None:
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
        check(row, {"to": "text", "arguments": "text or table", "grade": "text"}, f"{self.where}: legacy")
        grade = choice(Grade, row.get("grade", Grade.IDENTICAL_WITH_ARGUMENTS.value), f"{self.where}: legacy: grade")
        plain = replace(rule, kind=Kind.RENAMED, grade=grade)
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


def _read_layer(row: Mapping[str, Any], file: str, draft: Draft) -> None:
    where = f"{file}: layer {row.get('name', '?')}"
    check(row, shapes.LAYER, where)
    missing = [key for key in sorted(shapes.LAYER) if not row.get(key)]
    if missing:
        raise TableError(f"{where}: {', '.join(missing)} missing")
    if row["name"] in draft.layers:
        raise TableError(f"{where}: the layer is described twice")
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    draft.layers[row["name"]] = Layer(**fields)
