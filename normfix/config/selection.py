"""Which rules are on: code prefixes to select and to ignore, the longer prefix deciding."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from normfix.config.errors import UserError


class SelectionError(UserError):
    """A selector that no rule code starts with."""


def enabled(code: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
    """Whether a rule is on: its longest selecting prefix is longer than its longest ignoring one."""
    return _reach(code, select) > _reach(code, ignore)


def _reach(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def check_selectors(selectors: Iterable[str], codes: Collection[str], where: str) -> None:
    """Raise SelectionError for the first selector that no code starts with."""
    for selector in selectors:
        if not any(code.startswith(selector) for code in codes):
            near = difflib.get_close_matches(selector, codes, 1)
            hint = f"; did you mean {near[0]}?" if near else "; `normfix rules` lists the codes"
            raise SelectionError(f"{where}: no rule is called {selector!r}{hint}")
