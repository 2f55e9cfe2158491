"""The rule table: what each legacy spelling is, what replaces it, and what that does to the numbers.

The table is data (`rules/*.toml`); `schema.py` turns it into these values and refuses what does not hold together.
Dotted paths are written in full (`tensorflow.keras.layers.X`, never `tf...`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from normfix.config.releases import Releases
from normfix.table.argument_map import CallMap
from normfix.table.effects import Effect
from normfix.table.entries import LAYER_HOMES, ArgumentMatch, Entry, Layer, Match, ModuleMove
from normfix.table.evidence import Proof
from normfix.table.graph_words import GraphWords
from normfix.table.messages import Messages
from normfix.table.misspellings import meant_layer
from normfix.table.probes import Probe
from normfix.table.rule import Action, Example, Grade, Kind, Rule

__all__ = [
    "LAYER_HOMES",
    "Action",
    "ArgumentMatch",
    "CallMap",
    "Entry",
    "Example",
    "Grade",
    "Kind",
    "Layer",
    "Match",
    "ModuleMove",
    "Rule",
    "Table",
]

_MOST_PATHS = 8192


_T = TypeVar("_T")


_PUBLISHED = frozenset({"keras.layers", "tensorflow.keras.layers", "tf_keras.layers"})


_MISSPELLED = "NF210"


@dataclass(frozen=True)
class Table:
    """Every rule, symbol, module, argument, layer and recorded public name."""

    rules: Mapping[str, Rule]
    entries: Mapping[str, Entry]
    modules: Mapping[str, ModuleMove]
    arguments: tuple[ArgumentMatch, ...]
    layers: Mapping[str, Layer]
    aliases: Mapping[str, str]
    surface: Mapping[str, frozenset[str]]
    probes: Mapping[str, Probe] = field(default_factory=dict)
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    releases: Releases = field(default_factory=Releases)
    graph: GraphWords = field(default_factory=GraphWords)
    messages: Messages = field(default_factory=Messages)
    keywords: Mapping[str, frozenset[str]] = field(default_factory=dict)
    positional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)

    def spellings(self, path: str) -> Iterator[tuple[str, str, str]]:
        """`path` itself, then under each alias of its prefix, as (spelling, alias prefix, real prefix)."""
        yield path, "", ""
        if path.partition(".")[0] not in self._alias_roots:
            return
        for alias, real in self.aliases.items():
            if path == alias or path.startswith(alias + "."):
                yield real + path[len(alias) :], alias, real

    @cached_property
    def _alias_roots(self) -> frozenset[str]:
        return frozenset(alias.partition(".")[0] for alias in self.aliases)

    def match(self, path: str) -> Match | None:
        """The entry for a dotted path, or None when the table does not know it as legacy."""
        return _recalled(self._matches, path, self._match)

    @cached_property
    def _matches(self) -> dict[str, Match | None]:
        return {}

    def _match(self, path: str) -> Match | None:
        for spelling, alias, real in self.spellings(path):
            entry = self.entries.get(spelling) or self._misspelling(spelling)
            if entry is not None:
                return Match(entry, path, _swap_back(entry.new, alias, real))
        return None

    def _misspelling(self, path: str) -> Entry | None:
        """The entry for a misspelled layer, made on the spot."""
        home, _, name = path.rpartition(".")
        rule = self.rules.get(_MISSPELLED)
        if rule is None or home not in _PUBLISHED or path in self._inner or self.public(home, name):
            return None
        layers = frozenset(layer for layer in self.layers if self.public(home, layer))
        meant = meant_layer(name, layers)
        return Entry(path, f"{home}.{meant}", rule) if meant else None

    @cached_property
    def _inner(self) -> frozenset[str]:
        """Every module above a legacy path."""
        paths = (*self.entries, *(f"{module}.x" for module in self.modules))
        return frozenset(path.rpartition(".")[0] for path in paths)

    @cached_property
    def keywords_of(self) -> Mapping[str, frozenset[str]]:
        """For each layer class the keywords that some release took or that some rule speaks of."""
        found: dict[str, frozenset[str]] = {}
        for path, names in self.keywords.items():
            layer = path.rpartition(".")[2]
            found[layer] = found.get(layer, frozenset()) | names
        for match in self.arguments:
            for callee in match.callees:
                if callee in found:
                    found[callee] |= frozenset(match.names)
        return found

    def place(self, path: str, argument: str) -> int | None:
        """The place of an argument in the signature of today of a layer or function; None where none is recorded."""
        layer = self.layer_name(path)
        known = (
            [f"{home}.{layer}" for home in LAYER_HOMES]
            if layer
            else [spelled for spelled, _, _ in self.spellings(path)]
        )
        orders = [self.positional[one] for one in known if one in self.positional]
        places = [order.index(argument) if argument in order else len(order) for order in orders]
        return min(places, default=None)

    def accepted(self, layer: str) -> frozenset[str]:
        """The keywords that a layer takes today."""
        return next((names for path, names in self.keywords.items() if path.endswith(f".{layer}")), frozenset())

    def module_move(self, module: str) -> ModuleMove | None:
        """The move for a module path, if the table has one; its `new` is spelled in full, whatever the alias was."""
        moves = (self.modules.get(spelling) for spelling, _, _ in self.spellings(module))
        return next((move for move in moves if move is not None), None)

    def public(self, module: str, name: str) -> bool:
        """Whether `module` was recorded to have `name` on the newest release."""
        return name in self.surface.get(module, frozenset())

    def layer_name(self, path: str) -> str | None:
        """The layer class that a path means today, for modern paths and for legacy ones with the same arguments."""
        return _recalled(self._layer_names, path, self._layer_name)

    @cached_property
    def _layer_names(self) -> dict[str, str | None]:
        return {}

    def _layer_name(self, path: str) -> str | None:
        for spelling, _, _ in self.spellings(path):
            home, _, name = spelling.rpartition(".")
            if home in LAYER_HOMES and name in self.layers:
                return name
        match = self.match(path)
        if match is None or match.entry.new is None or not match.entry.same_arguments:
            return None
        home, _, name = match.entry.new.rpartition(".")
        return name if home in LAYER_HOMES else None

    def function_name(self, path: str) -> str | None:
        """The function that a path means, as argument rules spell it, or None when no rule looks at its arguments."""
        return next((one for one, _, _ in self.spellings(path) if one in self._functions), None)

    @cached_property
    def _functions(self) -> frozenset[str]:
        return frozenset(callee for match in self.arguments for callee in match.callees if "." in callee)

    def is_sibling(self, path: str) -> bool:
        """Whether a path is in the table only because it fails beside a normalization."""
        return self.entries[path].rule.kind is Kind.SIBLING

    @cached_property
    def exporters(self) -> Mapping[str, Entry]:
        """Modules that today export nothing, each with an entry that stands for all its normalizations.

        The entry's `new` is the one module where all of them live now, if there is one.
        """
        children: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            module = entry.old.rpartition(".")[0]
            if module not in self.surface and entry.rule.kind is not Kind.SIBLING:
                children.setdefault(module, []).append(entry)
        return {module: _module_entry(module, found) for module, found in children.items()}

    @cached_property
    def norm_modules(self) -> Mapping[str, Entry]:
        """The exporters that hold nothing but normalizations, so that even importing one is a finding."""
        return {module: entry for module, entry in self.exporters.items() if "orm" in module.rpartition(".")[2].lower()}

    @cached_property
    def gone_modules(self) -> frozenset[str]:
        """The exporters that are gone for good together with what else they had."""
        return frozenset(one for one in self.exporters if one in self.entries and self.is_sibling(one))

    @cached_property
    def ended(self) -> Mapping[str, Entry]:
        """Modules of libraries that ended, whose import is a finding where nothing uses it."""
        return {path: Entry(path, None, rule) for rule in self.rules.values() for path in rule.unused}

    @cached_property
    def ended_libraries(self) -> frozenset[str]:
        """The libraries that ended, of which no import works any more."""
        return frozenset(path.partition(".")[0] for path in self.ended)

    def dead(self, module: str) -> bool:
        """Whether importing from a module fails today, or is private and about to."""
        if module in self.norm_modules or module in self.modules:
            return module.partition(".")[0] != "tf_slim"
        parts = module.split(".")
        prefixes = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        return any(prefix in self.entries and self.is_sibling(prefix) for prefix in prefixes)

    @cached_property
    def symbol_names(self) -> frozenset[str]:
        """The last component of every legacy path, and every layer."""
        return frozenset(path.rpartition(".")[2] for path in self.entries) | frozenset(self.layers)

    @cached_property
    def function_names(self) -> frozenset[str]:
        """The last component of every function whose arguments some rule looks at."""
        return frozenset(path.rpartition(".")[2] for path in self._functions)

    @cached_property
    def roots(self) -> frozenset[str]:
        """First components of every path that the table can say something about."""
        paths = (*self.entries, *self.modules, *self.aliases, *LAYER_HOMES)
        return frozenset(path.partition(".")[0] for path in (*paths, *self._functions))

    @cached_property
    def inner_modules(self) -> Mapping[str, frozenset[str]]:
        """For each root the modules right below it that some path of the table goes through."""
        found: dict[str, set[str]] = {}
        for path in (*self.entries, *self.modules, *(f"{home}.x" for home in LAYER_HOMES)):
            parts = path.split(".")
            if len(parts) > 2:
                found.setdefault(parts[0], set()).add(parts[1])
        return {root: frozenset(names) for root, names in found.items()}

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Every distinct dotted path that some rule recommends, sorted."""
        return tuple(sorted({entry.new for entry in self.entries.values() if entry.new}))


def _recalled(known: dict[str, _T], path: str, find: Callable[[str], _T]) -> _T:
    """The answer for a path, found once as long as there are not too many: the same few are asked for all the time."""
    if path not in known:
        if len(known) >= _MOST_PATHS:
            known.clear()
        known[path] = find(path)
    return known[path]


def _module_entry(module: str, children: Sequence[Entry]) -> Entry:
    homes = {entry.new.rpartition(".")[0] for entry in children if entry.new}
    moved = all(entry.rule.kind is Kind.MOVED for entry in children)
    return Entry(module, homes.pop() if moved and len(homes) == 1 else None, children[0].rule)


def _swap_back(new: str | None, alias: str, real: str) -> str | None:
    """A replacement below the real prefix, respelled below the alias that the author wrote."""
    if new is None or not alias or alias.partition(".")[0] != real.partition(".")[0]:
        return new
    if new == real or new.startswith(real + "."):
        return alias + new[len(real) :]
    return new
