"""Rows of a rule file to values: a rule, an argument match, and the refusals that both and schema.py share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from normfix.config.errors import UserError
from normfix.config.releases import requirement
from normfix.table import shapes
from normfix.table.entries import ArgumentMatch
from normfix.table.table import Action, Example, Grade, Kind, Rule

_E = TypeVar("_E", bound=Enum)
_T = TypeVar("_T")
_CODE = re.compile(r"NF\d{3}")
_WORST = ("outputs",)
"""What a rule does to the numbers that says no more than that they differ."""

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class TableError(UserError, ValueError):
    """A rule file that cannot be used; the message names the file and, where there is one, the rule."""


def rule_of(row: Mapping[str, Any], where: str, family: str) -> Rule:
    """The rule in a `[[rule]]`. Raises TableError."""
    for key in ("code", "slug", "summary", "kind", "grade"):
        if not row.get(key):
            raise TableError(f"{where}: {key} is missing")
    if not _CODE.fullmatch(row["code"]):
        raise TableError(f"{where}: a code is NF and three digits")
    kind = choice(Kind, row["kind"], f"{where}: kind")
    example = row.get("example")
    if example is None and kind is not Kind.FILE:
        raise TableError(f"{where}: example is missing")
    if example is not None:
        check(example, {"before": "text", "after": "text"}, f"{where}: example")
        if not example.get("before"):
            raise TableError(f"{where}: example.before is missing")
    return Rule(
        code=row["code"],
        slug=row["slug"],
        summary=row["summary"],
        kind=kind,
        grade=choice(Grade, row["grade"], f"{where}: grade"),
        family=family,
        works=tuple(row.get("works", ())),
        history=row.get("history", ""),
        advice=row.get("advice", ""),
        note=row.get("note", ""),
        errors=tuple(row.get("errors", ())),
        links=tuple(row.get("links", ())),
        example=Example(example["before"], example.get("after", "")) if example else None,
        quiet=row.get("quiet", False),
        unused=tuple(row.get("unused", ())),
        installs=tuple(row.get("installs", ())),
        saved=row.get("saved", ""),
        frozen=tuple(row.get("frozen", ())),
        effects=tuple(row.get("effects", _WORST if row["grade"] == Grade.DIFFERENT.value and row.get("works") else ())),
        ranges=worded(lambda: tuple(map(requirement, row.get("works", ()))), f"{where}: works"),
    )


def match_of(row: Mapping[str, Any], rule: Rule, where: str) -> ArgumentMatch:
    """The match in a `[[rule.match]]`. Raises TableError."""
    check(row, shapes.MATCH, f"{where}: match")
    value = row.get("value")
    if value is not None and value not in shapes.VALUES:
        raise TableError(f"{where}: value must be one of {', '.join(shapes.VALUES)}, not {value!r}")
    if not row.get("callees") or ("names" not in row and "position" not in row):
        raise TableError(f"{where}: a match needs callees and names or position")
    action = choice(Action, row.get("action", "report"), f"{where}: action")
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


def worded(read: Callable[[], _T], where: str) -> _T:
    """What `read` returns; its ValueError becomes a TableError with the place in front."""
    try:
        return read()
    except ValueError as error:
        raise TableError(f"{where}: {error}") from error


def dotted(path: str, where: str) -> str:
    """The path, if it is a dotted one. Raises TableError."""
    if not _DOTTED.fullmatch(path):
        raise TableError(f"{where}: {path!r} is not a dotted path")
    return path


def choice(enum: type[_E], value: Any, where: str) -> _E:
    """The member of an enum that a text names. Raises TableError with all that there are."""
    try:
        return enum(value)
    except ValueError:
        raise TableError(f"{where} must be one of {', '.join(str(one.value) for one in enum)}, not {value!r}") from None


def check(row: Mapping[str, Any], shape: Mapping[str, str], where: str) -> None:
    """Raise TableError for the first thing in a row that its shape does not allow."""
    problem = shapes.misfit(row, shape)
    if problem:
        raise TableError(f"{where}: {problem}")
