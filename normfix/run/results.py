"""What a run says of one file, and where in the cells of a notebook that is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from normfix.checks.finding import Finding
from normfix.source.text import Position, SourceText


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


def in_cells(result: FileResult) -> FileResult:
    """Findings of a notebook with their places in its cells."""
    source = result.source
    if source is None or source.place(Position(1, 1))[0] is None:
        return result
    return replace(
        result,
        findings=tuple(_in_cell(finding, source) for finding in result.findings),
        fixed=tuple(_in_cell(finding, source) for finding in result.fixed),
    )


def _in_cell(finding: Finding, source: SourceText) -> Finding:
    if finding.cell is not None:
        return finding
    cell, start = source.place(finding.start)
    return replace(finding, cell=cell, start=start, end=source.place(finding.end)[1])
