"""What a refused argument was given to: the callee that the text names, else the one in the traceback's line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from normfix.explanations.pasted import Pasted
from normfix.table.table import Table

_METHODS = frozenset({"__init__", "call", "__call__", "build"})
_BRACKET = re.compile(r"([A-Za-z_]\w*)?\s*\(|\)")
_NORMALIZATION = re.compile(r"norm|bn", re.IGNORECASE)
_BASES = ("Base", "V1", "V2")


class Owner(Enum):
    """Whose callee it is: one that the table speaks of, a class of the user's own, another one; or nobody says."""

    TABLE = "table"
    SUBCLASS = "subclass"
    OTHER = "other"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Subject:
    """The callee that refused an argument; `callee` is empty where nothing says it.

    `value` is the source of what was given, None where the text does not show it.
    """

    callee: str
    argument: str
    owner: Owner
    value: str | None = None

    @property
    def normalizes(self) -> bool:
        """Whether the callee's name speaks of normalization."""
        return _NORMALIZATION.search(self.callee) is not None


def subject_of(
    table: Table, text: Pasted, shape: Mapping[str, str | None], argument: str, value: str | None
) -> Subject:
    """The subject of one shape of message for one argument; `shape` has the named groups of its match."""
    named = (shape.get("callee") or "").strip()
    if not named or named in _METHODS:
        named = _in_code(table, text, argument)
    return Subject(named, argument, _owner(table, named), value)


def _in_code(table: Table, text: Pasted, argument: str) -> str:
    """The callee that a line of the traceback gives the argument to: the innermost call before `argument=`."""
    for line in text.code.splitlines():
        before, found, _ = line.partition(f"{argument}=")
        if found:
            calls = list(_open_calls(before))
            known = [name for name in calls if _owner(table, name) is Owner.TABLE]
            return (known or calls or [""])[-1]
    return ""


def _open_calls(text: str) -> Iterator[str]:
    """The names of the calls whose brackets are still open at the end of a text, outermost first."""
    opened: list[str] = []
    for match in _BRACKET.finditer(text):
        if match[0] != ")":
            opened.append(match[1] or "")
        elif opened:
            opened.pop()
    return (name for name in opened if name)


def _owner(table: Table, callee: str) -> Owner:
    if not callee:
        return Owner.UNSAID
    if plain_name(callee) in _names(table):
        return Owner.TABLE
    published = callee in table.surface.get("keras.layers", frozenset())
    return Owner.SUBCLASS if callee[:1].isupper() and not published else Owner.OTHER


def plain_name(callee: str) -> str:
    """A callee without what releases add to a class (`BatchNormalizationBase`) or to a function (`_v2`)."""
    for ending in _BASES:
        callee = callee.removesuffix(ending)
    return callee.removesuffix("_v2")


def _names(table: Table) -> frozenset[str]:
    return table.symbol_names | table.function_names
