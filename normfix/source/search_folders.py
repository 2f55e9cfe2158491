"""Where a file stands in its project: the folders in which the modules that it imports are looked for."""

from __future__ import annotations

import os
from functools import cached_property

from normfix.source.folders import Folders


class SearchFolders:
    """The folders around one file, as far as someone asks for them."""

    def __init__(self, folders: Folders, file: str) -> None:
        self._folders = folders
        self._file = file

    def search(self, dots: int) -> tuple[str, ...]:
        """The folders in which a module is looked for whose path starts with so many dots."""
        if not dots:
            return self._absolute
        folder = self.home
        for _ in range(dots - 1):
            folder = os.path.dirname(folder)  # noqa: PTH120 - once for each name of a tree
        return (folder,)

    @cached_property
    def _absolute(self) -> tuple[str, ...]:
        beside = os.path.dirname(self._file)  # noqa: PTH120
        near = (beside,) if self._folders.real(beside) == self.home else (beside, self.home)
        return (*near, self.top, *self._folders.above(self.top))

    @cached_property
    def home(self) -> str:
        """The real folder of the file."""
        return os.path.dirname(self._folders.real(self._file))  # noqa: PTH120

    @cached_property
    def top(self) -> str:
        """The folder that absolute imports of the project start from: above the outermost package."""
        return self._folders.top(self.home)
