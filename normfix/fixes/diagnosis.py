"""What is wrong in a file and what would mend it: scan, assessment, plan and findings as one value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from normfix.checks.finding import Finding
from normfix.checks.findings import finding_of
from normfix.checks.scanner import scan
from normfix.checks.sites import Scan, Site
from normfix.fixes.draft import Plan
from normfix.fixes.numeric_hazards import saved_notes
from normfix.fixes.outcome import Withheld
from normfix.fixes.plan import plan_fixes
from normfix.fixes.refusals import Withhold
from normfix.semantics.project import Project
from normfix.source.python import ParseFailure, parse
from normfix.source.text import Fix, SourceText
from normfix.table.table import Table

Choose = Callable[[Scan], tuple[Scan, Sequence[Site]]]
"""The scan as the target assesses it, and those of its sites that the user asked about: selected and not silenced."""


Parse = Callable[[SourceText], ast.Module | ParseFailure]
"""What makes the tree of a text."""


Look = Callable[[SourceText, ast.Module, Table, Project], Scan]
"""What makes the scan of a text with its tree."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A scan with the plan for its chosen sites, and the finding for each; `read` is the scan before the target had
    its say.
    """

    read: Scan
    scan: Scan
    plan: Plan
    findings: dict[Site, Finding]


@dataclass(frozen=True, slots=True)
class Diagnoser:
    """Diagnoses the texts of a run: by which table, in which project, and what of it the user asked about.

    `look` finds the sites of a text; where its bytes tell already that it has none, `without_sites` does.
    """

    table: Table
    project: Project
    choose: Choose
    parse: Parse = parse
    look: Look = scan

    def diagnose(self, source: SourceText, withhold: Withhold | None) -> Diagnosis | ParseFailure:
        """Scan a file, plan its fixes and put both into findings; `withhold` names fixes that must not be made."""
        known = self.project.known(source)
        tree = known.tree if known is not None else self.parse(source)
        if isinstance(tree, ParseFailure):
            return tree
        return self.again(self.look(source, tree, self.table, self.project), withhold)

    def again(self, read: Scan, withhold: Withhold | None) -> Diagnosis:
        """The same of a scan that is there already."""
        found, chosen = self.choose(read)
        source, sites = read.source, chosen
        plan = plan_fixes(found, sites)
        while withhold:
            # Only of fixes: what has a reason keeps it. Then planned anew, for no other fix may carry it along.
            told = {
                site: words
                for site in sites
                if not site.assessment.lacking
                and isinstance(plan.outcomes[site], Fix)
                and (words := withhold(site, source))
            }
            if not told:
                break
            sites = [site.refused(told[site]) if site in told else site for site in sites]
            plan = plan_fixes(found, sites)
        findings: dict[Site, Finding] = {}
        for seen, site in zip(chosen, sites, strict=True):
            outcome = plan.outcomes[site]
            if site.assessment.lacking and isinstance(outcome, Fix):
                outcome = plan.outcomes[site] = Withheld(site.assessment.lacking)
            finding = replace(finding_of(seen, source), notes=saved_notes(found, site))
            if isinstance(outcome, Fix):
                findings[site] = replace(finding, fix=outcome)
            else:
                findings[site] = replace(finding, withheld=outcome.reason)
        return Diagnosis(read, found, plan, findings)
