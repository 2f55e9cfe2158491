"""Which places of a project use a name of a file by its text, and in no code that can be followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from normfix.semantics.observed import has_word
from normfix.semantics.project import Project
from normfix.semantics.project_files import module_name
from normfix.semantics.text_lookups import (
    imported_texts,
    imports_computed,
    imports_in_texts,
    is_imported,
    quoted_modules,
    quoted_paths,
    runs_file,
    settings_texts,
    texts_naming,
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
        lines = partial(meant, other=other)
        if other in mentioning:
            yield from ((other, line) for line in _in_code(project, other, file, module, name, lines))
            taken = (
                (line, written)
                for line, written, names in project.observations.ask(other, imports_in_texts)
                if name in names or "*" in names
            )
            yield from ((other, line) for line, written in taken if lines(written))
            if computed:
                # A single word is a module's name only beside the call that imports what a text names.
                named = project.observations.ask(other, quoted_modules, module)
                named = [one for one in named if "." in one[1] or other in computed]
                yield from ((other, line) for line, written in named if lines(written))
        for line, text, whole in by_text.get(other, ()):
            if is_imported(text, whole, other, file, root, lines):
                yield other, line
    for other, data in _settings(project, root):
        if module.encode() in data:
            found = quoted_paths(data, module, name, bare=True)
            named = [*found, *quoted_modules(data, module, bare=True)] if computed else found
            yield from ((other, line) for line, written in named if meant(written, other))


def _in_code(project: Project, other: Path, file: Path, module: str, name: str, meant: Meant) -> Iterator[int]:
    """The lines of a file whose texts name a name of another one, or take all that is in it."""
    found = project.observations.ask(other, texts_naming, module, name)
    yield from (line for line, written in found if meant(written))
    if line := project.observations.ask(other, runs_file, file.name):
        yield line


def _settings(project: Project, root: Path) -> Sequence[tuple[Path, bytes]]:
    """The files of settings in the folder of a project and in the one above it, with what is in them."""

    def find() -> Sequence[tuple[Path, bytes]]:
        folders = (root, root.parent)
        found = tuple(settings_texts(folders))
        project.observations.listed.update(map(str, folders))
        project.observations.read.update(str(file) for file, _ in found)
        return found

    return project.remembered(("settings", root), find)


def _computed(project: Project, path: str) -> frozenset[Path]:
    """Those of a project's files that import a module whose name is not written out."""
    return frozenset(other for other, _ in project.answers(path, imports_computed))


def _importing_by_text(project: Project, path: str) -> Mapping[Path, Sequence[tuple[int, str, bool]]]:
    """Those of a project's files that import modules by their texts, with the lines and the texts."""
    return dict(project.answers(path, imported_texts))


def _mentioning(project: Project, path: str, word: bytes) -> frozenset[Path]:
    """Those of a project's files in whose code a word stands."""
    return frozenset(other for other, _ in project.answers(path, has_word, word))
