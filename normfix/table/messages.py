"""What is known of error messages as such: their shapes, what they betray, and those that belong to no one rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from normfix.table import shapes

_MESSAGE: Mapping[str, str] = {
    **dict.fromkeys(("slug", "title", "frame", "cause", "cure", "needs"), "text"),
    **dict.fromkeys(("patterns", "rules", "links"), "texts"),
    **dict.fromkeys(("instead", "pathless"), "flag"),
}
_CALLEE: Mapping[str, str] = {"names": "texts", "arguments": "texts", "says": "text"}
_SIGN: Mapping[str, str] = {"pattern": "text", "says": "text"}


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its cause and cure.

    `frame` has to match a file of the traceback, `needs` has to occur in the text; `instead` says that the rules which
    the words also fit are then beside the point, `pathless` that it holds only where no rule speaks of the path in the
    text. `rules` are the codes to read on.
    """

    slug: str
    title: str
    patterns: tuple[str, ...]
    cause: str
    cure: str
    frame: str = ""
    needs: str = ""
    rules: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    instead: bool = False
    pathless: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that only some releases say."""

    pattern: str
    says: str


@dataclass(frozen=True, slots=True)
class KnownCallee:
    """What is known of arguments that functions and layers without a rule refuse: callee names, arguments, words."""

    names: tuple[str, ...]
    arguments: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Messages:
    """All of it. `generated` maps where a release keeps a module to the name that programs use."""

    messages: tuple[Message, ...] = ()
    signs: tuple[Sign, ...] = ()
    generated: Mapping[str, str] = field(default_factory=dict)
    shapes: tuple[str, ...] = ()
    callees: tuple[KnownCallee, ...] = ()


def read_messages(data: Mapping[str, Any]) -> Messages:
    """The message part of a rule file. Raises ValueError for a row that cannot be used."""
    messages = tuple(_message(row) for row in data.get("message", ()))
    signs = tuple(_sign(row) for row in data.get("sign", ()))
    for pattern in data.get("shapes", ()):
        _must_be_pattern(pattern, "shapes")
    callees = tuple(_callee(row) for row in data.get("callee", ()))
    return Messages(messages, signs, data.get("generated", {}), tuple(data.get("shapes", ())), callees)


def joined(first: Messages, second: Messages) -> Messages:
    """Two collections as one, the first one's rows before the second one's."""
    return Messages(
        (*first.messages, *second.messages),
        (*first.signs, *second.signs),
        {**first.generated, **second.generated},
        (*first.shapes, *second.shapes),
        (*first.callees, *second.callees),
    )


def _message(row: Mapping[str, Any]) -> Message:
    name = f"message {row.get('slug', '?')}"
    problem = shapes.misfit(row, _MESSAGE)
    missing = [key for key in ("slug", "title", "patterns", "cause", "cure") if not row.get(key)]
    if problem or missing:
        raise ValueError(f"{name}: {problem or ', '.join(missing) + ' missing'}")
    for pattern in (*row["patterns"], row.get("frame", "")):
        _must_be_pattern(pattern, name)
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Message(**fields)


def _sign(row: Mapping[str, Any]) -> Sign:
    problem = shapes.misfit(row, _SIGN)
    if problem or len(row) < len(_SIGN):
        raise ValueError(f"sign: {problem or 'needs pattern and says'}")
    _must_be_pattern(row["pattern"], "sign")
    return Sign(row["pattern"], row["says"])


def _must_be_pattern(text: str, name: str) -> None:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        raise ValueError(f"{name}: {text[:60]!r} is no regular expression: {error}") from error


def _callee(row: Mapping[str, Any]) -> KnownCallee:
    problem = shapes.misfit(row, _CALLEE)
    if problem or len(row) < len(_CALLEE):
        raise ValueError(f"callee: {problem or 'needs names, arguments and says'}")
    return KnownCallee(tuple(row["names"]), tuple(row["arguments"]), row["says"])
