"""Where the children of each kind of node are."""

from __future__ import annotations

import ast
from collections.abc import Sequence

LEAVES = frozenset(
    leaf
    for kind in (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
    for leaf in (ast.Constant, ast.Pass, kind, *kind.__subclasses__(), type(None), bool, int, str)
)


_PLAIN_FIELDS = frozenset({"ctx", "op", "ops", "id", "attr", "arg", "names", "kind", "type_comment", "is_async"})


FIELDS = {
    kind: tuple(name for name in kind._fields if name not in _PLAIN_FIELDS)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""Where the children of each kind of node are."""


def type_parameters(node: ast.stmt | ast.expr) -> Sequence[ast.AST]:
    """The type parameters of a definition, which Python 3.12 and newer know: their bounds and defaults are read."""
    return getattr(node, "type_params", ())
