"""What a pasted error or traceback holds: its words, the lines of code in it, and whose frame was the last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_FRAME = re.compile(r"^\s*File \"(?P<file>[^\"]+)\", line (?P<line>\d+)(?:, in (?P<where>.+))?\s*$")
_CELL = re.compile(r"^\s*(?P<file><ipython-input-\d+-\w+>|Cell In\[\d+\])(?:,? line (?P<line>\d+)| in )")
_SHORT = re.compile(r"^(?P<file>(?:[A-Za-z]:)?[^\s:]+\.py):(?P<line>\d+): (?:in |\w+(?:Error|Exception))")
_ARROW = re.compile(r"^\s*-+>\s*(?P<line>\d+)\s(?P<code>.*)$")
_PATH_NOTE = re.compile(r"\s*\((?:[A-Za-z]:)?[^()\s]*[/\\][^()]*\)|\s*\(unknown location\)")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "`": None})
_PACKAGE = re.compile(r"(?:site|dist)-packages[/\\]([^/\\]+)")
_STANDARD = re.compile(r"[/\\]python3?\.?\d*[/\\](?!(?:site|dist)-packages)|^<frozen|^<string>|[/\\]importlib[/\\]")
_LIBRARIES = frozenset({"tensorflow", "tensorflow_core", "keras", "tf_keras", "tensorflow_cpu"})


@dataclass(frozen=True, slots=True)
class Frame:
    """One level of a traceback; `code` is the line that was shown for it."""

    file: str
    line: int
    code: str = ""

    @property
    def package(self) -> str | None:
        """The installed package that the file is part of, None for the user's own file."""
        match = _PACKAGE.search(self.file)
        return match[1].removesuffix(".py") if match else None

    @property
    def own(self) -> bool:
        """Whether the file is neither installed nor part of Python."""
        return self.package is None and not _STANDARD.search(self.file)


@dataclass(frozen=True)
class Pasted:
    """A pasted text without colours; line ends and indentation are as they were."""

    text: str

    @cached_property
    def words(self) -> str:
        """The text on single spaces, without backticks and the paths that Python adds in parentheses.

        A page that shows a message as Markdown takes its backticks away, so none is looked for.
        """
        return re.sub(r"\s+", " ", _PATH_NOTE.sub("", self.text.translate(_QUOTES))).strip()

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """The levels of the traceback, outermost first."""
        lines = self.text.splitlines()
        found: list[Frame] = []
        for number, line in enumerate(lines):
            match = _FRAME.match(line) or _CELL.match(line) or _SHORT.match(line)
            arrow = _ARROW.match(line)
            if match:
                code = lines[number + 1].strip() if number + 1 < len(lines) and _FRAME.match(line) else ""
                found.append(Frame(match["file"], int(match["line"] or 0), code))
            elif arrow and found:
                found[-1] = Frame(found[-1].file, int(arrow["line"]), arrow["code"].strip())
        return tuple(found)

    @property
    def last_own(self) -> Frame | None:
        """The innermost frame in a file of the user's own."""
        return next((frame for frame in reversed(self.frames) if frame.own), None)

    @property
    def foreign(self) -> str | None:
        """The installed package, other than TensorFlow and Keras, whose code was running innermost, if any."""
        for frame in reversed(self.frames):
            if frame.own:
                return None
            if frame.package is not None and frame.package not in _LIBRARIES:
                return frame.package
        return None

    @cached_property
    def code(self) -> str:
        """The lines of code that the traceback shows, innermost first."""
        return "\n".join(frame.code for frame in reversed(self.frames) if frame.code)


def pasted(text: str) -> Pasted:
    """Read a pasted text."""
    return Pasted(_ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
