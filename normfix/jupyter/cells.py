"""One cell of a session, looked at together with the cells that ran before it: its findings and its fixed code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from normfix.api.job import job_for
from normfix.checks.finding import Finding
from normfix.report.view import View, body
from normfix.run.request import STDIN, Request, settings_for
from normfix.run.results import FileResult
from normfix.source.text import NOTEBOOK, SourceText

_NAME = "cell"


@dataclass(frozen=True, slots=True)
class CellReport:
    """What there is to say of a cell.

    `findings` as people read them, empty where nothing is wrong; `code` is the cell after the fixes, and `others` are
    the earlier cells (by their place, from 0) that have to change with it.
    """

    findings: str
    code: str
    others: Mapping[int, str]


def look_at(cell: str, earlier: Sequence[str], request: Request) -> CellReport:
    """Check and fix a cell. `earlier` cells say what its names mean. Raises UserError."""
    request = replace(request, paths=(STDIN,), diff=True)
    job = job_for(request, settings_for(request))
    cells = [*earlier, cell]
    data, name = _notebook(cells), f"{_NAME}{NOTEBOOK}"
    found = job.code(data, name, replace(job.options, fix=False))
    mine = [_alone(one, cell, len(cells)) for one in found]
    shown = [one for one in mine if one.findings]
    if not shown:
        return CellReport("", cell, {})
    content = next((one.content for one in job.code(data, name) if one.content is not None), data)
    code = [str(one["source"]) for one in json.loads(content)["cells"]]
    others = {place: text for place, text in enumerate(code[:-1]) if text != cells[place]}
    said = body(shown, job.table, View(unsafe_fixes=job.options.unsafe_fixes))
    return CellReport(said, code[-1], others)


def _notebook(cells: Sequence[str]) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": text} for text in cells]}).encode()


def _alone(result: FileResult, cell: str, number: int) -> FileResult:
    """What is said of one cell, as if it were a file."""
    findings = tuple(_named(one) for one in result.findings if one.cell == number)
    return FileResult(_NAME, SourceText(_NAME, cell), findings)


def _named(finding: Finding) -> Finding:
    return replace(finding, path=_NAME, cell=None)
