"""Tells that a file is clean without the rule table: what the gates need is kept from an earlier run."""

from __future__ import annotations

import marshal
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from normfix import __version__
from normfix.config import store
from normfix.prefilter.call_text import CallRules
from normfix.prefilter.code import plain
from normfix.prefilter.look import Gate, Stem
from normfix.prefilter.other_names import may_rename, other_names
from normfix.prefilter.skim import Elsewhere
from normfix.prefilter.suspects import Suspects
from normfix.prefilter.words import has_word

if TYPE_CHECKING:
    from normfix.table.table import Table


CLEAN, YOUNG, ADMITTED, RENAMING = range(4)
"""Nothing to find; nothing but a name that may be too new for the target; anything; nothing here, but something where
other files use the names that this one gives to layers.
"""


class Doorkeeper:
    """All gates in one."""

    def __init__(self, gate: Gate, suspects: Suspects, young: tuple[bytes, ...]) -> None:
        self.gate = gate
        self._suspects = suspects
        self._young = young
        self._young_layers = gate.symbols.intersection(young)
        self._other_young = [word for word in young if word not in gate.symbols]

    def verdict(self, data: bytes, path: str, elsewhere: Elsewhere) -> int:
        """Whether any rule can say something of a file with these bytes: `CLEAN`, `YOUNG`, `ADMITTED` or `RENAMING`."""
        text = plain(data, path)
        return ADMITTED if text is None else self._verdict(text, elsewhere)

    def _verdict(self, data: bytes, elsewhere: Elsewhere) -> int:
        places = list(self.gate.places(data))
        if self.gate.suspects(data, places, elsewhere) or self._suspects.admits(data) or _uses_contrib(data):
            return ADMITTED
        if self._is_young(data, places):
            return YOUNG
        renames = may_rename(data, places) and any(True for _ in other_names(data, self.gate.symbols))
        return RENAMING if renames else CLEAN

    def _is_young(self, data: bytes, places: Sequence[tuple[int, int]]) -> bool:
        layers = (data[start:end] in self._young_layers for start, end in places)
        return any(layers) or any(has_word(data, word) for word in self._other_young)


_SPEAKS = re.compile(rb"[Nn]orm|moments")


def _uses_contrib(data: bytes) -> bool:
    """Whether a file may use `tensorflow.contrib` and speak of a normalization."""
    return b"contrib" in data and b"tensorflow" in data and _SPEAKS.search(data) is not None


def doorkeeper() -> Doorkeeper:
    """The doorkeeper of the shipped table, from the user's cache or made anew."""
    name = f"gate-{store.key_of(__version__, sys.version_info, store.sources())}"
    kept = store.read(store.user_cache(), name)
    try:
        if kept is not None:
            return _loaded(marshal.loads(kept))
    except (EOFError, ValueError, TypeError, KeyError):
        # Whole, but not what is expected here: made anew like any other that is lost.
        pass
    made = doorkeeper_of(_shipped())
    store.write(store.user_cache(), name, marshal.dumps(_plain(made)))
    return made


def _shipped() -> Table:
    from normfix.table.load import shipped_table  # noqa: PLC0415 - not needed when there is something to load

    return shipped_table()


def doorkeeper_of(table: Table) -> Doorkeeper:
    """The doorkeeper of a table."""
    from normfix.prefilter.gate import build_gate  # noqa: PLC0415

    return Doorkeeper(build_gate(table), Suspects(table), table.releases.young_words)


def _plain(made: Doorkeeper) -> Any:
    """A doorkeeper as marshal can write it."""
    gate = made.gate
    rules = list({id(one): one for one in gate.callees.values()}.values())
    values = {one.name: getattr(gate, one.name) for one in fields(gate)}
    values["stems"] = tuple((one.text, one.pattern.pattern) for one in gate.stems)
    values["callees"] = {path: next(n for n, r in enumerate(rules) if r is one) for path, one in gate.callees.items()}
    patterns = [tuple(_source(getattr(one, field.name)) for field in fields(one)) for one in rules]
    return values, patterns, vars(made._suspects), made._young


def _source(value: Any) -> Any:
    return ("pattern", value.pattern) if isinstance(value, re.Pattern) else value


def _rules(row: list[Any]) -> CallRules:
    values: list[Any] = [re.compile(one[1]) if isinstance(one, tuple) else one for one in row]
    return CallRules(*values)


def _loaded(plain: Any) -> Doorkeeper:
    values, patterns, suspects, young = plain
    rules = [_rules(row) for row in patterns]
    values["stems"] = tuple(Stem(text, re.compile(pattern)) for text, pattern in values["stems"])
    values["callees"] = {path: rules[number] for path, number in values["callees"].items()}
    watcher = Suspects.__new__(Suspects)
    vars(watcher).update(suspects)
    return Doorkeeper(Gate(**values), watcher, young)
