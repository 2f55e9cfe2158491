"""Reads `rules/*.toml` into a `Table` and refuses a table that does not hold together.

Every refusal is a TableError that names the file and the rule, so that a bad row is found by reading one line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from normfix import shapes
from normfix.callmap import CallMap, read_call_map
from normfix.evidence import Proof, read_proof
from normfix.graphwords import GraphWords, read_graph_words
from normfix.messages import Messages, joined, read_messages
from normfix.probes import Probe, read_probes
from normfix.releases import Releases, read_releases, requirement
from normfix.table import (
    Action,
    ArgumentMatch,
    Entry,
    Example,
    Grade,
    Kind,
    Layer,
    ModuleMove,
    Rule,
    Table,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_E = TypeVar("_E", bound=Enum)
_T = TypeVar("_T")
RECORDING = "availability.toml"
"""Large, so it is no part of the table: availability.py reads it."""
_CODE = re.compile(r"NF\d{3}")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class TableError(ValueError):
    """A rule file that cannot be used; the message names the file and, where there is one, the rule."""


def rules_directory() -> Path:
    """Where the rule files are: inside an installed wheel, or beside the package in a source tree."""
    packaged = Path(__file__).parent / "rules"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "rules"


def rule_files() -> list[Path]:
    """The rule files that ship; the recording beside them is read where it is needed."""
    return sorted(file for file in rules_directory().glob("*.toml") if file.name != RECORDING)


@cache
def shipped_table() -> Table:
    """The table that ships with normfix."""
    return load_table(rule_files())


def extended_table(own: Sequence[Path]) -> Table:
    """The shipped table with a project's own rule files added. Raises TableError."""
    return load_table([*rule_files(), *own]) if own else shipped_table()


def load_table(files: Iterable[Path]) -> Table:
    """Read and validate rule files. Raises TableError for the first thing that does not hold."""
    draft = _Draft()
    for file in files:
        _read_file(file, draft)
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
        families=draft.families,
    )
    _refuse_legacy_targets(table, draft.origin)
    return table


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
    releases: Releases = field(default_factory=Releases)
    graph: GraphWords = field(default_factory=GraphWords)
    messages: Messages = field(default_factory=Messages)
    keywords: dict[str, frozenset[str]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)


def _read_file(file: Path, draft: _Draft) -> None:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"{file.name}: {error}") from error
    _check(data, shapes.FILE, file.name)
    maps = {name: _call_map(row, f"{file.name}: maps.{name}") for name, row in data.get("maps", {}).items()}
    draft.families[data.get("family", "")] = data.get("title", "")
    for row in data.get("rule", []):
        _RuleReader(row, file.name, data.get("family", ""), maps).read(draft)
    for row in data.get("layer", []):
        _read_layer(row, file.name, draft)
    for row in data.get("probe", []):
        _check(row, shapes.PROBE, f"{file.name}: probe")
        draft.probes |= read_probes(row)
    for code, row in data.get("proofs", {}).items():
        _check(row, shapes.PROOF, f"{file.name}: proofs.{code}")
        draft.proofs[code] = read_proof(row)
    if "pairs" in data:
        draft.releases = _worded(lambda: read_releases(data), file.name)
    draft.messages = joined(draft.messages, _worded(lambda: read_messages(data), file.name))
    if "graph" in data:
        draft.graph = _worded(lambda: read_graph_words(data["graph"]), file.name)
    draft.aliases |= data.get("aliases", {})
    for part, into in (("surface", draft.surface), ("arguments", draft.keywords)):
        for path, names in data.get(part, {}).items():
            if not shapes.fits(names, "texts"):
                raise TableError(f"{file.name}: {part}.{path} must be texts")
            into[path] = frozenset(names)


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
        _check(self.row, shapes.RULE, self.where)
        rule = _rule(self.row, self.where, self.family)
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
        draft.arguments += (_argument_match(match, rule, self.where) for match in self.row.get("match", ()))

    def _entries(self, rule: Rule) -> Iterator[Entry]:
        shared = self._arguments(self.row)
        for key, value in self.row.get("symbols", {}).items():
            target, arguments = value, shared
            if isinstance(value, dict):
                _check(value, {"to": "text", "arguments": "text or table"}, f"{self.where}: {key}")
                target, arguments = value.get("to"), self._arguments(value)
            if not isinstance(target, str):
                raise TableError(f"{self.where}: {key} has no target")
            for old, new in self._rooted(key, target):
                yield Entry(old, new, rule, arguments, self._legacy(old, rule))
        for key in self.row.get("removed", ()):
            for old, _ in self._rooted(key, ""):
                yield Entry(old, None, rule, shared)

    def _legacy(self, old: str, rule: Rule) -> Entry | None:
        """What replaces an old path in a graph program; the row's `legacy` is keyed by the last name of the path."""
        value = self.row.get("legacy", {}).get(old.rpartition(".")[2])
        if value is None:
            return None
        row = value if isinstance(value, dict) else {"to": value}
        _check(row, {"to": "text", "arguments": "text or table"}, f"{self.where}: legacy")
        plain = replace(rule, kind=Kind.RENAMED, grade=Grade.IDENTICAL_WITH_ARGUMENTS)
        return Entry(old, _dotted(row.get("to", ""), f"{self.where}: legacy"), plain, self._arguments(row))

    def _modules(self, rule: Rule) -> Iterator[ModuleMove]:
        for key, value in self.row.get("modules", {}).items():
            for old, new in self._rooted(key, value):
                yield ModuleMove(old, new, rule, self.row.get("whole", False))

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
            yield _dotted(key, self.where), value
            return
        roots = self.row.get("roots", ())
        if not roots:
            raise TableError(f"{self.where}: {key} needs the rule's roots")
        for root in roots:
            yield _dotted(root + key[1:], self.where), root + value[1:] if value.startswith("*.") else value


