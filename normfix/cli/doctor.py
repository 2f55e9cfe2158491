"""`normfix doctor`: what is wrong with the installation of a project, without importing any of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from normfix.config.requirements import find_target
from normfix.config.target import Target
from normfix.report.doctor import render, render_json
from normfix.report.paint import Paint, wants_colour
from normfix.run.request import FileRequest, project_root, settings_for
from normfix.runtime.doctor import problems
from normfix.runtime.environment import find_interpreter
from normfix.runtime.installation import installation
from normfix.runtime.verdict import ProofError
from normfix.table.conflicts import shipped_conflicts
from normfix.table.load import shipped_table


@dataclass(frozen=True, slots=True)
class DoctorRequest(FileRequest):
    """The options of `doctor`."""

    python: str | None = None
    output_format: str = "full"


def doctor(request: DoctorRequest) -> int:
    """`doctor`: print what is wrong. Returns the exit status. Raises UserError where nobody can be asked."""
    settings = settings_for(request)
    interpreter = find_interpreter(Path(request.python) if request.python else None, settings.root)
    found = installation(interpreter)
    if found.failure:
        raise ProofError(f"{interpreter.path} ({interpreter.origin}) {found.failure}")
    declared = Target() if request.isolated else find_target(project_root(request, settings))
    said = problems(found, shipped_table().releases, shipped_conflicts(), declared)
    if request.output_format == "json":
        sys.stdout.write(render_json(found, said))
    else:
        sys.stdout.write(render(found, said, Paint(wants_colour(request.color, sys.stdout))))
    return int(bool(said))
