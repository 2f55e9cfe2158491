"""What `fix --verify` withholds: fixes are made in memory and tried in the user's interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from normfix.checks.findings import fault
from normfix.checks.sites import Site
from normfix.fixes.apply import Fixed
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.rewritten import Family, Key, Rewritten, family_of, key_of, rewritten_calls
from normfix.runtime.checks import LiteralCall, pair_of, site_checks, target_checks
from normfix.runtime.environment import find_interpreter
from normfix.runtime.verdict import Comparison, Outcome, ProofError, withheld
from normfix.runtime.verify import run_checks
from normfix.source.text import SourceText
from normfix.table.table import Table

_ROUNDS = 6
_MOST_ROWS = 10
_EQUAL = 1e-4
_Form = tuple[str, tuple[str, ...], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
Scanning = Callable[[Options], Iterable[FileResult]]
"""A run over all files with some options."""


def proved(scan: Scanning, options: Options, table: Table, python: str | None) -> tuple[Options, list[str]]:
    """Options that make only fixes whose targets and calls were tried, and what there is to say of old and new numbers.

    The fixes are made in memory and tried, and made again without those that failed, until none fails. Raises
    ProofError when nothing could be tried.
    """
    ledger = Ledger(table, python)
    unsafe = options.unsafe_fixes or options.picker is not None
    for _ in range(_ROUNDS):
        made: list[Fixed] = []
        trial = replace(options, unsafe_fixes=unsafe, picker=None, watch=made.append, withhold=ledger.reason, fix=True)
        list(scan(trial))
        if not ledger.learn(made):
            break
    return replace(options, withhold=ledger.strict), list(ledger.compared())


@dataclass
class Ledger:
    """What has been tried so far, and the fixes that must not be made, each with its reason."""

    table: Table
    python: str | None
    targets: dict[str, str | None] = field(default_factory=dict)
    forms: dict[_Form, str | None] = field(default_factory=dict)
    refused: dict[Key, str] = field(default_factory=dict)
    families: dict[Family, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    comparisons: list[Comparison] = field(default_factory=list)
    tensorflow: str = ""

    def reason(self, site: Site, source: SourceText) -> str | None:
        """Why the fix of a site must not be made; None as long as nothing speaks against it."""
        words = (
            self.faults.get(source.path)
            or self.refused.get(key_of(site, source))
            or self.targets.get(site.target or "")
        )
        family = family_of(site, source)
        return words or (self.families.get(family) if family else None)

    def strict(self, site: Site, source: SourceText) -> str | None:
        """The same for the run that writes: what was not tried is withheld as well."""
        if site.target is not None and site.target not in self.targets:
            return f"{site.target} was not tried"
        return self.reason(site, source)

    def learn(self, made: Sequence[Fixed]) -> bool:
        """Try what these fixes wrote, as far as it was not tried yet; whether something more must be withheld now."""
        found = [one for fixed in made for one in (*fixed.fixed, *fixed.remaining) if one.fix]
        targets = {one.replacement for one in found if one.replacement} - set(self.targets)
        calls = [one for fixed in made for one in self._rewritten(fixed)]
        untried = list({_form(one.new): one for one in calls if _form(one.new) not in self.forms}.values())
        known = self._known()
        if targets or untried:
            self._try(targets, untried)
        for call in calls:
            words = self.forms[_form(call.new)]
            if words is not None:
                self.refused |= dict.fromkeys(call.fixes, words)
        self._keep_together(made)
        return self._known() > known or any(self.targets[target] for target in targets)

    def _known(self) -> int:
        return len(self.refused) + len(self.families) + len(self.faults)

    def _rewritten(self, fixed: Fixed) -> list[Rewritten]:
        try:
            return list(rewritten_calls(fixed))
        except Exception as error:
            path = fixed.passes[0].scan.source.path
            self.faults.setdefault(path, f"normfix failed on its calls: {fault(error)}; please report it with the file")
            return []

    def _keep_together(self, made: Iterable[Fixed]) -> None:
        """Withhold every fix of a family that one fix is refused of."""
        for one in (one for fixed in made for one in fixed.passes):
            for site in one.chosen:
                family, words = family_of(site, one.scan.source), self.reason(site, one.scan.source)
                if family is not None and words is not None:
                    self.families.setdefault(family, f"two Kerases in one file do not mix, and {words}")

    def _try(self, targets: Iterable[str], calls: Sequence[Rewritten]) -> None:
        checks = (*target_checks(self.table, targets), *site_checks([one.new for one in calls], self.table))
        pairs = [pair for one in calls if one.old and (pair := pair_of(one.old, one.new, self.table))]
        interpreter = find_interpreter(Path(self.python) if self.python else None, Path.cwd())
        report = run_checks(interpreter, checks, pairs=pairs)
        if report.proves_nothing:
            raise ProofError(report.failure)
        self.tensorflow = report.profile.tensorflow or ""
        self.comparisons += report.comparisons
        reasons = withheld(report)
        differing = {one.pair.id: words for one in report.comparisons if (words := _differs(one))}
        for target in targets:
            self.targets[target] = _worded(target, reasons.get(target))
        for call in calls:
            place = call.new.place
            refused = _worded(_written(call.new), reasons.get(place))
            self.forms[_form(call.new)] = refused or (differing.get(place) if call.safe else None)

    def compared(self) -> Iterator[str]:
        """Lines that say how far the new calls are from the old ones, where those still run."""
        if not self.comparisons:
            return
        rows = [one for one in self.comparisons if one.outcome is not Outcome.NOT_APPLICABLE]
        if not rows:
            yield f"On TensorFlow {self.tensorflow} no old call runs any more, so old and new were not compared."
            return
        largest = max((one.difference for one in rows if one.difference is not None), default=None)
        said = "" if largest is None else f"; the largest difference is {largest:.3g}"
        yield f"Compared {len(rows)} old and new calls on TensorFlow {self.tensorflow}, same weights and input{said}."
        rows.sort(key=lambda one: float("-inf") if one.difference is None else -one.difference)
        for one in rows[:_MOST_ROWS]:
            found = one.words if one.difference is None else f"{one.difference:.3g}"
            yield f"  {one.pair.new.place}: {_written(one.pair.old)} -> {_written(one.pair.new)}: {found}"
        if len(rows) > _MOST_ROWS:
            yield f"  and {len(rows) - _MOST_ROWS} more"


def _form(site: LiteralCall) -> _Form:
    return site.target, site.positional, site.keywords, site.applied


def _written(site: LiteralCall) -> str:
    given = [*site.positional, *(f"{name}={text}" for name, text in site.keywords)]
    return f"{site.target}({', '.join(given)})"


def _worded(what: str, reason: str | None) -> str | None:
    return None if reason is None else f"it does not run here: {what} {reason}"


def _differs(one: Comparison) -> str | None:
    if one.outcome is Outcome.FAILED:
        return f"old and new cannot be compared: {one.words}"
    if one.difference is None or one.difference <= _EQUAL:
        return None
    return f"old and new differ by {one.difference:.3g} here, on the same weights and input"
