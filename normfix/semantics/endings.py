"""Blocks that do not go on to the code below them."""

from __future__ import annotations

import ast

from normfix.semantics.chains import dotted

_ENDINGS = (ast.Raise, ast.Return, ast.Continue, ast.Break)


_EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit"})


def suppresses(node: ast.expr) -> bool:
    """Whether a context may end its block early: `contextlib.suppress(...)`."""
    return isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "suppress"


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block certainly does not fall through to the code below it."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, _ENDINGS):
        return True
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and dotted(last.value.func) in _EXITS
