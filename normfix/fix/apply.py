"""Choosing fixes, applying them to a fix point, and checking what came out before anyone may write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from normfix.fix.outcome import Withheld
from normfix.fix.plan import Plan, emptied_imports, plan_fixes
from normfix.scan.diagnose import finding_of
from normfix.scan.finding import Finding
from normfix.scan.parsing import ParseFailure, parse
from normfix.scan.project import Project
from normfix.scan.scanner import scan
from normfix.scan.sites import Scan, Site
from normfix.table import Table
from normfix.text import Applicability, Edit, Fix, SourceText, apply_edits, overlapping

Choose = Callable[[Scan], Sequence[Site]]
"""The sites of a scan that the user asked about: selected and not silenced."""

Withhold = Callable[[str], str | None]
"""Why a replacement (a dotted path) must not be written here; None when it may."""

_PASSES = 25


class FixError(Exception):
    """normfix's own edits did not hold; the file must stay as it is. The message is one line."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A scan with the plan for its chosen sites, and the finding for each."""

    scan: Scan
    plan: Plan
    findings: dict[Site, Finding]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The text after all chosen fixes, what they fixed, and what remains in that text."""

    text: str
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]


def diagnose(
    source: SourceText, table: Table, project: Project, choose: Choose, withhold: Withhold | None
) -> Diagnosis | ParseFailure:
    """Scan a file, plan its fixes and put both into findings."""
    tree = parse(source)
    if isinstance(tree, ParseFailure):
        return tree
    found = scan(source, tree, table, project)
    sites = choose(found)
    plan = plan_fixes(found, sites)
    findings: dict[Site, Finding] = {}
    for site in sites:
        outcome = plan.outcomes[site]
        reason = withhold(site.target) if withhold and site.target else None
        if reason is not None:
            outcome = plan.outcomes[site] = Withheld(f"the replacement does not run here: {reason}")
        finding = finding_of(site, source)
        if isinstance(outcome, Fix):
            findings[site] = replace(finding, fix=outcome)
        else:
            findings[site] = replace(finding, withheld=outcome.reason)
    return Diagnosis(found, plan, findings)


def fix_source(
    first: Diagnosis, table: Table, project: Project, choose: Choose, withhold: Withhold | None, *, unsafe: bool
) -> Fixed:
    """Apply every fix that may be applied, pass by pass, until none is left. Raises FixError when that goes wrong."""
    diagnosis = first
    source = first.scan.source
    fixed: list[Finding] = []
    for _ in range(_PASSES):
        chosen = _fitting(diagnosis, unsafe)
        if not chosen:
            return Fixed(source.text, tuple(fixed), tuple(diagnosis.findings.values()))
        fixed += (diagnosis.findings[site] for site in chosen)
        source = replace(source, text=_applied(diagnosis, chosen))
        following = diagnose(source, table, project, choose, withhold)
        if isinstance(following, ParseFailure):
            raise FixError(f"the fixed code would not parse (line {following.line}: {following.reason})")
        diagnosis = following
    raise FixError(f"the fixes did not come to an end after {_PASSES} passes")


def _fitting(diagnosis: Diagnosis, unsafe: bool) -> list[Site]:
    """The sites whose fixes may be applied together, first come first served."""
    allowed = (Applicability.SAFE, Applicability.UNSAFE) if unsafe else (Applicability.SAFE,)
    chosen: list[Site] = []
    edits: set[Edit] = set()
    for site, finding in diagnosis.findings.items():
        if finding.fix is None or finding.fix.applicability not in allowed:
            continue
        together = edits | set(finding.fix.edits)
        if not overlapping(together):
            edits = together
            chosen.append(site)
    return chosen


def _applied(diagnosis: Diagnosis, chosen: Sequence[Site]) -> str:
    edits: set[Edit] = set()
    for site in chosen:
        fix = diagnosis.findings[site].fix
        assert fix is not None
        edits |= set(fix.edits)
    cleared = edits | set(emptied_imports(diagnosis.plan, chosen))
    return apply_edits(diagnosis.scan.source.text, edits if overlapping(cleared) else cleared)
