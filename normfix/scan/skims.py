"""Names that a file takes from other files of its project, skimmed rather than parsed."""

from __future__ import annotations

import os

from normfix.contents import contents
from normfix.scan.folders import Folders
from normfix.scan.skim import MAYBE, Elsewhere, Skim

_MOST_FILES = 256
_MOST_ANSWERS = 20_000


class Skims:
    """Skims of project files, each read once, and the folders that they are found in.

    `read` are all files that were ever followed; `asked` is set by each question, for whoever clears it before.
    """

    def __init__(self, roots: frozenset[bytes]) -> None:
        self._roots = roots
        self.asked = False
        self.read: set[str] = set()
        self._files: dict[str, Skim | None] = {}
        self._folders = Folders()
        self._searched: dict[str, tuple[str, str, str]] = {}
        self._answers: dict[tuple[str, bytes, bool], frozenset[bytes]] = {}

    def around(self, path: str) -> Elsewhere:
        """What the project says of a dotted path that the file at `path` writes."""
        return lambda dotted, called: self._ask(path, dotted, called)

    def _ask(self, file: str, dotted: bytes, called: bool) -> frozenset[bytes]:
        self.asked = True
        key = (file, dotted, called)
        if key not in self._answers:
            if len(self._answers) > _MOST_ANSWERS:
                self._answers.clear()
            self._answers[key] = frozenset()
            self._answers[key] = self._answer(file, dotted, called)
        return self._answers[key]

    def _answer(self, file: str, dotted: bytes, called: bool) -> frozenset[bytes]:
        dots = len(dotted) - len(dotted.lstrip(b"."))
        try:
            parts = dotted[dots:].decode().split(".")
        except UnicodeDecodeError:
            return frozenset({MAYBE})
        found: frozenset[bytes] = frozenset()
        for folder in self._search(file, dots):
            for length in range(len(parts) - 1, -1 if dots else 0, -1):
                other = self._folders.module(folder, parts[:length])
                skim = self._skim(other) if other is not None and other != file else None
                if skim is not None:
                    found |= skim.chain(".".join(parts[length:]).encode(), called=called)
        return found

    def _search(self, file: str, dots: int) -> tuple[str, ...]:
        if file not in self._searched:
            if len(self._searched) > _MOST_ANSWERS:
                self._searched.clear()
            self._searched[file] = self._around(file)
        beside, folder, top = self._searched[file]
        if not dots:
            return (beside, folder, top)
        for _ in range(dots - 1):
            folder = os.path.dirname(folder)  # noqa: PTH120 - once for each name of a tree
        return (folder,)

    def _around(self, file: str) -> tuple[str, str, str]:
        """The folder of a file as it was named, its real folder, and the one above its outermost package."""
        beside = os.path.dirname(file)  # noqa: PTH120
        folder = os.path.dirname(self._folders.real(file)) if os.path.islink(file) else self._folders.real(beside)  # noqa: PTH114, PTH120
        return beside, folder, self._folders.top(folder)

    def _skim(self, file: str) -> Skim | None:
        if file not in self._files:
            if len(self._files) >= _MOST_FILES:
                del self._files[next(iter(self._files))]
            self._files[file] = None
            try:
                data = contents(file)
            except OSError:
                # A file that cannot be read has its own finding.
                return None
            self.read.add(file)
            self._files[file] = Skim(data, self._roots, self.around(file))
        return self._files[file]
