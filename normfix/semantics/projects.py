"""The projects of a run, one after the other."""

from __future__ import annotations

from collections.abc import Mapping

from normfix.semantics.project import Project
from normfix.semantics.project_files import ProjectFolders
from normfix.table.table import Table


class Projects:
    """The project of one file after the other: what was read of one is let go of with the first file of the next.

    Those whose folders are around the next one stay: their files come again behind it.
    """

    def __init__(self, table: Table, texts: Mapping[str, bytes] | None = None, *, full: bool = False) -> None:
        self._table = table
        self._texts = texts
        self._full = full
        self._project_folders = ProjectFolders()
        self._project = self._new()
        self._open: dict[str, Project] = {}

    def of(self, path: str) -> Project:
        """The project that the file at `path` is in."""
        root = self._project.folder(path)
        if self._open.get(root) is not self._project:
            self._change(root)
        return self._project

    def _change(self, root: str) -> None:
        opened = self._open
        self._open = {folder: one for folder, one in opened.items() if f"{root}/".startswith(f"{folder}/")}
        for folder, one in opened.items():
            if folder not in self._open:
                one.close()
        if root not in self._open:
            self._open[root] = self._new()
        self._project = self._open[root]

    def forget(self) -> None:
        """Start anew: what was going on in the project was broken off."""
        self._project, self._open = self._new(), {}

    def _new(self) -> Project:
        return Project(self._table, self._texts, full=self._full, project_folders=self._project_folders)
