"""Layers that a `tf.Module` keeps: it finds the variables of Keras 2, and not those of Keras 3."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from normfix.checks.sites import Scan
from normfix.fixes.code import FileCode
from normfix.fixes.reach import classes_around

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
    if not scan.project.mentions(scan.source.path, _MODULES):
        return None
    found = ((code, owner) for code, owner in classes_around(scan, nodes, names) if _is_module(code, owner))
    return next((_SAYS.format(owner.name, code.place(owner)) for code, owner in found), None)


def _is_module(code: FileCode, owner: ast.ClassDef) -> bool:
    scope = code.bindings.scopes[owner]
    outside = scope.parent or scope
    return any(_MODULE in code.resolver.expression(base, outside, scope.branch).paths for base in owner.bases)
