"""`fix --interactive`: each fix with its diff and its grade, and a person who says yes or no."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from normfix.checks.finding import Finding
from normfix.checks.sites import Site
from normfix.fix.apply import Diagnosis, Pick, edits_of, every_fitting
from normfix.report import GRADE_WORDS, place, shown
from normfix.report.diff import difference
from normfix.report.paint import Paint, printable
from normfix.source.text import Applicability, apply_edits
from normfix.table.table import Table

_HELP = """\
y  make this fix
n  leave this code as it is
a  make this fix and all that follow; unsafe ones only if this one is unsafe
q  make no more fixes; those that were accepted are written
?  show this
"""
_Key = tuple[str, str, str | None]


@dataclass
class Questions:
    """A dialogue over all files of a run: what `a` and `q` said holds for the files that follow."""

    table: Table
    paint: Paint
    stopped: bool = False
    everything: Applicability | None = None
    declined: Counter[_Key] = field(default_factory=Counter)

    def picker(self) -> Pick:
        """What picks the fixes of one file: asks until one is accepted, and again after each pass."""
        self.declined = Counter()
        return self._pick

    def _pick(self, diagnosis: Diagnosis) -> Sequence[Site]:
        if self.stopped:
            return ()
        if self.everything is Applicability.UNSAFE:
            return self._not_declined(diagnosis, every_fitting(unsafe=True)(diagnosis))
        if self.everything is Applicability.SAFE and (
            safe := self._not_declined(diagnosis, every_fitting(unsafe=False)(diagnosis))
        ):
            return safe
        for group in self._open(diagnosis):
            answer = self._answer(diagnosis, group)
            if answer == "q":
                self.stopped = True
                return ()
            if answer == "n":
                self.declined.update(_key(diagnosis.findings[site]) for site in group)
                continue
            if answer == "a":
                self.everything = _trust(diagnosis.findings[group[0]])
            return group
        return ()

    def _not_declined(self, diagnosis: Diagnosis, picked: Sequence[Site]) -> list[Site]:
        waiting = {site for group in self._open(diagnosis) for site in group}
        return [site for site in picked if site in waiting]

    def _open(self, diagnosis: Diagnosis) -> list[list[Site]]:
        """Sites that one answer decides, in the order of the code, without those declined and what hangs on them."""
        skip = Counter(self.declined)
        declined: set[Site] = set()
        offered: list[Site] = []
        ordered = sorted(diagnosis.findings.items(), key=lambda one: one[1].start)
        for site, finding in ordered:
            if finding.fix is None or finding.fix.applicability is Applicability.DISPLAY:
                continue
            if skip[_key(finding)] > 0:
                skip[_key(finding)] -= 1
                declined.add(site)
            else:
                offered.append(site)
        return _grouped(diagnosis, offered, declined)

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
            code = self.paint.alarm(finding.code)
            sys.stderr.write(f"\n{self.paint.strong(place(finding))}: {code} {printable(finding.message)}")
        first = diagnosis.findings[group[0]]
        assert first.fix is not None
        trust = "safe" if _trust(first) is Applicability.SAFE else self.paint.alarm("unsafe: it may change the numbers")
        sys.stderr.write(f"\nnumbers: {GRADE_WORDS[group[0].rule.grade]}; {trust}\n")
        for note in dict.fromkeys(note for site in group for note in _notes(diagnosis.findings[site])):
            sys.stderr.write(f"mind: {printable(note)}\n")
        before = diagnosis.scan.source.text
        after = apply_edits(before, edits_of(diagnosis, group))
        sys.stderr.writelines(difference(shown(first.path), before, after, self.paint))


def _grouped(diagnosis: Diagnosis, offered: Sequence[Site], declined: set[Site]) -> list[list[Site]]:
    """Sites with the same edits together. One that includes another waits for it, and goes where that was declined."""
    edits = {site: frozenset(fix.edits) for site, one in diagnosis.findings.items() if (fix := one.fix)}
    groups: dict[frozenset[object], list[Site]] = {}
    for site in offered:
        mine = edits[site]
        if any(edits[other] <= mine for other in declined) or any(edits[other] < mine for other in offered):
            continue
        groups.setdefault(mine, []).append(site)
    return list(groups.values())


def _key(finding: Finding) -> _Key:
    return finding.code, finding.symbol, finding.argument


def _trust(finding: Finding) -> Applicability:
    assert finding.fix is not None
    return finding.fix.applicability


def _notes(finding: Finding) -> tuple[str, ...]:
    return (*(finding.fix.notes if finding.fix else ()), *finding.notes)
