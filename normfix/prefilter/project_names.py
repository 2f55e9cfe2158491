"""What a name that a file takes from its own project may mean: the other files, read in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from normfix.prefilter.circles import ANYTHING, Circles
from normfix.prefilter.code import plain
from normfix.prefilter.imports import dotted_path
from normfix.prefilter.names import Elsewhere, Names
from normfix.source.contents import readable
from normfix.source.folders import Folders
from normfix.source.search_folders import SearchFolders

_MOST_FILES = 256
_MOST_ANSWERS = 20_000
_MOST_FOLLOWED = 1000
_DEEPEST = 20
_Question = tuple[str, bytes, bool]
"""A file, a dotted path that it writes, and whether that is called."""

_YES = frozenset({ANYTHING})


class ProjectNames:
    """The names of project files, each file read once, found by what is known of `folders`.

    `asked` is set by each question, and the files that are followed go to `read`, for whoever clears them before.
    """

    def __init__(self, roots: frozenset[bytes], folders: Folders | None = None) -> None:
        self._roots = roots
        self.asked = False
        self.read: set[str] = set()
        self._followed: dict[str, set[str]] = {}
        self._files: dict[str, Names | None] = {}
        self._folders = folders or Folders()
        self._search_folders_of: dict[str, SearchFolders] = {}
        self._answers: Circles[_Question] = Circles(
            lambda question: _found(self._answer, question), _MOST_FOLLOWED, self._forget_names
        )
        self._leading: Circles[_Question] = Circles(lambda question: _found(self._leads, question), _MOST_FOLLOWED)
        self._followed_deep = 0
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

    def _ask(self, question: _Question) -> frozenset[bytes]:
        self.asked = True
        if len(self._answers) > _MOST_ANSWERS:
            self._answers.clear()
        return self._answers.ask(question)

    def _forget_names(self) -> None:
        for names in self._files.values():
            if names is not None:
                names.forget()

    def may_lead(self, file: str, dotted: bytes, *, called: bool) -> bool:
        """Whether a dotted path that a file writes may lead to a library.

        That takes less work than what it may mean, and is true more often: imports are followed, assignments are not.
        """
        if len(self._leading) > _MOST_ANSWERS:
            self._leading.clear()
        return bool(self._leading.ask((file, dotted, called)))

    def may_hand_on(self, file: str, dotted: bytes) -> bool:
        """Whether a path that a file writes may lead to a definition that takes keywords which it does not name."""
        seen, waiting = set[tuple[str, bytes]](), [(file, dotted)]
        while waiting and len(seen) < _DEEPEST:
            asked = waiting.pop()
            seen.add(asked)
            place = self._place(*asked)
            # What is behind the name of a definition is none.
            if place is None or len(place[2]) > 1:
                continue
            other, names, name = place[0], place[1], place[2][0].encode()
            if names.takes_any(name):
                return True
            waiting += ((other, path) for path in names.bound.get(name, ()) if (other, path) not in seen)
        return bool(waiting)

    def _leads(self, file: str, dotted: bytes, called: bool) -> frozenset[bytes]:
        if self._followed_deep >= _DEEPEST:
            # What comes through very many files may be anything.
            return _YES
        self._followed_deep += 1
        try:
            place = self._place(file, dotted)
            return _YES if place is not None and self._leads_from(*place, called) else frozenset()
        finally:
            self._followed_deep -= 1

    def _leads_from(self, file: str, names: Names, parts: Sequence[str], called: bool) -> bool:
        name, rest = parts[0].encode(), [one.encode() for one in parts[1:]]
        if called:
            return not rest and bool(names.returned(name))
        return self._brings(file, names, name, rest)

    def _brings(self, file: str, names: Names, name: bytes, rest: Sequence[bytes]) -> bool:
        """Whether a name in a file, or with `rest` behind it, may come from a library or from what is given there."""
        imported = names.bound.get(name, ())
        if not names.legible or any(map(names.is_library, (*imported, *names.stars))):
            return True
        taken = (*imported, *(dotted_path(star, name) for star in names.stars))
        further = ((file, b".".join((path, *rest)), False) for path in taken)
        if names.is_given(name) or any(map(self._leading.ask, further)):
            return True
        kept = rest[0] if rest and not imported else b""
        return bool(kept) and (kept in names.bound or names.is_given(kept) or names.is_given(name + b"." + kept))

    def _answer(self, file: str, dotted: bytes, called: bool) -> frozenset[bytes]:
        place = self._place(file, dotted)
        if place is None:
            return frozenset()
        other, names, parts = place
        at = (other, parts[0])
        if at in self._names_open or len(self._names_open) >= _DEEPEST:
            # A name that leads to itself, by a path that may grow without end, or through very many files.
            return _YES
        self._names_open.add(at)
        try:
            return self._said(names, parts, called)
        finally:
            self._names_open.discard(at)

    def _place(self, file: str, dotted: bytes) -> tuple[str, Names, Sequence[str]] | None:
        """The file that a path which a file writes leads to, with what is known of it, and the names behind that."""
        dots = len(dotted) - len(dotted.lstrip(b"."))
        parts = dotted[dots:].decode().split(".")
        for folder in self._search_folders(file).search(dots):
            for length in range(len(parts) - 1, -1 if dots else 0, -1):
                other = self._folders.module(folder, parts[:length])
                if other is not None and other != file:
                    self._followed.setdefault(file, set()).add(other)
                    self.read.add(other)
                    names = self._names(other)
                    return (other, names, parts[length:]) if names is not None else None
        return None

    @staticmethod
    def _said(names: Names, parts: Sequence[str], called: bool) -> frozenset[bytes]:
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


def _found(find: Callable[[str, bytes, bool], frozenset[bytes]], question: _Question) -> frozenset[bytes]:
    try:
        return find(*question)
    except UnicodeDecodeError:
        # A path that is no text may mean anything.
        return _YES
