"""The projects of a run, one after the other."""

from __future__ import annotations

from collections.abc import Mapping

from normfix.semantics.project import Project
from normfix.table.table import Table


class Projects:
    """The project of one file after the other: what was read of one is let go of with the first file of the next."""

    def __init__(self, table: Table, texts: Mapping[str, bytes] | None = None, *, full: bool = False) -> None:
        self._table = table
        self._texts = texts
        self._full = full
        self._project = Project(table, texts, full=full)
        self._root = ""

    def of(self, path: str) -> Project:
        """The project that the file at `path` is in."""
        root = self._project.folder(path)
        if root != self._root:
            self._project.close()
            self._project, self._root = Project(self._table, self._texts, full=self._full), root
        return self._project

    def forget(self) -> None:
        """Start anew: what was going on in the project was broken off."""
        self._project, self._root = Project(self._table), ""
