"""What the fixes would change, as one unified diff for each file, in the bytes of the file.

Bytes that are no UTF-8 stand in the text as lone surrogates, which `as_bytes` turns back.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from normfix.checks.findings import CANNOT_DO
from normfix.report import Result, in_order, place, shown
from normfix.report.paint import Paint, printable

_KEPT = "surrogateescape"
_ODD = re.compile(r'[\x00-\x1f"\\\x7f]')
_QUOTED = frozenset(map(chr, (*range(0x20), 0x22, 0x5C, *range(0x7F, 0x100))))


def render(results: Sequence[Result], paint: Paint) -> str:
    """The diffs of all files that would change; paths relative to the working directory, for `patch -p0`.

    `git apply -p0` takes them too. A notebook's diff is that of its JSON, for that is what can be applied.
    """
    return "".join(line for result in results for line in _diff(result, paint))


def _diff(result: Result, paint: Paint) -> Iterator[str]:
    if result.source is None or result.fixed_text is None:
        return
    before, after = (_as_text(result.source.encode(text)) for text in (result.source.text, result.fixed_text))
    yield from difference(shown(result.path), before, after, paint)


def left_out(results: Sequence[Result]) -> str:
    """What a diff does not show, a line each: files that could not be handled, and fixes withheld with a reason."""
    said = []
    for finding in in_order(results):
        if finding.code in CANNOT_DO:
            said.append(f"{place(finding)}: {finding.code} {finding.message}")
        elif finding.withheld and finding.fix is None:
            said.append(f"{place(finding)}: {finding.code} not fixed: {finding.withheld}")
    return "".join(f"{printable(line)}\n" for line in said)


def as_bytes(text: str) -> bytes:
    """A diff as it is to be written, byte for byte what the files have."""
    return text.encode("utf-8", _KEPT)


def _as_text(data: bytes) -> str:
    return data.decode("utf-8", _KEPT)


def difference(path: str, before: str, after: str, paint: Paint) -> Iterator[str]:
    """The lines of a unified diff between two texts of one file."""
    name = _named(path)
    for row in difflib.unified_diff(_lines(before), _lines(after), name, name):
        line = row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"
        yield _painted(line, paint)


def _named(path: str) -> str:
    """A path as git writes it: in quotes where a character would end it, before a tab where a blank would."""
    if _ODD.search(path) is None and path.isprintable():
        return f"{path}\t" if " " in path else path
    return '"' + "".join(chr(one) if chr(one) not in _QUOTED else f"\\{one:03o}" for one in as_bytes(path)) + '"'


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
