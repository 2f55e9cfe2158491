"""Which fixes of a pass are at fault when it does not hold, and the reasons for which they are not made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from normfix.checks.sites import Site
from normfix.fixes.mapping import moved
from normfix.source.text import Edit, SourceText, Span

Withhold = Callable[[Site, SourceText], str | None]
"""Why the fix of a site must not be made here; None when it may."""

Place = tuple[Span, str, str, str]
"""A site as it is known again when the same text is planned anew: its span, rule, path and argument."""

_T = TypeVar("_T", bound=Hashable)
_WRONG = "the fix would not have been right: "


def place_of(site: Site) -> Place:
    """How a site is known again in the same text."""
    return site.span, site.rule.code, site.path, site.argument.name if site.argument else ""


def faults(candidates: Sequence[_T], failure: Callable[[Sequence[_T]], str | None]) -> dict[_T, str]:
    """Those of some candidates that cannot be allowed, each with the reason; all the others are right together.

    `failure` says why some of them are not right together, None where they are. They are found by halving.
    """
    found: dict[_T, str] = {}

    def right(some: Sequence[_T], beside: Sequence[_T]) -> Sequence[_T]:
        """Those of `some` that are right together and beside those that are known to be."""
        words = failure([*beside, *some])
        if words is None:
            return some
        if len(some) == 1:
            found[some[0]] = words
            return ()
        half = len(some) // 2
        first = right(some[:half], beside)
        return [*first, *right(some[half:], [*beside, *first])]

    right(list(dict.fromkeys(candidates)), ())
    return found


class Refusals:
    """The fixes of one file that are not made because they did not hold, beside those that `withhold` names."""

    def __init__(self, withhold: Withhold | None, reasons: Mapping[Place, str] | None = None) -> None:
        self._withhold = withhold
        self.reasons: dict[Place, str] = dict(reasons or {})
        self.outdated = False

    def reason(self, site: Site, source: SourceText) -> str | None:
        """Why the fix of a site must not be made; None when it may."""
        return self.reasons.get(place_of(site)) or (self._withhold(site, source) if self._withhold else None)

    def refuse(self, found: Mapping[Place, str]) -> None:
        """Note the fixes at fault, each with what went wrong."""
        self.reasons |= {place: f"{_WRONG}{words}" for place, words in found.items()}

    def and_also(self, reasons: Mapping[Place, str]) -> Refusals:
        """These refusals with some more, for a trial."""
        return Refusals(self._withhold, {**self.reasons, **reasons})

    def move(self, edits: Sequence[Edit]) -> None:
        """Follow the text through a pass; what was refused before it was refused of another text."""
        self.reasons = {(moved(place[0], edits), *place[1:]): words for place, words in self.reasons.items()}
        self.outdated = bool(self.reasons)
