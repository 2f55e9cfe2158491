"""Whether a name can be bound elsewhere or anew: what binds or reads it between two places, and what stars bring."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from normfix.checks.sites import Scan
from normfix.semantics.blocks import block_of
from normfix.semantics.exports import listed_names
from normfix.semantics.scopes import StarImport, start_place

_Import = ast.Import | ast.ImportFrom


def crosses(scan: Scan, node: _Import, other: _Import, names: Collection[str]) -> bool:
    """Whether a statement between two imports of a block binds or reads one of some names, or may bind any."""
    block = block_of(scan.bindings, node)
    return block.mentions(names, *sorted((block.place(node), block.place(other))))


def is_free(scan: Scan, name: str, path: str, anchor: ast.stmt | None = None) -> bool:
    """Whether nothing in a file, and nothing that others take from it, has a name for something else than `path`.

    A new import stands below `anchor`.
    """
    return not (
        any(name in scope.bindings for scope in scan.bindings.scopes.values())
        or _comes_by_a_star(scan, name, path)
        or any(_may_bring(scan, star, name, path) for star in _stars(scan) if _is_below(star, anchor))
        or _shadows(scan, name, path)
    )


def _stars(scan: Scan) -> Iterator[StarImport]:
    for scope in scan.bindings.scopes.values():
        yield from scope.stars


def _is_below(star: StarImport, anchor: ast.stmt | None) -> bool:
    return anchor is None or start_place(star.node) > start_place(anchor)


def _comes_by_a_star(scan: Scan, name: str, path: str) -> bool:
    """Whether the file reads a name that nothing in it binds, and that is not known to be `path`."""
    return any(scan.resolver.reference(reference).paths != (path,) for reference in scan.bindings.references_to(name))


def _may_bring(scan: Scan, star: StarImport, name: str, path: str) -> bool:
    """Whether a star import may bring a name for something else than `path`."""
    file = scan.project.view(scan.source.path).file_of(star.module)
    if file is None:
        known = scan.table.surface.get(star.module)
        return known is None or (name in known and f"{star.module}.{name}" != path)
    provider = scan.project.module(file)
    if provider is None:
        return True
    listed = listed_names(provider.bindings)
    if name.startswith("_") if listed is None else name not in listed:
        return False
    module = provider.bindings.module
    return bool(name in module.bindings or module.stars) and provider.meaning(name).paths != (path,)


def _shadows(scan: Scan, name: str, path: str) -> bool:
    """Whether a file that takes everything from this one by a star has a name for something else."""
    own = scan.project.resolved(scan.source.path)
    for other in scan.project.programs(scan.source.path).importers(own):
        module = scan.project.module(other)
        if module is None or not _takes_all(scan, str(other), own, module.bindings.module.stars):
            continue
        bound = module.bindings.module.bindings.get(name, ())
        reads = (module.resolver.reference(one) for one in module.bindings.references_to(name))
        if any(one.path != path for one in bound) or any(not one.bindings and one.paths != (path,) for one in reads):
            return True
    return False


def _takes_all(scan: Scan, other: str, own: Path, stars: Iterable[StarImport]) -> bool:
    view = scan.project.view(other)
    return any(view.file_of(star.module) == own for star in stars)
