"""Layers that a `tf.Module` keeps: it finds the variables of Keras 2, and not those of Keras 3."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from normfix.checks.sites import Scan
from normfix.fixes.code import FileCode
from normfix.fixes.reach import classes_around
from normfix.semantics.project import Saying

EFFECT = "untracked"
_MODULE = "tensorflow.Module"
_MODULES = re.compile(rb"class[ \t]+\w+[ \t]*\([^)]*\bModule\b(?<!nn\.Module)")
"""A class below something of the name, unless it is that of torch."""
_SAYS = (
    "`{}` ({}) is a tf.Module, which does not find the variables of a layer of Keras 3: what goes by its "
    "`trainable_variables`, or saves it, misses them"
)


def untracked(scan: Scan, nodes: Iterable[ast.AST], names: Iterable[str]) -> str | None:
    """A layer is kept by a `tf.Module`, in whatever file.

    `nodes` are the expressions that name the class, `names` those of the file under which others may take it.
    """
    if not scan.project.sayings(scan.source.path, _says_so):
        return None
    found = ((code, owner) for code, owner in classes_around(scan, nodes, names) if _is_module(code, owner))
    return next((_SAYS.format(owner.name, code.place(owner)) for code, owner in found), None)


def _is_module(code: FileCode, owner: ast.ClassDef) -> bool:
    references = (code.bindings.reference_at(_root(base)) for base in owner.bases)
    return any(
        ".".join((path, *one.attributes)) == _MODULE
        for one in references
        if one is not None
        for path in code.resolver.reference(one).paths
    )


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def _says_so(code: bytes) -> Sequence[Saying]:
    found = _MODULES.search(code) if b"tensorflow" in code else None
    return ((code.count(b"\n", 0, found.start()) + 1, ("Module", False)),) if found else ()
