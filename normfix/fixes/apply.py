"""Choosing fixes, applying them to a fix point, and checking what came out before anyone may write it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from normfix.checks.finding import Finding
from normfix.checks.sites import Scan, Site
from normfix.fixes.check import FixError, check_pass, reread
from normfix.fixes.diagnosis import Diagnoser, Diagnosis
from normfix.fixes.refusals import Place, Refusals, Withhold, faults, place_of
from normfix.fixes.unused_imports import unused_imports
from normfix.source.python import ParseFailure
from normfix.source.text import Applicability, Edit, SourceText, apply_edits, overlapping

_PASSES = 25


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


def fix_source(first: Diagnosis, diagnoser: Diagnoser, withhold: Withhold | None, pick: Pick) -> Fixed:
    """Make the picked fixes, pass by pass, until none is left, and check each pass.

    A fix that is at fault when a pass does not hold is withheld with the reason, and the others are made. Raises
    FixError when the work does not come to an end: the file must then stay as it is.
    """
    diagnosis, refusals = first, Refusals(withhold)
    fixed: list[Finding] = []
    passes: list[Pass] = []
    for _ in range(_PASSES):
        chosen = pick(diagnosis)
        if not chosen and refusals.outdated:
            # What did not hold may hold in the text as it is now, and a second run would try it.
            refusals = Refusals(withhold)
            diagnosis = diagnoser.again(diagnosis.read, withhold)
            continue
        if not chosen:
            remaining = tuple(diagnosis.findings.values())
            if passes:
                again = reread(first.scan.source, diagnosis.scan.source.text)
                _hold_on_again(again, diagnosis, diagnoser, refusals.reason)
            return Fixed(diagnosis.scan.source.text, tuple(fixed), remaining, tuple(passes), diagnosis.scan)
        try:
            made, following = make_pass(diagnosis, chosen, diagnoser, refusals.reason)
        except FixError as error:
            diagnosis = _without_faults(diagnosis, chosen, str(error), diagnoser, refusals)
            continue
        fixed += (diagnosis.findings[site] for site in chosen)
        passes.append(made)
        refusals.move(made.edits)
        diagnosis = diagnoser.again(following.read, refusals.reason) if refusals.reasons else following
    raise FixError(f"the fixes did not come to an end after {_PASSES} passes")


def make_pass(
    diagnosis: Diagnosis, chosen: Sequence[Site], diagnoser: Diagnoser, withhold: Withhold | None
) -> tuple[Pass, Diagnosis]:
    """Make the fixes of some sites: the pass, and the diagnosis of the text behind it. Raises FixError."""
    edits = edits_of(diagnosis, chosen)
    source = diagnosis.scan.source
    after = replace(source, text=apply_edits(source.text, edits))
    reread(source, after.text)
    following = diagnoser.diagnose(after, withhold)
    if isinstance(following, ParseFailure):
        raise FixError(f"the fixed code would not parse (line {following.line}: {following.reason})")
    check_pass(diagnosis.scan, following.scan, edits, chosen)
    safe = frozenset(site for site in chosen if _is_safe(diagnosis.findings[site]))
    return Pass(diagnosis.scan, tuple(chosen), tuple(sorted(edits)), safe), following


def _without_faults(
    diagnosis: Diagnosis, chosen: Sequence[Site], words: str, diagnoser: Diagnoser, refusals: Refusals
) -> Diagnosis:
    """The same text planned anew without the fixes at fault; all of the chosen ones where none can be told apart."""
    places = [place_of(site) for site in chosen]

    def failure(allowed: Sequence[Place]) -> str | None:
        left_out = dict.fromkeys(set(places).difference(allowed), "it is left out of this trial")
        trial = refusals.and_also(left_out)
        planned = diagnoser.again(diagnosis.read, trial.reason)
        again = [site for site, one in planned.findings.items() if one.fix is not None and place_of(site) in allowed]
        again = _apart(planned, again)
        try:
            make_pass(planned, again, diagnoser, trial.reason)
        except FixError as error:
            return str(error)
        return None

    refusals.refuse(faults(places, failure) or dict.fromkeys(places, words))
    return diagnoser.again(diagnosis.read, refusals.reason)


def _hold_on_again(again: SourceText, last: Diagnosis, diagnoser: Diagnoser, withhold: Withhold) -> None:
    """A run over what would be written finds what the last pass left. Raises FixError when it does not."""
    # The very text of the last pass need not be read again, only assessed.
    same = again == last.read.source
    found = diagnoser.again(last.read, withhold) if same else diagnoser.diagnose(again, withhold)
    if isinstance(found, ParseFailure) or tuple(found.findings.values()) != tuple(last.findings.values()):
        raise FixError("a second run would not find what the first one left")


def every_fitting(*, unsafe: bool) -> Pick:
    """Picks the sites whose fixes may be made together, first come first served."""
    return lambda diagnosis: _fitting(diagnosis, unsafe)


def _fitting(diagnosis: Diagnosis, unsafe: bool) -> list[Site]:
    allowed = (Applicability.SAFE, Applicability.UNSAFE) if unsafe else (Applicability.SAFE,)
    findings = diagnosis.findings.items()
    return _apart(diagnosis, (site for site, one in findings if one.fix and one.fix.applicability in allowed))


def _apart(diagnosis: Diagnosis, sites: Iterable[Site]) -> list[Site]:
    """Those of some sites whose fixes do not overlap, first come first served."""
    chosen: list[Site] = []
    edits: set[Edit] = set()
    ordered: list[Edit] = []
    for site in sites:
        fix = diagnosis.findings[site].fix
        assert fix is not None
        new = set(fix.edits) - edits
        if not overlapping(new) and not any(_overlaps(ordered, edit) for edit in new):
            edits |= new
            for edit in new:
                insort(ordered, edit)
            chosen.append(site)
    return chosen


def _overlaps(ordered: Sequence[Edit], edit: Edit) -> bool:
    """Whether an edit touches what one of some edits does, which are in order and do not overlap each other."""
    place = bisect_left(ordered, edit)
    return overlapping((*ordered[max(place - 1, 0) : place + 1], edit))


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability is Applicability.SAFE


def edits_of(diagnosis: Diagnosis, chosen: Sequence[Site]) -> set[Edit]:
    """The edits for some sites of a diagnosis, with the imports that they leave without a use."""
    edits: set[Edit] = set()
    for site in chosen:
        fix = diagnosis.findings[site].fix
        assert fix is not None
        edits |= set(fix.edits)
    cleared = edits | set(unused_imports(diagnosis.scan, diagnosis.plan.dropped, chosen))
    return edits if overlapping(cleared) else cleared
