"""Which places of a project use a name of a file by its text, and in no code that can be followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from normfix.semantics.project import Project
from normfix.semantics.project_files import module_name
from normfix.semantics.text_lookups import (
    expressions_in_texts,
    imported_texts,
    imports_computed,
    imports_in_texts,
    is_imported,
    quoted_modules,
    quoted_paths,
    runs_file,
    settings_texts,
)

Meant = Callable[[str], bool]
"""Whether a dotted path, as some file writes it, is that of the file with the name."""


def places_by_text(project: Project, path: str, file: Path, name: str) -> Iterator[tuple[Path, int]]:
    """The files and lines whose texts name a name of `file`; the file at `path` is one of its project."""
    module = module_name(file)
    own = project.view(path)
    root = Path(own.root)
    computed = _computed(project, path)
    mentioning = _mentioning(project, path, module.encode())
    by_text = _importing_by_text(project, path)

    def meant(written: str, other: Path) -> bool:
        return own.file_of(written) == file or project.view(str(other)).file_of(written) == file

    for other in project.files(path):
        if other == file or not (other in mentioning or other in by_text):
            continue
        data = project.code(other)
        lines = partial(meant, other=other)
        if other in mentioning:
            yield from ((other, line) for line in _in_code(data, file, module, name, lines))
            imports = project.remembered(("imports in texts", other), partial(_imports_in_texts, data))
            taken = ((line, written) for line, written, names in imports if not names.isdisjoint({name, "*"}))
            yield from ((other, line) for line, written in taken if lines(written))
            if computed:
                named = quoted_modules(data, module)
                # A single word is a module's name only beside the call that imports what a text names.
                named = (one for one in named if "." in one[1] or other in computed)
                yield from ((other, line) for line, written in named if lines(written))
        for line, text, whole in by_text.get(other, ()):
            if is_imported(text, whole, other, file, root, lines):
                yield other, line
    for other, data in project.remembered(("settings", root), lambda: tuple(settings_texts(root))):
        if module.encode() in data:
            found = quoted_paths(data, module, name, bare=True)
            named = chain(found, quoted_modules(data, module, bare=True)) if computed else found
            yield from ((other, line) for line, written in named if meant(written, other))


def _in_code(data: bytes, file: Path, module: str, name: str, meant: Meant) -> Iterator[int]:
    """The lines of a file whose texts name a name of another one, or take all that is in it."""
    if name.encode() in data:
        found = chain(quoted_paths(data, module, name), expressions_in_texts(data, module, name))
        yield from (line for line, written in found if meant(written))
    if line := runs_file(data, file):
        yield line


def _computed(project: Project, path: str) -> frozenset[Path]:
    """Those of a project's files that import a module whose name is not written out."""
    return _files_whose(project, path, "imports a module by a text that is not written out", imports_computed)


def _importing_by_text(project: Project, path: str) -> Mapping[Path, Sequence[tuple[int, str, bool]]]:
    """Those of a project's files that import modules by their texts, with the lines and the texts."""

    def find() -> Mapping[Path, Sequence[tuple[int, str, bool]]]:
        found = {one: tuple(imported_texts(project.code(one))) for one in project.files(path)}
        return {one: texts for one, texts in found.items() if texts}

    return project.remembered(("imports a module by a text", project.folder(path)), find)


def _imports_in_texts(data: bytes) -> tuple[tuple[int, str, frozenset[str]], ...]:
    return tuple(imports_in_texts(data))


def _mentioning(project: Project, path: str, word: bytes) -> frozenset[Path]:
    """Those of a project's files in whose code a word stands."""
    return _files_whose(project, path, word, lambda data: word in data)


def _files_whose(project: Project, path: str, what: str | bytes, holds: Callable[[bytes], bool]) -> frozenset[Path]:
    def find() -> frozenset[Path]:
        return frozenset(one for one in project.files(path) if holds(project.code(one)))

    return project.remembered((what, project.folder(path)), find)
