"""What a name that a file takes from its own project may mean: the other files, read in the same way."""

from __future__ import annotations

from normfix.prefilter.circles import ANYTHING, Circles
from normfix.prefilter.code import plain
from normfix.prefilter.names import Elsewhere, Names
from normfix.source.contents import readable
from normfix.source.folders import Folders
from normfix.source.search_folders import SearchFolders

_MOST_FILES = 256
_MOST_ANSWERS = 20_000
_MOST_FOLLOWED = 1000
_DEEPEST = 20
_Question = tuple[str, bytes, bool]


class ProjectNames:
    """The names of project files, each file read once, found by what is known of `folders`.

    `asked` is set by each question, for whoever clears it before.
    """

    def __init__(self, roots: frozenset[bytes], folders: Folders | None = None) -> None:
        self._roots = roots
        self.asked = False
        self._followed: dict[str, set[str]] = {}
        self._files: dict[str, Names | None] = {}
        self._folders = folders or Folders()
        self._search_folders_of: dict[str, SearchFolders] = {}
        self._answers: Circles[_Question] = Circles(
            lambda question: self._answer(*question), _MOST_FOLLOWED, self._forget_names
        )
        self._names_open: set[tuple[str, str]] = set()

    def around(self, path: str) -> Elsewhere:
        """What the project says of a dotted path that the file at `path` writes."""
        return lambda dotted, called: self._ask((path, dotted, called))

    def followed(self, file: str) -> set[str]:
        """The files that were followed for the sake of one, also through others."""
        found: set[str] = set()
        waiting = [file]
        while waiting:
            further = self._followed.get(waiting.pop(), set()) - found
            found |= further
            waiting += further
        return found

    @property
    def read(self) -> set[str]:
        """All files that were ever followed."""
        return set().union(*self._followed.values())

    def _ask(self, question: _Question) -> frozenset[bytes]:
        self.asked = True
        if len(self._answers) > _MOST_ANSWERS:
            self._answers.clear()
        return self._answers.ask(question)

    def _forget_names(self) -> None:
        for names in self._files.values():
            if names is not None:
                names.forget()

    def _answer(self, file: str, dotted: bytes, called: bool) -> frozenset[bytes]:
        dots = len(dotted) - len(dotted.lstrip(b"."))
        try:
            parts = dotted[dots:].decode().split(".")
        except UnicodeDecodeError:
            return frozenset({ANYTHING})
        found: frozenset[bytes] = frozenset()
        for folder in self._search_folders(file).search(dots):
            for length in range(len(parts) - 1, -1 if dots else 0, -1):
                other = self._folders.module(folder, parts[:length])
                names = self._names(other) if other is not None and other != file else None
                if other is not None:
                    self._followed.setdefault(file, set()).add(other)
                if other is None or names is None:
                    continue
                at = (other, parts[length])
                if at in self._names_open or len(self._names_open) >= _DEEPEST:
                    # A name that leads to itself, by a path that may grow without end, or through very many files.
                    return frozenset({ANYTHING})
                self._names_open.add(at)
                try:
                    found |= self._said(names, parts[length:], called)
                finally:
                    self._names_open.discard(at)
        return found

    @staticmethod
    def _said(names: Names, parts: list[str], called: bool) -> frozenset[bytes]:
        """What a file says of a name with attributes, or of a call of it, where it defines such a function."""
        if names.is_pending(parts[0].encode()):
            return frozenset({ANYTHING})
        if not called:
            return names.chain(".".join(parts).encode())
        return names.returned(parts[0].encode()) if len(parts) == 1 else frozenset()

    def _search_folders(self, file: str) -> SearchFolders:
        if file not in self._search_folders_of:
            if len(self._search_folders_of) > _MOST_ANSWERS:
                self._search_folders_of.clear()
            self._search_folders_of[file] = SearchFolders(self._folders, file)
        return self._search_folders_of[file]

    def _names(self, file: str) -> Names | None:
        if file not in self._files:
            if len(self._files) >= _MOST_FILES:
                del self._files[next(iter(self._files))]
            self._files[file] = None
            data = readable(file)
            if data is None:
                return None
            text = plain(data, file)
            self._files[file] = Names(text or b"", self._roots, self.around(file), legible=text is not None)
        return self._files[file]
