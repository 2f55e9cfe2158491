"""What the files of a project were asked and what they answered: all of another file that a result may hang on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from normfix.source.documents import read_document
from normfix.source.text import TextError, has_parts

_T = TypeVar("_T")

Question = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module, and its arguments behind the code of the file that is asked; both can be pickled."""

Answers = Mapping[Question, Mapping[str, bytes | None]]
"""For each question a digest of what each file, by its real path, answered; None for nothing."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of other files, for a cache.

    Of the files in `read` all counts, of those in `asked` what they answered, of the folders `listed` which names they
    hold. `read` has folders as well, of which all files were asked. Of the questions `of_all`, put to all files of a
    project, only answers that are something are on record.
    """

    read: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    answers: Answers = field(default_factory=dict)
    of_all: frozenset[Question] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.read or self.asked or self.listed or self.answers)

    def holds(self, path: str, data: bytes) -> bool:
        """Whether a file, by its real path, that has other bytes now still answers all questions as it did."""
        if path in self.read:
            return False
        code = code_in(data, path)
        asked = [one for one, answers in self.answers.items() if path in answers or one in self.of_all]
        return all(_digest(one[0](code, *one[1])) == self.answers[one].get(path) for one in asked)


NOTHING = Observed()


def together(every: Iterable[Observed]) -> Observed:
    """All that was seen, one after the other."""
    read: set[str] = set()
    asked: set[str] = set()
    listed: set[str] = set()
    of_all: set[Question] = set()
    answers: dict[Question, dict[str, bytes | None]] = {}
    for one in every:
        read |= one.read
        asked |= one.asked
        listed |= one.listed
        of_all |= one.of_all
        for question, said in one.answers.items():
            answers.setdefault(question, {}).update(said)
    return Observed(frozenset(read), frozenset(asked), frozenset(listed), answers, frozenset(of_all))


class Observations:
    """Asks files for what is found in their `code`, and keeps what was seen until it is taken."""

    def __init__(self, code: Callable[[Path], bytes]) -> None:
        self.read: set[str] = set()
        self.listed: set[str] = set()
        self._code = code
        self._asked: set[str] = set()
        self._of_all: set[Question] = set()
        self._answers: dict[Question, dict[str, Any]] = {}

    def ask(self, file: Path, question: Callable[..., _T], *arguments: Any) -> _T:
        """What a question finds in the code of a file, which is given by its real path."""
        self._asked.add(str(file))
        answer = question(self._code(file), *arguments)
        self._answers.setdefault((question, arguments), {})[str(file)] = answer
        return answer

    def each(self, files: Iterable[Path], question: Callable[..., _T], *arguments: Any) -> Iterator[tuple[Path, _T]]:
        """Those of the files of a project in whose code a question finds something, with what it finds."""
        self._of_all.add((question, arguments))
        said = self._answers.setdefault((question, arguments), {})
        for file in files:
            answer = question(self._code(file), *arguments)
            if answer:
                said[str(file)] = answer
                yield file, answer

    def any(self, files: Iterable[Path], question: Callable[..., object], *arguments: Any) -> bool:
        """Whether a question finds something in the code of one of the files of a project; the first is enough."""
        for file in files:
            answer = question(self._code(file), *arguments)
            if answer:
                # As long as this one answers so, what the others say does not matter.
                self._answers.setdefault((question, arguments), {})[str(file)] = answer
                return True
        self._answers.setdefault((question, arguments), {})
        self._of_all.add((question, arguments))
        return False

    def taken(self, *further: set[str]) -> Observed:
        """What was seen since this was last asked for, with `further` sets of files that were read; all are emptied."""
        answers = {
            question: {path: _digest(answer) for path, answer in said.items()}
            for question, said in self._answers.items()
        }
        read = self.read.union(*further)
        found = Observed(
            frozenset(read), frozenset(self._asked), frozenset(self.listed), answers, frozenset(self._of_all)
        )
        self._answers.clear()
        self._of_all.clear()
        for one in (self.read, self.listed, self._asked, *further):
            one.clear()
        return found


def found_by(code: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether a pattern of bytes finds something."""
    return pattern.search(code) is not None


def has_word(code: bytes, word: bytes) -> bool:
    """Whether some letters stand in the code."""
    return word in code


def code_in(data: bytes, path: str) -> bytes:
    """The code of a file without what is around it in a notebook or a document; none where it cannot be had."""
    if not has_parts(path):
        return data
    try:
        return read_document(data, path).text.encode(errors="replace")
    except TextError:
        return b""


def _digest(answer: Any) -> bytes | None:
    """Stands for what was answered; None for nothing."""
    from hashlib import blake2b  # noqa: PLC0415 - only a cache needs it

    return blake2b(repr(answer).encode(errors="replace"), digest_size=8).digest() if answer else None
