"""What the readers of documents agree on: the lines of a code block, each with its place in the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

LANGUAGES = frozenset(
    (
        *("python", "python3", "py", "py3", "ipython", "ipython3"),
        *("pycon", "pycon3", "python-repl", "python-console", "doctest"),
    )
)
"""The names that documents have for Python and for a dialogue with it."""

DIRECTIVES = frozenset(
    (
        *("code-cell", "jupyter-execute", "testcode", "testsetup", "testcleanup", "doctest", "ipython"),
        *("plot", "pyplot", "bokeh-plot", "altair-plot", "exec_code"),
    )
)
"""Directives of Sphinx and MyST that hold Python unless they say something else."""

CODE = frozenset({"code-block", "code", "sourcecode"})
"""Directives that say which language they hold."""


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """A code block: the number of each of its lines in the document (1-based), and the code in it.

    Nothing says of a block that is not `sure` which language it is. `start` is the line that the code begins at.
    """

    start: int
    lines: tuple[tuple[int, str], ...]
    sure: bool = True


Finder = Callable[[str], Iterator[FoundBlock]]
"""What finds the code blocks of a document; all newlines of the text it gets are line feeds."""


def numbered(start: int, lines: list[str]) -> tuple[tuple[int, str], ...]:
    """Lines that follow one another, from a number on."""
    return tuple(enumerate(lines, start))
