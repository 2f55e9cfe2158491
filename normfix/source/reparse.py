"""Parsing a text again after a small change: top statements that did not change are taken over as they are."""

from __future__ import annotations

import ast
from bisect import bisect_left
from dataclasses import dataclass, field

from normfix.source.python import ParseFailure, parse, tree_of
from normfix.source.text import SourceText

_LONG = 50_000
"""So many characters are parsed with the care that a whole text gets."""


@dataclass
class Reparser:
    """Keeps the last tree of each text of a session, by its path. A tree that was handed out changes with the next."""

    _known: dict[str, tuple[str, ast.Module]] = field(default_factory=dict)

    def parse(self, source: SourceText) -> ast.Module | ParseFailure:
        """The tree of a text, as `normfix.source.python.parse` makes it.

        What cannot be parsed any more is taken for broken where the part that changed is no newer grammar: libcst
        takes ten times as long for the whole, and people type.
        """
        known = self._known.get(source.path)
        part = _changed(*known, source.text) if known is not None else None
        read = part.tree() if part is not None else None
        whole = read if read is not None else parse(source, newer=False)
        if isinstance(whole, ast.Module):
            self._known[source.path] = source.text, whole
            return whole
        if part is not None and isinstance(parse(SourceText(source.path, part.text)), ParseFailure):
            return whole
        return parse(source)

    def forget(self, path: str) -> None:
        """Let go of a tree."""
        self._known.pop(path, None)


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of a text from `begin` on that stand between the statements that did not change.

    `added` is by how many lines the text is longer now.
    """

    before: list[ast.stmt]
    text: str
    behind: list[ast.stmt]
    begin: int
    added: int

    def tree(self) -> ast.Module | None:
        """The tree of the whole text; None where these lines are none of their own."""
        try:
            between = tree_of("\n" * self.begin + self.text + "\n")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for statement in self.behind if self.added else ():
            ast.increment_lineno(statement, self.added)
        return ast.Module([*self.before, *between.body, *self.behind], [])


def _changed(old: str, tree: ast.Module, text: str) -> _Part | None:
    """The part of a text that is not as it was in the one that a tree is of; None where it cannot be told apart."""
    if "\r" in old or "\r" in text:
        return None
    same = _common(old, text)
    ending = _common_end(old[same:], text[same:])
    changed = old.count("\n", 0, same) + 1, old.count("\n", 0, len(old) - ending) + 1
    body = tree.body
    first = next((at for at, one in enumerate(body) if _end(one) >= changed[0]), len(body))
    last = next((at for at in range(len(body), 0, -1) if _start(body[at - 1]) <= changed[1]), 0)
    # Statements on one line stay together.
    while 0 < first < len(body) and _end(body[first - 1]) >= _start(body[first]):
        first -= 1
    last = max(first, last)
    while 0 < last < len(body) and _end(body[last - 1]) >= _start(body[last]):
        last += 1
    added, lines = text.count("\n") - old.count("\n"), text.split("\n")
    begin = _end(body[first - 1]) if first else 0
    end = _start(body[last]) - 1 + added if last < len(body) else len(lines)
    part = "\n".join(lines[begin:end])
    # A line that goes on behind a backslash would be cut off from what it goes on with.
    if len(part) >= _LONG or (begin and lines[begin - 1].endswith("\\")):
        return None
    return _Part(body[:first], part, body[last:], begin, added)


def _start(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(one.lineno for one in decorators)) if decorators else statement.lineno


def _end(statement: ast.stmt) -> int:
    assert statement.end_lineno is not None
    return statement.end_lineno


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with that are the same."""
    most = min(len(one), len(other))
    return bisect_left(range(most), True, key=lambda length: one[: length + 1] != other[: length + 1])


def _common_end(one: str, other: str) -> int:
    """The same from their ends."""
    most = min(len(one), len(other))
    return bisect_left(range(most), True, key=lambda length: one[-length - 1 :] != other[-length - 1 :])
