"""The target: the releases that a project wants to run on, as `tensorflow>=2.12,<2.16`, `keras>=3` or `legacy`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from normfix.config.errors import UserError
from normfix.config.releases import ReleasePair, Releases, Requirement, Version, requirement

AUTO = "auto"
NEWEST = "newest"
_PART = re.compile(r"[\s,;]*(tensorflow|keras|legacy)\b([^a-z]*(?:(?:rc|a|b|dev|post)\d+[^a-z]*)*)", re.IGNORECASE)


class TargetError(UserError):
    """A target that cannot be read, or that no recorded release is in."""


@dataclass(frozen=True, slots=True)
class Target:
    """Ranges on the axes tensorflow and keras; several on one axis are alternatives, none leaves it open.

    `legacy` says that TF_USE_LEGACY_KERAS=1 is set. `text` is the target as it was given, `origin` where; both are
    empty for the newest recorded release, which holds where nothing is known.
    """

    tensorflow: tuple[Requirement, ...] = ()
    keras: tuple[Requirement, ...] = ()
    legacy: bool = False
    text: str = ""
    origin: str = ""

    @property
    def known(self) -> bool:
        """Whether anybody said anything about the target."""
        return bool(self.tensorflow or self.keras or self.legacy)

    def profiles(self, releases: Releases) -> tuple[ReleasePair, ...]:
        """The recorded profiles in the target, oldest first; the nearest one where it lies outside of them all."""
        if not self.tensorflow and not self.keras:
            chosen = releases.newest
        else:
            chosen = self._matching(releases) or self._nearest(releases)
        if not self.legacy:
            return chosen
        return tuple(ReleasePair(one.tensorflow, one.keras, one.tensorflow >= releases.legacy_since) for one in chosen)

    def _matching(self, releases: Releases) -> tuple[ReleasePair, ...]:
        return tuple(
            one for one in releases.pairs if _any(self.tensorflow, one.tensorflow) and _any(self.keras, one.keras)
        )

    def _nearest(self, releases: Releases) -> tuple[ReleasePair, ...]:
        """The oldest profile for a target older than all records, else the newest."""
        oldest = releases.pairs[:1]
        bounds = [(one.version, "tensorflow") for need in self.tensorflow for one in need.clauses]
        bounds += [(one.version, "keras") for need in self.keras for one in need.clauses]
        old = oldest and any(bound[:2] < _release(oldest[0], axis) for bound, axis in bounds)
        return oldest if old else releases.newest


class LazyTarget:
    """The target of a run, found once, when something first asks for it; `found` stays None until then."""

    def __init__(self, find: Callable[[], Target] = Target) -> None:
        self._find = find
        self.found: Target | None = None

    def __call__(self) -> Target:
        """The target."""
        if self.found is None:
            self.found = self._find()
        return self.found


def _any(alternatives: Sequence[Requirement], minor: Version) -> bool:
    return not alternatives or any(one.admits(minor) for one in alternatives)


def _release(profile: ReleasePair, axis: str) -> Version:
    return profile.tensorflow if axis == "tensorflow" else profile.keras


def parse_target(text: str, releases: Releases, origin: str) -> Target:
    """Read a target that a person wrote; `newest` is the target where nothing is known.

    Raises TargetError for anything else, and for a range without a recorded release.
    """
    if text.strip().lower() == NEWEST:
        return Target()
    found: dict[str, list[Requirement]] = {"tensorflow": [], "keras": []}
    legacy = False
    position = 0
    while position < len(text.rstrip()):
        part = _PART.match(text, position)
        if part is None:
            raise TargetError(f"{origin}: {text!r} is no target; write e.g. tensorflow>=2.12,<2.16, keras>=3 or legacy")
        name, rest = part[1].lower(), part[2].strip(" ,;")
        position = part.end()
        if name == "legacy":
            legacy = True
        elif rest:
            found[name].append(_range(name, rest, origin))
    target = Target(tuple(found["tensorflow"]), tuple(found["keras"]), legacy, text.strip(), origin)
    if not target.known:
        raise TargetError(f"{origin}: {text!r} is no target; it names no range, write e.g. tensorflow>=2.12")
    if (target.tensorflow or target.keras) and not target._matching(releases):
        raise TargetError(f"{origin}: no recorded release is in {text!r}; {_recorded(releases)}")
    return target


def _range(name: str, rest: str, origin: str) -> Requirement:
    try:
        return requirement(rest, name)
    except ValueError as error:
        raise TargetError(f"{origin}: {error}") from error


def _recorded(releases: Releases) -> str:
    first, last = releases.pairs[0], releases.pairs[-1]
    return (
        f"recorded are TensorFlow {dotted(first.tensorflow)} to {dotted(last.tensorflow)} "
        f"and Keras {dotted(first.keras)} to {dotted(last.keras)}, each TensorFlow with the Keras it runs on"
    )


def dotted(release: Version) -> str:
    """A release number as people write it."""
    return ".".join(map(str, release))
