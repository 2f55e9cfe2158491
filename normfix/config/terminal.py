"""What the streams of this process take: how wide the terminal is, whether it follows links, which letters it has."""

from __future__ import annotations

import codecs
import os
from typing import TextIO

_PLAIN = "normfix-plain"
_USUAL = 80
_LINKING_PROGRAMS = frozenset({"ghostty", "Hyper", "iTerm.app", "Tabby", "vscode", "WezTerm", "WarpTerminal", "rio"})
_LINKING_TERMS = ("alacritty", "foot", "wezterm", "xterm-ghostty", "xterm-kitty")
_LINKING_VARIABLES = ("DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION")
_FIRST_VTE = 5000
_IN_ASCII = {
    "\N{MIDDLE DOT}": ".",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "--",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
    "\N{BOX DRAWINGS HEAVY HORIZONTAL}": "-",
    "\N{BOX DRAWINGS LIGHT VERTICAL}": "|",
}


def make_safe(stream: TextIO) -> None:
    """Write every letter to a stream, those that its encoding lacks as ASCII; end lines as the files do."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        codecs.register_error(_PLAIN, _in_ascii)
        reconfigure(errors=_PLAIN, newline="\n")


def columns(stream: TextIO) -> int | None:
    """The width of the terminal behind a stream; None where it is none."""
    if not stream.isatty():
        return None
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except OSError:
        return _USUAL


def takes_links(stream: TextIO) -> bool:
    """Whether a stream goes to a terminal that is known to follow hyperlinks (OSC 8); FORCE_HYPERLINK decides."""
    known = os.environ
    forced = known.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in ("", "0")
    if not stream.isatty() or known.get("TERM") == "dumb" or "CI" in known:
        return False
    vte = known.get("VTE_VERSION", "")
    return (
        known.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or known.get("TERM", "").startswith(_LINKING_TERMS)
        or any(map(known.get, _LINKING_VARIABLES))
        or (vte.isdecimal() and int(vte) >= _FIRST_VTE)
    )


def _in_ascii(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_IN_ASCII.get(one) or _escaped(one) for one in letters), error.end


def _escaped(letter: str) -> str:
    return letter.encode("ascii", "backslashreplace").decode("ascii")
