"""The normalization calls of one repository, and what each is where it is tried.

A trial is all that decides how a call behaves on a release, as text: the dotted path, the literal arguments, the input.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from normfix.checks.finding import Finding
from normfix.fleet.owners import Owners, read_owners
from normfix.fleet.shares import shares
from normfix.report.verify import called
from normfix.run.call_sites import checks_for
from normfix.run.request import FileRequest, files_for, settings_for
from normfix.runtime.checks import Check, LiteralCall


def call_rows(options: Mapping[str, Any], most: int, part: int | None) -> dict[str, Any]:
    """The calls in the files of the working directory, and the files that cannot be read; or how many parts it has.

    Raises UserError.
    """
    request = FileRequest(paths=(os.curdir,), **options)
    settings = settings_for(request)
    files = files_for(request, settings)
    parts = shares(files, most)
    if part is None and len(parts) > 1:
        return {"parts": len(parts)}
    chosen = files if part is None else [file for file in files if file in parts[part]]
    checks, problems = checks_for(chosen, settings, ())
    owners = read_owners(Path())
    return {"calls": [*_calls(checks, owners), *(_problem(one, owners) for one in problems)]}


def _calls(checks: tuple[Check, ...], owners: Owners) -> Iterator[Mapping[str, Any]]:
    for check in checks:
        site = check.site
        assert site is not None
        yield {
            **_place(site.path, site.cell, site.line, site.column, owners),
            "symbol": check.target,
            "call": called(check),
            "not_evaluated": list(site.not_evaluated),
            "trial": trial_of(check),
        }


def _problem(finding: Finding, owners: Owners) -> Mapping[str, Any]:
    start = finding.start
    place = _place(finding.path, finding.cell, start.line, start.column, owners)
    return {**place, "not_evaluated": [], "reason": f"{finding.code} {finding.message}"}


def _place(path: str, cell: int | None, line: int, column: int, owners: Owners) -> Mapping[str, Any]:
    place = {"path": path.replace(os.sep, "/"), "cell": cell, "line": line, "column": column}
    return {**place, "owners": list(owners.of(path))}


def trial_of(check: Check) -> str:
    """What is tried, without where it stands."""
    asked = {name: value for name, value in check.request().items() if name != "id"}
    return json.dumps({**asked, "legacy": check.site is not None and check.site.legacy}, ensure_ascii=False)


def is_legacy(trial: str) -> bool:
    """Whether a trial is of a program that switches the legacy Keras on."""
    return bool(json.loads(trial)["legacy"])


def check_of(trial: str) -> Check:
    """The check that a trial is; its id is the trial itself."""
    asked = json.loads(trial)
    site = LiteralCall("", 0, 0, asked["target"], legacy=asked.pop("legacy"))
    parts = {
        "positional": tuple(asked["positional"]),
        "keywords": tuple((name, text) for name, text in asked["keywords"]),
        "shape": tuple(asked["shape"]),
    }
    return Check(trial, site=site, **{**asked, **parts})
