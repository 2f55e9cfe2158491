"""Code that may end the process which compiles it: what nests without an end in one very long statement."""

from __future__ import annotations

import ast
import os
import re
import warnings

from normfix.source.spared import spared

_LONG = 50_000
"""So many characters of one statement no Python dies of: it takes some 100,000 operators, clauses or names."""

_DEEP = 15
"""So many brackets, one in the other, no compiler dies of: that of Python 3.12 does of 21 comprehensions."""

_BRACKET = re.compile(r"[(\[{)\]}]")
_STATEMENT = re.compile(r"\n(?=[^\s)\]}#])")


def survives(text: str, *, parsing: bool = True) -> bool:
    """Whether a process that parses a text, or compiles all of it, lives on; hoped where nothing can be tried."""
    if not hasattr(os, "fork") or not (_is_long(text) or (not parsing and _is_nested(text))):
        return True
    return spared(lambda: _tried(text, ast.PyCF_ONLY_AST if parsing else 0)) is not None


def _is_long(text: str) -> bool:
    return len(text) >= _LONG and max(map(len, _STATEMENT.split(text))) >= _LONG


def _is_nested(text: str) -> bool:
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket.group() in "([{" else max(0, depth - 1)
        if depth >= _DEEP:
            return True
    return False


def _tried(text: str, flags: int) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return type(error).__name__
    return ""
