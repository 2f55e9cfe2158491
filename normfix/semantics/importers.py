"""Who takes a name from another file: by a from-import, by a star, or as an attribute of the module."""

from __future__ import annotations

import ast
from collections.abc import Callable

from normfix.semantics.bindings import Bindings, from_module


def takes(bindings: Bindings, name: str, is_module: Callable[[str], bool]) -> bool:
    """Whether a file takes `name` from the module that `is_module` knows by the paths that lead to it."""
    for site in bindings.imports:
        if isinstance(site.node, ast.ImportFrom) and is_module(from_module(site.node)):
            listed = {alias.name for alias in site.node.names}
            if name in listed or ("*" in listed and _reads(bindings, name)):
                return True
    return any(
        name in reference.attributes and _as_attribute(bindings, reference.name, reference.attributes, name, is_module)
        for reference in bindings.references
    )


def _reads(bindings: Bindings, name: str) -> bool:
    """Whether a file reads a name that it does not bind at module level."""
    return name not in bindings.module.bindings and any(one.name == name for one in bindings.references)


def _as_attribute(
    bindings: Bindings, root: str, attributes: tuple[str, ...], name: str, is_module: Callable[[str], bool]
) -> bool:
    """Whether a chain of attributes reads `name` of the module."""
    between = attributes[: attributes.index(name)]
    paths = (one.path for one in bindings.module.bindings.get(root, ()) if one.path is not None)
    return any(is_module(".".join((path, *between))) for path in paths)
