"""What `normfix.check` and `normfix.fix` return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from normfix.api.job import Job, Reported
from normfix.checks.finding import Finding
from normfix.report import ordered, totals
from normfix.source.documents import read_document


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file came to.

    `findings` are those that remain, by place, and `fixed` those that are gone from `content`, the bytes of the file
    after the fixes, which is None where nothing changed.
    """

    path: str
    findings: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    content: bytes | None

    @property
    def text(self) -> str | None:
        """The file after the fixes as text; a notebook's is JSON."""
        if self.content is None:
            return None
        return read_document(self.content, self.path).file.text


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to: the files that there is something to say about, in the order of their paths.

    `status` is the exit status that the command would have ended with: 0 nothing remains, 1 findings do, 2 some file
    could not be done. `target` is the range of releases that the code was held against, empty for the newest one.
    `problems` are the files that could not be written, each with the reason. Where there is a baseline, `known` is how
    many findings more are in it, and `gone` how many of it were not found any more.
    """

    files: tuple[FileReport, ...]
    status: int
    target: str = ""
    problems: tuple[str, ...] = ()
    known: int = 0
    gone: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that remains."""
        return tuple(finding for file in self.files for finding in file.findings)

    @property
    def fixed(self) -> tuple[Finding, ...]:
        """All that was fixed."""
        return tuple(finding for file in self.files for finding in file.fixed)


def report_of(job: Job, reported: Reported, problems: Sequence[str] = ()) -> Report:
    """The report of a run, in which some files could not be written."""
    target = job.options.target.found
    return Report(
        tuple(FileReport(one.path, tuple(ordered(one)), one.fixed, one.content) for one in reported.results),
        2 if problems else job.status(totals(reported.results)),
        target.text if target is not None else "",
        tuple(problems),
        reported.known,
        reported.gone,
    )
