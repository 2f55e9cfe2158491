"""What a run says of one file, and where in the file that is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from normfix.checks.finding import Finding
from normfix.semantics.observed import NOTHING, Observed
from normfix.source.documents import read_document
from normfix.source.parts import PartsText
from normfix.source.text import Position, SourceText

_LINE = re.compile(r"\bline (\d{1,9})\b")


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file came to.

    `findings` are those that remain, `fixed` those that `fixed_text` no longer has; `fixed_text` is None when nothing
    changes. `source` is None for a file that could not be read. `legacy` says that the file is a graph program which
    was treated as the strategy `legacy` asks, `waiting` that it is part of one which that strategy would bring over.
    """

    path: str
    source: SourceText | None
    findings: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    fixed_text: str | None = None
    legacy: bool = False
    waiting: bool = False

    @property
    def content(self) -> bytes | None:
        """The bytes of the file after the fixes; None where nothing changes."""
        if self.source is None or self.fixed_text is None:
            return None
        return self.source.encode(self.fixed_text)

    @property
    def after(self) -> SourceText | None:
        """The text that the remaining findings speak of: the one after the fixes."""
        if self.source is None or self.fixed_text is None:
            return self.source
        docstrings = self.source.with_docstrings
        return read_document(self.source.encode(self.fixed_text), self.path, docstrings=docstrings)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file, and what was seen of others on the way when a cache wants to know.

    `path` is the file, or for a data file the one that loads it. `holders` are the files for whose sake it keeps names
    as they are.
    """

    path: str
    result: FileResult | None
    observed: Observed = NOTHING
    holders: frozenset[str] = frozenset()


def all_placed(result: FileResult) -> FileResult:
    """Findings of a notebook with their places in its cells, those of a document with their places in it."""
    source, after = result.source, result.after
    if not (isinstance(source, PartsText) and isinstance(after, PartsText)):
        return result
    return replace(
        result,
        findings=tuple(placed(finding, after) for finding in result.findings),
        fixed=tuple(placed(finding, source) for finding in result.fixed),
    )


def placed(finding: Finding, source: SourceText) -> Finding:
    """A finding of a text with its place in the file that the text is of."""
    cell, start = source.place(finding.start)
    fix = finding.fix
    if fix is not None:
        fix = replace(fix, message=_told(fix.message, source), notes=_all_told(fix.notes, source))
    return replace(
        finding,
        cell=cell,
        start=start,
        end=source.place(finding.end)[1],
        message=_told(finding.message, source),
        fix=fix,
        withheld=_told(finding.withheld, source) if finding.withheld is not None else None,
        notes=_all_told(finding.notes, source),
    )


def _all_told(texts: tuple[str, ...], source: SourceText) -> tuple[str, ...]:
    return tuple(_told(text, source) for text in texts)


def _told(text: str, source: SourceText) -> str:
    """Words about a text with the lines of the file in the place of those of the text."""

    def line_of_file(found: re.Match[str]) -> str:
        number = int(found[1])
        if number > len(source.line_starts):
            return found[0]
        cell, place = source.place(Position(number, 1))
        return f"line {place.line}" if cell is None else f"cell {cell}, line {place.line}"

    return _LINE.sub(line_of_file, text)
