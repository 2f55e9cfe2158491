"""Names that a file takes from other files of its project, skimmed rather than parsed."""

from __future__ import annotations

from normfix.prefilter.code import plain
from normfix.prefilter.skim import MAYBE, Elsewhere, Skim
from normfix.source.contents import readable
from normfix.source.folders import Folders
from normfix.source.search_folders import Standpoint

_MOST_FILES = 256
_MOST_ANSWERS = 20_000
_DEEPEST = 20


class Skims:
    """Skims of project files, each read once, found by what is known of `folders`.

    `read` are all files that were ever followed; `asked` is set by each question, for whoever clears it before.
    """

    def __init__(self, roots: frozenset[bytes], folders: Folders | None = None) -> None:
        self._roots = roots
        self.asked = False
        self.read: set[str] = set()
        self._files: dict[str, Skim | None] = {}
        self._open: set[tuple[str, str]] = set()
        self._folders = folders or Folders()
        self._standpoints: dict[str, Standpoint] = {}
        self._answers: dict[tuple[str, bytes, bool], frozenset[bytes]] = {}
        self._pending: set[tuple[str, bytes, bool]] = set()
        self._in_circle = False

    def around(self, path: str) -> Elsewhere:
        """What the project says of a dotted path that the file at `path` writes."""
        return lambda dotted, called: self._ask(path, dotted, called)

    def _ask(self, file: str, dotted: bytes, called: bool) -> frozenset[bytes]:
        self.asked = True
        key = (file, dotted, called)
        if key in self._pending:
            self._in_circle = True
        if key not in self._answers:
            first = not self._pending
            if first and len(self._answers) > _MOST_ANSWERS:
                self._answers.clear()
            self._answers[key] = frozenset()
            self._pending.add(key)
            try:
                self._answers[key] = self._answer(file, dotted, called)
            finally:
                self._pending.discard(key)
            if first and self._in_circle:
                # What was found on the way, in files that import each other, was found without what led there.
                self._forget({key: self._answers[key]})
        return self._answers[key]

    def _forget(self, kept: dict[tuple[str, bytes, bool], frozenset[bytes]]) -> None:
        self._in_circle = False
        self._answers = kept
        for skim in self._files.values():
            if skim is not None:
                skim.forget()

    def _answer(self, file: str, dotted: bytes, called: bool) -> frozenset[bytes]:
        dots = len(dotted) - len(dotted.lstrip(b"."))
        try:
            parts = dotted[dots:].decode().split(".")
        except UnicodeDecodeError:
            return frozenset({MAYBE})
        found: frozenset[bytes] = frozenset()
        for folder in self._standpoint(file).search(dots):
            for length in range(len(parts) - 1, -1 if dots else 0, -1):
                other = self._folders.module(folder, parts[:length])
                skim = self._skim(other) if other is not None and other != file else None
                if other is None or skim is None:
                    continue
                at = (other, parts[length])
                if at in self._open or len(self._open) >= _DEEPEST:
                    # A name that leads to itself, by a path that may grow without end, or through very many files.
                    return frozenset({MAYBE})
                self._open.add(at)
                try:
                    found |= skim.chain(".".join(parts[length:]).encode(), called=called)
                finally:
                    self._open.discard(at)
        return found

    def _standpoint(self, file: str) -> Standpoint:
        if file not in self._standpoints:
            if len(self._standpoints) > _MOST_ANSWERS:
                self._standpoints.clear()
            self._standpoints[file] = Standpoint(self._folders, file)
        return self._standpoints[file]

    def _skim(self, file: str) -> Skim | None:
        if file not in self._files:
            if len(self._files) >= _MOST_FILES:
                del self._files[next(iter(self._files))]
            self._files[file] = None
            data = readable(file)
            if data is None:
                return None
            self.read.add(file)
            self._files[file] = Skim(plain(data, file) or b"", self._roots, self.around(file))
        return self._files[file]