def _rule(row: Mapping[str, Any], where: str, family: str) -> Rule:
    for key in ("code", "slug", "summary", "kind", "grade"):
        if not row.get(key):
            raise TableError(f"{where}: {key} is missing")
    if not _CODE.fullmatch(row["code"]):
        raise TableError(f"{where}: a code is NF and three digits")
    kind = _choice(Kind, row["kind"], f"{where}: kind")
    example = row.get("example")
    if example is None and kind is not Kind.FILE:
        raise TableError(f"{where}: example is missing")
    if example is not None:
        _check(example, {"before": "text", "after": "text"}, f"{where}: example")
        if not example.get("before"):
            raise TableError(f"{where}: example.before is missing")
    return Rule(
        code=row["code"],
        slug=row["slug"],
        summary=row["summary"],
        kind=kind,
        grade=_choice(Grade, row["grade"], f"{where}: grade"),
        family=family,
        works=tuple(row.get("works", ())),
        history=row.get("history", ""),
        advice=row.get("advice", ""),
        note=row.get("note", ""),
        errors=tuple(row.get("errors", ())),
        links=tuple(row.get("links", ())),
        example=Example(example["before"], example.get("after", "")) if example else None,
        quiet=row.get("quiet", False),
        saved=row.get("saved", ""),
        frozen=tuple(row.get("frozen", ())),
        ranges=_worded(lambda: tuple(map(requirement, row.get("works", ()))), f"{where}: works"),
    )


def _call_map(row: Any, where: str) -> CallMap:
    try:
        return read_call_map(row)
    except ValueError as error:
        raise TableError(f"{where}: {error}") from error


def _argument_match(row: Mapping[str, Any], rule: Rule, where: str) -> ArgumentMatch:
    _check(row, shapes.MATCH, f"{where}: match")
    value = row.get("value")
    if value is not None and value not in shapes.VALUES:
        raise TableError(f"{where}: value must be one of {', '.join(shapes.VALUES)}, not {value!r}")
    if not row.get("callees") or ("names" not in row and "position" not in row):
        raise TableError(f"{where}: a match needs callees and names or position")
    action = _choice(Action, row.get("action", "report"), f"{where}: action")
    if action is Action.RENAME and not row.get("to"):
        raise TableError(f"{where}: a renamed argument needs its new name in to")
    return ArgumentMatch(
        rule=rule,
        callees=tuple(row["callees"]),
        names=tuple(row.get("names", ())),
        position=row.get("position"),
        value=value,
        literals=tuple(row.get("literals", ())),
        action=action,
        to=row.get("to"),
        replacements=row.get("replacements", {}),
    )


def _read_layer(row: Mapping[str, Any], file: str, draft: _Draft) -> None:
    where = f"{file}: layer {row.get('name', '?')}"
    _check(row, shapes.LAYER, where)
    missing = [key for key in sorted(shapes.LAYER) if not row.get(key)]
    if missing:
        raise TableError(f"{where}: {', '.join(missing)} missing")
    if row["name"] in draft.layers:
        raise TableError(f"{where}: the layer is described twice")
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    draft.layers[row["name"]] = Layer(**fields)


def _refuse_legacy_targets(table: Table, origin: Mapping[str, str]) -> None:
    moves: list[Entry | ModuleMove] = [*table.entries.values(), *table.modules.values()]
    for move in moves:
        if move.new is None:
            continue
        where = f"{origin[move.rule.code]}: {move.rule.code}"
        known = table.match(_dotted(move.new, where))
        legacy = known.entry if known else table.module_move(move.new)
        if legacy is not None:
            raise TableError(f"{where}: {move.old} points at {move.new}, itself legacy by {legacy.rule.code}")


def _worded(read: Callable[[], _T], where: str) -> _T:
    try:
        return read()
    except ValueError as error:
        raise TableError(f"{where}: {error}") from error


def _dotted(path: str, where: str) -> str:
    if not _DOTTED.fullmatch(path):
        raise TableError(f"{where}: {path!r} is not a dotted path")
    return path


def _choice(enum: type[_E], value: Any, where: str) -> _E:
    try:
        return enum(value)
    except ValueError:
        raise TableError(f"{where} must be one of {', '.join(str(one.value) for one in enum)}, not {value!r}") from None


def _check(row: Mapping[str, Any], shape: Mapping[str, str], where: str) -> None:
    problem = shapes.misfit(row, shape)
    if problem:
        raise TableError(f"{where}: {problem}")
