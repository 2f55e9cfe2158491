"""The process that one repository has to itself: what is asked comes as JSON on stdin, rows go to stdout.

It is started in an empty folder, so that no module of a repository is ever imported by its name.
"""

from __future__ import annotations

import json
import os
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from normfix.api.job import job_for
from normfix.checks.finding import Finding
from normfix.config.errors import UserError
from normfix.fleet.breaking import breaks_in, states
from normfix.fleet.calls import call_rows
from normfix.fleet.owners import Owners, read_owners
from normfix.fleet.shares import shares
from normfix.report import GRADE_WORDS, grade_of, in_order, totals
from normfix.report.diff import as_bytes, render
from normfix.report.paint import Paint
from normfix.report.progress import Stage, stage
from normfix.run.request import Request, files_for, settings_for
from normfix.run.results import FileResult
from normfix.table.availability import shipped_availability
from normfix.table.table import Table

if sys.platform != "win32":
    import resource


def main() -> None:
    """Do what is asked and write what came of it; status 2 and a line on stderr where it could not be done."""
    asked = json.load(sys.stdin)
    _bound(asked["memory"], asked["seconds"])
    try:
        os.chdir(asked["folder"])
        answer = _JOBS[asked["job"]](asked)
    except UserError as error:
        sys.exit(str(error))
    except MemoryError:
        sys.exit(f"it needs more than {asked['memory'] >> 20} MB of memory")
    json.dump(answer, sys.stdout)


def _bound(memory: int, seconds: float) -> None:
    """Neither more memory nor more time than this, also where nobody is left to end the process."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))


def _checked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of a repository or of a part of it; how many parts there are where it has to be divided."""
    request = Request(paths=(os.curdir,), **asked["options"])
    job = job_for(request, settings_for(request))
    files = files_for(request, job.settings)
    parts, number = shares(files, asked["most"]), asked["part"]
    if number is None and len(parts) > 1:
        return {"parts": len(parts)}
    share = None if number is None else parts[number]
    found = job.files(files, replace(job.options, workers=1, share=share))
    results = job.reported(found, files if share is None else share).results
    target = job.options.target.found
    findings = list(_findings(results, job.table, read_owners(Path())))
    places = {path.replace(os.sep, "/"): place for place, path in enumerate(files)}
    return {
        "findings": findings,
        "places": [places.get(one["path"], len(files)) for one in findings],
        "symbols": list(_symbols(results, job.table)),
        "repository": {
            "target": target.text if target is not None else "",
            "files": len(files),
            "undone": totals(results).undone,
            **_efforts(results),
        },
    }


def _efforts(results: Sequence[FileResult]) -> dict[str, int]:
    counts = Counter(stage(finding) for finding in in_order(results))
    found = {one.value: counts[one] for one in (Stage.SAFE, Stage.UNSAFE, Stage.BY_HAND, Stage.NOTE)}
    return {"findings": counts.total(), **found}


def _findings(results: Sequence[FileResult], table: Table, owners: Owners) -> Iterator[Mapping[str, Any]]:
    recorded = shipped_availability() if results else None
    for finding in in_order(results):
        assert recorded is not None
        rule = table.rules.get(finding.code)
        grade = grade_of(finding, rule)
        yield {
            "path": finding.path.replace(os.sep, "/"),
            "cell": finding.cell,
            **_place(finding),
            "code": finding.code,
            "rule": rule.slug if rule else None,
            "message": finding.message,
            "symbol": finding.symbol,
            "argument": finding.argument,
            "replacement": finding.replacement,
            "kind": finding.kind.value,
            "severity": finding.severity.value,
            "grade": grade.value if grade else None,
            "effort": stage(finding).value,
            "fix": finding.fix.message if finding.fix else None,
            "withheld": finding.withheld,
            "scope": finding.scope,
            "owners": list(owners.of(finding.path)),
            "breaks_in": breaks_in(finding, table, recorded),
        }


def _place(finding: Finding) -> dict[str, int]:
    start, end = finding.start, finding.end
    return {"line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column}


def _symbols(results: Sequence[FileResult], table: Table) -> Iterator[Mapping[str, Any]]:
    counts = Counter(finding.symbol for finding in in_order(results) if finding.symbol)
    for symbol, count in sorted(counts.items()):
        for axis, release, said in states(symbol, table, shipped_availability()):
            yield {"symbol": symbol, "findings": count, "axis": axis, "release": release, "state": said}


def _fixed(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The files as they become, the patch, and for each rule how many findings are gone and what is shown of them."""
    # What a project says of unsafe fixes is for those who read what they get.
    request = Request(paths=(os.curdir,), fix=True, diff=True, unsafe_fixes=False, **asked["options"])
    job = job_for(request, settings_for(request))
    files = files_for(request, job.settings)
    results = job.reported(job.files(files, replace(job.options, workers=1)), files).results
    rules: Counter[tuple[str, str, str]] = Counter()
    for result in results:
        for finding in result.fixed:
            rule = job.table.rules.get(finding.code)
            grade = grade_of(finding, rule)
            rules[finding.code, rule.summary if rule else "", GRADE_WORDS[grade] if grade else ""] += 1
    changed = {one.path: data for one in results if (data := one.content) is not None}
    return {
        "files": {path.replace(os.sep, "/"): b64encode(data).decode() for path, data in changed.items()},
        "patch": b64encode(as_bytes(render(results, Paint(False)))).decode(),
        "rules": [[*words, count] for words, count in sorted(rules.items())],
        "remaining": totals(results).remaining,
    }


def _called(asked: Mapping[str, Any]) -> dict[str, Any]:
    return call_rows(asked["options"], asked["most"], asked["part"])


_JOBS = {"check": _checked, "fix": _fixed, "calls": _called}

if __name__ == "__main__":
    main()
