"""`fix --interactive`: each fix with its diff and its grade, and a person who says yes or no."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from normfix.checks.finding import Finding
from normfix.checks.sites import Site
from normfix.fixes.apply import Pick, edits_of, every_fitting
from normfix.fixes.diagnosis import Diagnosis
from normfix.fixes.mapping import moved
from normfix.report import GRADE_WORDS, place, shown
from normfix.report.diff import difference
from normfix.report.paint import Paint, printable
from normfix.run.results import placed
from normfix.source.text import Applicability, Edit, Span, apply_edits
from normfix.table.table import Table

_HELP = """\
y  make this fix
n  leave this code as it is
a  make this fix and all that follow; unsafe ones only if this one is unsafe
q  make no more fixes; those that were accepted are written
?  show this
"""
_Place = tuple[Span, str, str]


@dataclass
class Questions:
    """A dialogue over all files of a run: what `a` and `q` said holds for the files that follow."""

    table: Table
    paint: Paint
    stopped: bool = False
    everything: Applicability | None = None
    declined: set[_Place] = field(default_factory=set)
    declined_in: dict[str, int] = field(default_factory=dict)
    _made: tuple[str, Sequence[Edit]] | None = None

    def picker(self) -> Pick:
        """What picks the fixes of one file: asks until one is accepted, and again after each pass."""
        self.declined, self._made = set(), None
        return self._pick

    def _pick(self, diagnosis: Diagnosis) -> Sequence[Site]:
        self._follow(diagnosis)
        picked = self._chosen(diagnosis)
        source, fixable = diagnosis.scan.source, _fixable(diagnosis)
        self.declined_in[source.path] = sum(_place(site) in self.declined for site in fixable)
        edits = sorted(edits_of(diagnosis, picked))
        self._made = (apply_edits(source.text, edits), edits)
        return picked

    def _follow(self, diagnosis: Diagnosis) -> None:
        """What was declined is where the last pass moved it; a pass that did not hold left the text as it was."""
        if self._made is None:
            return
        text, edits = self._made
        if diagnosis.scan.source.text == text:
            self.declined = {(moved(span, edits), code, name) for span, code, name in self.declined}

    def _chosen(self, diagnosis: Diagnosis) -> Sequence[Site]:
        if self.stopped:
            return ()
        if self.everything is Applicability.UNSAFE:
            return self._without_declined(diagnosis, every_fitting(unsafe=True)(diagnosis))
        if self.everything is Applicability.SAFE and (
            safe := self._without_declined(diagnosis, every_fitting(unsafe=False)(diagnosis))
        ):
            return safe
        while groups := _grouped(diagnosis, self._open(diagnosis)):
            group = groups[0]
            answer = self._answer(diagnosis, group)
            if answer == "q":
                self.stopped = True
                return ()
            if answer == "n":
                self.declined.update(map(_place, group))
                continue
            if answer == "a":
                self.everything = _trust(diagnosis.findings[group[0]])
            return group
        return ()

    def _open(self, diagnosis: Diagnosis) -> list[Site]:
        """The sites that have a fix and no answer, in the order of the code."""
        found = [site for site in _fixable(diagnosis) if _place(site) not in self.declined]
        return sorted(found, key=lambda site: diagnosis.findings[site].start)

    def _without_declined(self, diagnosis: Diagnosis, picked: Iterable[Site]) -> list[Site]:
        """Those of the picked sites that bring along no edit of a fix that was declined."""
        refused = [_edits(diagnosis, site) for site in _fixable(diagnosis) if _place(site) in self.declined]
        return [site for site in picked if not any(edits <= _edits(diagnosis, site) for edits in refused)]

    def _answer(self, diagnosis: Diagnosis, group: Sequence[Site]) -> str:
        self._show(diagnosis, group)
        while True:
            sys.stderr.write(self.paint.strong("Make this fix? [y,n,a,q,?] "))
            sys.stderr.flush()
            line = sys.stdin.readline()
            answer = line.strip().lower()[:1] if line else "q"
            if answer and answer in "ynaq":
                return answer
            sys.stderr.write(_HELP)

    def _show(self, diagnosis: Diagnosis, group: Sequence[Site]) -> None:
        for site in group:
            finding = diagnosis.findings[site]
            where = self.paint.strong(place(placed(finding, diagnosis.scan.source)))
            sys.stderr.write(f"\n{where}: {self.paint.alarm(finding.code)} {printable(finding.message)}")
        first = diagnosis.findings[group[0]]
        assert first.fix is not None
        trust = "safe" if _trust(first) is Applicability.SAFE else self.paint.alarm("unsafe: it may change the numbers")
        sys.stderr.write(f"\nnumbers: {GRADE_WORDS[group[0].rule.grade]}; {trust}\n")
        for note in dict.fromkeys(note for site in group for note in _notes(diagnosis.findings[site])):
            sys.stderr.write(f"mind: {printable(note)}\n")
        source = diagnosis.scan.source
        for _, before, after in source.changed_parts(apply_edits(source.text, edits_of(diagnosis, group))):
            sys.stderr.writelines(difference(shown(first.path), before, after, self.paint))


def _fixable(diagnosis: Diagnosis) -> list[Site]:
    """The sites whose fix may be made."""
    fixes = {site: finding.fix for site, finding in diagnosis.findings.items()}
    return [site for site, fix in fixes.items() if fix and fix.applicability is not Applicability.DISPLAY]


def _grouped(diagnosis: Diagnosis, offered: Sequence[Site]) -> list[list[Site]]:
    """Sites with the same edits together. One that includes another waits until that one is answered."""
    groups: dict[frozenset[Edit], list[Site]] = {}
    for site in offered:
        mine = _edits(diagnosis, site)
        if not any(_edits(diagnosis, other) < mine for other in offered):
            groups.setdefault(mine, []).append(site)
    return list(groups.values())


def _edits(diagnosis: Diagnosis, site: Site) -> frozenset[Edit]:
    fix = diagnosis.findings[site].fix
    assert fix is not None
    return frozenset(fix.edits)


def _place(site: Site) -> _Place:
    """How a site is known again: not by its path, which another fix may change."""
    return site.span, site.rule.code, site.argument.name if site.argument else ""


def _trust(finding: Finding) -> Applicability:
    assert finding.fix is not None
    return finding.fix.applicability


def _notes(finding: Finding) -> tuple[str, ...]:
    return (*(finding.fix.notes if finding.fix else ()), *finding.notes)
