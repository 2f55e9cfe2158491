"""By which name and from which folders Python imports a file of the project, and which of its files import which."""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from normfix.runtime.importing import ModulePlace
from normfix.source.contents import contents
from normfix.source.documents import read_document
from normfix.source.python import parse

_SOURCE_FOLDERS = ("src", "lib")
_INIT = "__init__.py"


def place_of(path: str, root: Path) -> ModulePlace:
    """How a file is imported: below the first folder above it that is no package.

    A file that uses relative imports in a folder without `__init__.py` is part of a namespace package: its name starts
    at the root of the project or in its source folder.
    """
    file = Path(os.path.realpath(path))
    top = file.parent
    while (top / _INIT).is_file() and top != top.parent:
        top = top.parent
    if top == file.parent and _is_relative(file):
        top = next((one for one in reversed(_roots(root)) if one != top and one in top.parents), top)
    parts = file.relative_to(top).with_suffix("").parts
    named = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
    folders = dict.fromkeys(str(folder) for folder in (top, *_roots(root)))
    return ModulePlace(str(file), ".".join(named), tuple(folders))


def importers_of(edited: Collection[str], files: Iterable[str], root: Path) -> list[str]:
    """The files that import an edited one, themselves or through others, as real paths in a fixed order."""
    known = sorted({os.path.realpath(file) for file in files if file.endswith(".py")})
    imported = {file: frozenset(_imported(file, root)) for file in known}
    reached = {os.path.realpath(file) for file in edited}
    grown = True
    while grown:
        found = {file for file, targets in imported.items() if file not in reached and targets & reached}
        reached |= found
        grown = bool(found)
    return sorted(reached - {os.path.realpath(file) for file in edited})


def imports_between(files: Iterable[str], root: Path) -> Mapping[str, frozenset[str]]:
    """For each file the files of the project that it imports itself."""
    return {os.path.realpath(file): frozenset(_imported(os.path.realpath(file), root)) for file in files}


def _roots(root: Path) -> list[Path]:
    whole = Path(os.path.realpath(root))
    return [whole, *(whole / name for name in _SOURCE_FOLDERS if (whole / name).is_dir())]


def _tree(file: str | Path) -> ast.Module | None:
    try:
        tree = parse(read_document(contents(file), str(file)))
    except (OSError, ValueError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def _is_relative(file: Path) -> bool:
    tree = _tree(file)
    return tree is not None and any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))


def _imported(file: str, root: Path) -> Iterator[str]:
    """The files that the imports of a file may lead to; a package runs whenever something in it is imported."""
    tree = _tree(file)
    place = place_of(file, root)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files_of(alias.name.split("."), [Path(one) for one in place.folders])
        elif isinstance(node, ast.ImportFrom):
            parts = node.module.split(".") if node.module else []
            starts = [Path(file).parents[node.level - 1]] if node.level else [Path(one) for one in place.folders]
            yield from _files_of(parts, starts)
            for alias in node.names:
                yield from _files_of([*parts, alias.name], starts)


def _files_of(parts: list[str], starts: Iterable[Path]) -> Iterator[str]:
    for start in starts:
        for length in range(len(parts) + 1):
            here = start.joinpath(*parts[:length])
            for candidate in (here / _INIT, here.with_name(f"{here.name}.py") if length else here / _INIT):
                if candidate.is_file():
                    yield os.path.realpath(candidate)
