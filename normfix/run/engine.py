"""What is built once for all files of a run: project, severity, strategy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from normfix.checks.severity import Assessor
from normfix.config.settings import KERAS
from normfix.legacy.strategy import LegacyStrategy, Strategy
from normfix.prefilter.prefilter import Admission
from normfix.run.options import Options
from normfix.semantics.project import Project
from normfix.table.table import Table


@dataclass(frozen=True, slots=True)
class Engine:
    """What is built once for all files of a run."""

    table: Table
    project: Project
    assessor: Assessor
    strategy: Strategy

    def of(self, project: Project) -> Engine:
        """The same for a file of another project."""
        return self if project is self.project else replace(self, project=project, strategy=self.strategy.of(project))

    def admits(self, admission: Admission, data: bytes, path: str) -> bool:
        """Whether a file with these bytes, of which the prefilter said that admission, may have a finding."""
        if admission is Admission.TOO_NEW and self.assessor.lacks_names:
            return True
        nothing = admission in (Admission.CLEAN, Admission.TOO_NEW, Admission.RENAMES)
        return not nothing or self.strategy.admits(path, data)


def engine_for(
    table: Table, options: Options, files: Collection[str], texts: Mapping[str, bytes] | None = None
) -> Engine:
    """The engine of a run over some files, of which some are going to have other bytes (`texts`)."""
    project, assessor = Project(table, texts, full=options.full), Assessor(table, options.target)
    strategy = Strategy(table, project, assessor)
    if options.strategy != KERAS:
        strategy = LegacyStrategy(table, project, assessor, files)
    return Engine(table, project, assessor, strategy)
