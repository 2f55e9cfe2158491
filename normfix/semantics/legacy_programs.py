"""Which programs of a project have switched the legacy Keras on, over all of their files."""

from __future__ import annotations

from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from normfix.semantics.legacy_switch import may_set, switches_on
from normfix.table.table import Table

if TYPE_CHECKING:
    from normfix.semantics.project import Project

_DEEPEST_PACKAGE = 12


class LegacyPrograms:
    """Answers for the files of one project, each once."""

    def __init__(self, project: Project, table: Table) -> None:
        self._project = project
        self._table = table
        self._switched: dict[Path, bool] = {}
        self._set_in: dict[str, bool] = {}

    def has(self, path: str) -> bool:
        """Whether the program that a file belongs to has switched the legacy Keras on before TensorFlow comes.

        The file does so itself, a package around it does, or every file that starts a program with it.
        """
        file = self._project.resolved(path)
        if not self._is_set_in_project(path) and not self._project.observations.ask(file, may_set):
            return False
        packages = (folder / "__init__.py" for folder in file.parents[:_DEEPEST_PACKAGE])
        if self.switches(file) or any(self.switches(one) for one in takewhile(Path.is_file, packages)):
            return True
        starts = self._project.programs(path).entries(file) - {file}
        return bool(starts) and all(self.switches(one) for one in starts)

    def _is_set_in_project(self, path: str) -> bool:
        """Whether any file of the project around a file may set the switch: libraries only read it."""
        root = self._project.folder(path)
        if root not in self._set_in:
            self._set_in[root] = self._project.observations.any(self._project.files(path), may_set)
        return self._set_in[root]

    def switches(self, file: Path) -> bool:
        """Whether a file has switched the legacy Keras on before it first imports TensorFlow, or at its end."""
        if file not in self._switched:
            self._switched[file] = False
            module = self._project.module(file)
            if module is not None:
                leads, elsewhere = partial(self._brings, str(file)), partial(self._switched_by, str(file))
                self._switched[file] = switches_on(module.bindings.tree, leads, elsewhere)
        return self._switched[file]

    def _brings(self, file: str, module: str) -> bool:
        """Whether an import of a module in a file brings TensorFlow, itself or through the project."""
        own = self._project.view(file).file_of(module)
        if own is not None:
            return self._project.programs(file).leads_to_tensorflow(own)
        return self._table.graph.imports_tensorflow(module)

    def _switched_by(self, file: str, module: str) -> bool:
        own = self._project.view(file).file_of(module)
        return own is not None and self.switches(own)
