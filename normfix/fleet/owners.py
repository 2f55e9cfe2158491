"""Who owns a file: the CODEOWNERS of a repository, as GitHub and GitLab read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_SECTION = re.compile(r"\^?\[[^\]]+\](?:\[\d+\])?\s*(.*)")
_WORD = re.compile(r"(?:\\.|\S)+")


@dataclass(frozen=True, slots=True)
class Owners:
    """The lines of a CODEOWNERS file; the last one that speaks of a file decides."""

    lines: tuple[tuple[GitIgnoreSpec, tuple[str, ...]], ...] = ()

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file; none where no line speaks of it, or the last one names nobody."""
        return next((owners for spec, owners in reversed(self.lines) if spec.match_file(path)), ())


def read_owners(root: Path) -> Owners:
    """The CODEOWNERS of a repository, from the first of the places where it may be."""
    file = next((root / place for place in _PLACES if (root / place).is_file()), None)
    if file is None:
        return Owners()
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most repositories have no such file

    lines: list[tuple[GitIgnoreSpec, tuple[str, ...]]] = []
    section: tuple[str, ...] = ()
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if header := _SECTION.fullmatch(line.strip()):
            section = tuple(header[1].split())
            continue
        words = _WORD.findall(re.sub(r"(^|\s)#.*", "", line))
        # GitHub knows no `!`, and neither reads a pattern that pathspec refuses.
        if words and not words[0].startswith("!"):
            lines.append((GitIgnoreSpec.from_lines([words[0]]), tuple(words[1:]) or section))
    return Owners(tuple(lines))
