"""A document to its findings, under the settings that `check` finds for the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lsprotocol import types

from normfix.api.job import Job, job_for
from normfix.checks.finding import Finding
from normfix.checks.findings import failed
from normfix.checks.sites import Site
from normfix.config.errors import UserError
from normfix.config.settings import KERAS
from normfix.fixes.diagnosis import Diagnosis
from normfix.prefilter.prefilter import Admission, Prefilter, prefilter_of
from normfix.prefilter.project_names import ProjectNames
from normfix.report import ordered
from normfix.run.one_file import lone_result
from normfix.run.options import Options
from normfix.run.request import Request, settings_for
from normfix.run.results import FileResult
from normfix.run.silencing import silenced
from normfix.server.documents import Document, OpenText
from normfix.server.positions import Units
from normfix.source.folders import Folders
from normfix.source.reparse import Reparser
from normfix.table.table import Table


@dataclass(frozen=True, slots=True)
class Checked:
    """A document and what was found in it; `result` is None where there is nothing to say.

    `texts` are the other documents that it was judged with.
    """

    document: Document
    job: Job
    result: FileResult | None
    texts: Mapping[str, bytes]

    def findings(self) -> list[Finding]:
        """What was found, by place."""
        return ordered(self.result) if self.result is not None else []

    def place(self, finding: Finding, units: Units) -> tuple[OpenText, types.Range]:
        """The text that a finding is in, and where."""
        text = self.document.text_of(finding.cell)
        source = self.result.source if self.result is not None else None
        if self.document.is_notebook or source is None:
            return text, units.range(text.source, finding.start, finding.end)
        # Also of a notebook that the client has open as a text: the places in its JSON.
        start, end = (source.in_file(finding.cell, one) for one in (finding.start, finding.end))
        return text, units.range(text.source, start, end)

    def at(self, place: types.Range, uri: str, units: Units) -> Iterator[Finding]:
        """The findings that touch a range of one of the texts."""
        for finding in self.findings():
            text, found = self.place(finding, units)
            if text.uri == uri and found.start <= place.end and place.start <= found.end:
                yield finding

    def fixed(self, finding: Finding) -> FileResult | None:
        """What the fix of one finding makes of the document, checked as every fix is; None where it does not hold."""
        return self._scanned(replace(self.job.options, fix=True, picker=lambda: _only(finding)))

    def all_fixed(self) -> FileResult | None:
        """What all safe fixes make of the document; None where they change nothing."""
        return self._scanned(replace(self.job.options, fix=True, unsafe_fixes=False))

    def silenced(self, finding: Finding) -> FileResult | None:
        """The document with a comment that silences one finding; None where none can."""
        if self.result is None:
            return None
        [done] = silenced([replace(self.result, findings=(finding,))], "")
        return done if done.fixed_text is not None else None

    def _scanned(self, options: Options) -> FileResult | None:
        results = self.job.code(self.document.data, self.document.path, options, self.texts)
        return next((one for one in results if one.fixed_text is not None), None)


class Checker:
    """Checks documents, one after the other."""

    def __init__(self) -> None:
        self._prefilter: tuple[Table, Prefilter] | None = None
        self._reparser = Reparser()

    def check(self, document: Document, texts: Mapping[str, bytes], *, others_are_saved: bool) -> Checked:
        """Look at a document among other open ones. Raises UserError for settings that mean nothing."""
        # The prefilter reads other files from the disk, which is not what counts while one of them is edited.
        request = Request(paths=(document.path,), no_prefilter=not others_are_saved)
        job = job_for(request, settings_for(request))
        try:
            result = self._result(document, job, texts) if self._may_find(document, job) else None
        except UserError:
            raise
        except Exception as error:
            result = lone_result(failed(document.path, error), job.options)
        return Checked(document, job, result, texts)

    def forget(self, path: str) -> None:
        """A document is not open any more."""
        self._reparser.forget(path)

    def _result(self, document: Document, job: Job, texts: Mapping[str, bytes]) -> FileResult | None:
        options = replace(job.options, parse=self._reparser.parse)
        results = job.code(document.data, document.path, options, texts)
        return next(iter(job.reported(results, [document.path]).results), None)

    def _may_find(self, document: Document, job: Job) -> bool:
        """Whether there is anything to look for: Python that is not left out, and by its bytes may have a finding."""
        if not document.is_python or job.options.left_out(os.path.abspath(document.path)):  # noqa: PTH100 - drops `..`
            return False
        if job.options.strategy != KERAS:
            return True
        if self._prefilter is None or self._prefilter[0] is not job.table:
            self._prefilter = job.table, prefilter_of(job.table)
        prefilter = self._prefilter[1]
        names = None if job.options.full else ProjectNames(prefilter.vocabulary.roots, Folders())
        elsewhere = names.around(document.path) if names is not None else None
        return prefilter.admission(document.data, document.path, elsewhere) not in (Admission.CLEAN, Admission.RENAMES)


def _only(finding: Finding) -> Callable[[Diagnosis], Sequence[Site]]:
    """Picks the fix of one finding, with those that make the very same edits, and then nothing more."""
    waiting = [finding]

    def pick(diagnosis: Diagnosis) -> Sequence[Site]:
        if not waiting:
            return ()
        wanted = _identity(waiting.pop())
        source = diagnosis.scan.source
        for site, one in diagnosis.findings.items():
            cell, start = source.place(one.start)
            if _identity(replace(one, cell=cell, start=start)) == wanted:
                return [site, *_same_edits(diagnosis, site)]
        return ()

    return pick


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.cell, finding.start, finding.code, finding.symbol, finding.argument


def _same_edits(diagnosis: Diagnosis, site: Site) -> Iterator[Site]:
    fix = diagnosis.findings[site].fix
    for other, one in diagnosis.findings.items():
        if fix is not None and other is not site and one.fix is not None and one.fix.edits == fix.edits:
            yield other
