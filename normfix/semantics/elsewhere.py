"""What a resolver asks of others: libraries, and the other files of the project."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from normfix.semantics.meaning import Meaning

if TYPE_CHECKING:
    from normfix.semantics.module import Module
    from normfix.semantics.scopes import Binding

Exports = Callable[[str, str], bool]
"""Whether a library module is known to have a name: it decides what a star import brings."""


class Elsewhere(Protocol):
    """What the other files of the project have to say to one that asks, which is `file`."""

    @property
    def file(self) -> str:
        """The path of the file that asks."""

    @property
    def relative(self) -> str:
        """The same from the folder that absolute imports start from."""

    def meaning(self, path: str) -> Meaning:
        """What a path of the project means."""

    def called(self, path: str) -> Meaning:
        """What a call of a project's function returns."""

    def starred(self, module: str, name: str) -> Meaning:
        """What a star import of a module of the project brings under a name; UNKNOWN for a module of nobody here."""

    def optional(self, path: str) -> bool:
        """Whether a name of the project is None where what it stands for cannot be had."""

    def flag(self, path: str) -> bool:
        """Whether a name of the project says which release is installed."""

    def definition(self, path: str) -> tuple[Module, Binding] | None:
        """The one binding at module level that a path of the project leads to, and the file that has it.

        None where that file has nothing to do with normalization.
        """

    def defined(self, path: str) -> tuple[Module, Binding] | None:
        """The same of any file of the project."""

    def speaks(self, path: str) -> bool:
        """Whether a path leads to a file of the project that has to do with normalization."""

    def may_hand_on(self, path: str) -> bool:
        """Whether a path of the project may be a definition that hands on what it does not name, as texts tell."""

    def leads(self, path: str) -> bool:
        """Whether a path of the project may lead to a library, as the texts of its files tell before any is parsed."""
