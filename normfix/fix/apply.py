"""Choosing fixes, applying them to a fix point, and checking what came out before anyone may write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from normfix.checks.finding import Finding
from normfix.checks.findings import finding_of
from normfix.checks.scanner import scan
from normfix.checks.sites import Scan, Site
from normfix.fix.check import FixError, check_pass, reread
from normfix.fix.draft import Plan
from normfix.fix.numeric_hazards import ended_notes, saved_notes
from normfix.fix.outcome import Withheld
from normfix.fix.plan import plan_fixes
from normfix.fix.unused_imports import emptied_imports
from normfix.semantics.project import Project
from normfix.source.python import ParseFailure, parse
from normfix.source.text import Applicability, Edit, Fix, SourceText, apply_edits, overlapping
from normfix.table.table import Table

Choose = Callable[[Scan], tuple[Scan, Sequence[Site]]]
"""The scan as the target judges it, and those of its sites that the user asked about: selected and not silenced."""

Withhold = Callable[[Site, SourceText], str | None]
"""Why the fix of a site must not be made here; None when it may."""

_PASSES = 25


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A scan with the plan for its chosen sites, and the finding for each; `read` is the scan before the target had
    its say.
    """

    read: Scan
    scan: Scan
    plan: Plan
    findings: dict[Site, Finding]


Pick = Callable[[Diagnosis], Sequence[Site]]
"""The sites whose fixes are made in the next pass; their edits must not overlap. None of them ends the work."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: the scan before it, the sites that were fixed, and all the edits made for them, in order.

    `safe` are those of the sites whose fixes were safe.
    """

    scan: Scan
    chosen: tuple[Site, ...]
    edits: tuple[Edit, ...]
    safe: frozenset[Site]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The text after all chosen fixes, what they fixed, what remains in that text, and how it came about."""

    text: str
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    passes: tuple[Pass, ...] = ()
    last: Scan | None = None


def diagnose(
    source: SourceText, table: Table, project: Project, choose: Choose, withhold: Withhold | None
) -> Diagnosis | ParseFailure:
    """Scan a file, plan its fixes and put both into findings."""
    known = project.known(source)
    tree = known.tree if known is not None else parse(source)
    if isinstance(tree, ParseFailure):
        return tree
    return _diagnosed(scan(source, tree, table, project), choose, withhold)


def _diagnosed(read: Scan, choose: Choose, withhold: Withhold | None) -> Diagnosis:
    found, sites = choose(read)
    source = read.source
    plan = plan_fixes(found, sites)
    while withhold:
        # Only of fixes: what has a reason of its own keeps it. Then planned anew, for no other fix may carry it along.
        told = {
            site: words
            for site in sites
            if not site.lacking and isinstance(plan.outcomes[site], Fix) and (words := withhold(site, source))
        }
        if not told:
            break
        sites = [replace(site, lacking=told[site]) if site in told else site for site in sites]
        plan = plan_fixes(found, sites)
    findings: dict[Site, Finding] = {}
    for site in sites:
        outcome = plan.outcomes[site]
        if site.lacking and isinstance(outcome, Fix):
            outcome = plan.outcomes[site] = Withheld(site.lacking)
        notes = (*saved_notes(found, site), *ended_notes(found, site))
        finding = replace(finding_of(site, source), notes=notes)
        if isinstance(outcome, Fix):
            findings[site] = replace(finding, fix=outcome)
        else:
            findings[site] = replace(finding, withheld=outcome.reason)
    return Diagnosis(read, found, plan, findings)


def fix_source(
    first: Diagnosis, table: Table, project: Project, choose: Choose, withhold: Withhold | None, pick: Pick
) -> Fixed:
    """Make the picked fixes, pass by pass, until none is left, and check each pass.

    Raises FixError when that goes wrong: the file must then stay as it is.
    """
    diagnosis = first
    source = first.scan.source
    fixed: list[Finding] = []
    passes: list[Pass] = []
    for _ in range(_PASSES):
        chosen = pick(diagnosis)
        if not chosen:
            remaining = tuple(diagnosis.findings.values())
            if passes:
                _hold_on_again(reread(first.scan.source, source.text), diagnosis, table, project, choose, withhold)
            return Fixed(source.text, tuple(fixed), remaining, tuple(passes), diagnosis.scan)
        fixed += (diagnosis.findings[site] for site in chosen)
        edits = edits_of(diagnosis, chosen)
        source = replace(source, text=apply_edits(source.text, edits))
        following = diagnose(source, table, project, choose, withhold)
        if isinstance(following, ParseFailure):
            raise FixError(f"the fixed code would not parse (line {following.line}: {following.reason})")
        check_pass(diagnosis.scan, following.scan, edits, chosen)
        safe = frozenset(site for site in chosen if _is_safe(diagnosis.findings[site]))
        passes.append(Pass(diagnosis.scan, tuple(chosen), tuple(sorted(edits)), safe))
        diagnosis = following
    raise FixError(f"the fixes did not come to an end after {_PASSES} passes")


def _hold_on_again(
    again: SourceText, last: Diagnosis, table: Table, project: Project, choose: Choose, withhold: Withhold | None
) -> None:
    """A run over what would be written finds what the last pass left. Raises FixError when it does not."""
    # The very text of the last pass need not be read again, only judged.
    same = again == last.read.source
    found = _diagnosed(last.read, choose, withhold) if same else diagnose(again, table, project, choose, withhold)
    if isinstance(found, ParseFailure) or tuple(found.findings.values()) != tuple(last.findings.values()):
        raise FixError("a second run would not find what the first one left")


def every_fitting(*, unsafe: bool) -> Pick:
    """Picks the sites whose fixes may be made together, first come first served."""
    return lambda diagnosis: _fitting(diagnosis, unsafe)


def _fitting(diagnosis: Diagnosis, unsafe: bool) -> list[Site]:
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


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability is Applicability.SAFE


def edits_of(diagnosis: Diagnosis, chosen: Sequence[Site]) -> set[Edit]:
    """The edits for some sites of a diagnosis, with the imports that they leave without a use."""
    edits: set[Edit] = set()
    for site in chosen:
        fix = diagnosis.findings[site].fix
        assert fix is not None
        edits |= set(fix.edits)
    cleared = edits | set(emptied_imports(diagnosis.scan, diagnosis.plan.dropped, chosen))
    return edits if overlapping(cleared) else cleared
