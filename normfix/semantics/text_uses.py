"""Which places of a project use a name of a file by its text, and in no code that can be followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path

from normfix.semantics.project import Project
from normfix.semantics.text_lookups import (
    expressions_in_texts,
    imports_by_text,
    imports_computed,
    imports_in_texts,
    quoted_modules,
    quoted_paths,
    runs_file,
    settings_texts,
)

Meant = Callable[[str], bool]
"""Whether a dotted path, as some file writes it, is that of the file with the name."""


def places_by_text(project: Project, path: str, file: Path, name: str) -> Iterator[tuple[Path, int]]:
    """The files and lines whose texts name a name of `file`; the file at `path` is one of its project."""
    module = file.parent.name if file.name == "__init__.py" else file.stem
    own = project.view(path)
    root = Path(own.root)
    computed = _computed(project, project.files(path))

    def meant(written: str, other: Path) -> bool:
        return own.file_of(written) == file or project.view(str(other)).file_of(written) == file

    for other in project.files(path):
        if other == file:
            continue
        data = project.code(other)
        lines = partial(meant, other=other)
        if module.encode() in data:
            yield from ((other, line) for line in _in_code(data, file, module, name, lines))
            if computed:
                named = quoted_modules(data, module)
                # A single word is a module's name only beside the call that imports what a text names.
                named = (one for one in named if "." in one[1] or other in computed)
                yield from ((other, line) for line, written in named if lines(written))
        if b"import_" in data or b"__import__" in data or b"modules[" in data:
            yield from ((other, line) for line in imports_by_text(data, other, file, root, lines))
    for other, data in settings_texts(root):
        if module.encode() in data:
            found = quoted_paths(data, module, name, bare=True)
            named = chain(found, quoted_modules(data, module, bare=True)) if computed else found
            yield from ((other, line) for line, written in named if meant(written, other))


def _in_code(data: bytes, file: Path, module: str, name: str, meant: Meant) -> Iterator[int]:
    """The lines of a file whose texts name a name of another one, or take all that is in it."""
    if name.encode() in data:
        found = chain(quoted_paths(data, module, name), expressions_in_texts(data, module, name))
        yield from (line for line, written in found if meant(written))
    yield from (line for line, written in imports_in_texts(data, name) if meant(written))
    if line := runs_file(data, file):
        yield line


@lru_cache(maxsize=2)
def _computed(project: Project, files: tuple[Path, ...]) -> frozenset[Path]:
    """Those of a project's files that import a module whose name is not written out."""
    return frozenset(one for one in files if imports_computed(project.code(one)))
