"""What the fixes would change, as one unified diff for each file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from normfix.report import Result, shown
from normfix.report.paint import Paint


def render(results: Sequence[Result], paint: Paint) -> str:
    """The diffs of all files that would change; paths relative to the working directory, for `patch -p0`."""
    return "".join(line for result in results for line in _diff(result, paint))


def _diff(result: Result, paint: Paint) -> Iterator[str]:
    if result.source is None or result.fixed_text is None:
        return
    yield from difference(shown(result.path), result.source.text, result.fixed_text, paint)


def difference(path: str, before: str, after: str, paint: Paint) -> Iterator[str]:
    """The lines of a unified diff between two texts of one file."""
    for row in difflib.unified_diff(_lines(before), _lines(after), path, path):
        line = row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"
        yield _painted(line, paint)


def _lines(text: str) -> list[str]:
    """Lines as `patch` counts them: only a line feed ends one."""
    return [line + "\n" for line in text.split("\n")[:-1]] + [last for last in text.split("\n")[-1:] if last]


def _painted(line: str, paint: Paint) -> str:
    body, newline = (line[:-1], "\n") if line.endswith("\n") else (line, "")
    if line.startswith(("---", "+++")):
        return paint.strong(body) + newline
    if line.startswith("@@"):
        return paint.quiet(body) + newline
    if line.startswith("+"):
        return paint.good(body) + newline
    return (paint.bad(body) if line.startswith("-") else body) + newline
