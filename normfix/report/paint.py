"""Colour for terminals: a few names, and nothing at all where colour is not wanted."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass
from typing import TextIO

NARROWEST = 30
"""No text is made for terminals with fewer columns."""

_RESET = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Paint:
    """Wraps text in terminal codes when `on`; `links` says whether the terminal takes hyperlinks."""

    on: bool = False
    links: bool = False

    def strong(self, text: str) -> str:
        """Bold: paths and headings."""
        return self._wrap("\x1b[1m", text)

    def alarm(self, text: str) -> str:
        """Bold red: codes and carets."""
        return self._wrap("\x1b[1;31m", text)

    def quiet(self, text: str) -> str:
        """Blue: line numbers, rails and labels."""
        return self._wrap("\x1b[34m", text)

    def good(self, text: str) -> str:
        """Green: added lines and marks of a fix."""
        return self._wrap("\x1b[32m", text)

    def bad(self, text: str) -> str:
        """Red: removed lines."""
        return self._wrap("\x1b[31m", text)

    def linked(self, text: str, url: str | None) -> str:
        """Text that leads to an address, as the terminal code OSC 8 writes it."""
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if self.links and url else text

    def _wrap(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self.on and text else text


def wants_colour(choice: str, stream: TextIO) -> bool:
    """Whether to colour what goes to `stream`: `always`, `never`, or by terminal, NO_COLOR and TERM."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def folded(text: str, width: int | None) -> str:
    """Lines of prose for a terminal of that width; as they are where there is none. A path is never broken."""
    if width is None:
        return text
    lines = (line for line in text.splitlines())
    return "".join(
        textwrap.fill(line, max(width, NARROWEST), break_long_words=False, break_on_hyphens=False) + "\n"
        for line in lines
    )


def printable(text: str) -> str:
    """`text` on one line, with every character that could move a cursor replaced by a dot."""
    return "".join(character if character.isprintable() else "·" for character in text)
