"""Versions, requirements and the recorded releases: what `tensorflow>=2.12,<2.16` means, and which Keras goes with it.

Everything is decided by minor release: `2.15` stands for 2.15.0 and all its patches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Version = tuple[int, ...]

_AXES = ("tensorflow", "keras")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_CLAUSE = re.compile(r"(===|==|~=|!=|>=|<=|>|<|\^|~|=)?\s*v?(\d+(?:\.\d+)*)(\.\*)?[^\s,]*")
_REQUIREMENT = re.compile(r"([A-Za-z][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)")


def version(text: str) -> Version:
    """The release number at the start of a version: `2.16.0rc1` is (2, 16, 0). Raises ValueError when there is none."""
    match = _NUMBERS.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not a version")
    return tuple(int(part) for part in match.group().split("."))


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison; `stem` when it ended in `.*`."""

    operator: str
    version: Version
    stem: bool = False

    def __str__(self) -> str:
        return f"{self.operator}{'.'.join(map(str, self.version))}{'.*' if self.stem else ''}"

    def admits(self, minor: Version) -> bool:
        """Whether some patch of the minor release satisfies it."""
        bound = self.version[:2] if len(self.version) > 1 else (*self.version, 0)
        if self.operator in (">=", ">"):
            return minor >= bound
        if self.operator == "<":
            return minor < bound or (minor == bound and any(self.version[2:]))
        if self.operator == "<=":
            return minor <= bound
        if self.operator in ("~=", "^"):
            whole = len(self.version) < 3 or self.operator == "^"
            return minor >= bound and (minor[0] == bound[0] if whole else minor == bound)
        if self.operator == "!=":
            return not (self.stem and minor == bound)
        if self.stem or self.operator in ("=", "~"):
            return minor[: len(self.version)] == self.version[:2]
        return minor == bound


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package and the clauses that its version has to satisfy together."""

    package: str
    clauses: tuple[Clause, ...] = ()

    def __str__(self) -> str:
        return self.package + ",".join(map(str, self.clauses))

    def admits(self, minor: Version) -> bool:
        """Whether the minor release is in it."""
        return all(clause.admits(minor) for clause in self.clauses)


def requirement(text: str, package: str = "") -> Requirement:
    """Read `tensorflow>=2.12,<2.16`; with `package` given, only the part behind the name.

    Raises ValueError for anything else.
    """
    rest = text.strip()
    if not package:
        match = _REQUIREMENT.fullmatch(rest)
        if match is None:
            raise ValueError(f"{text!r} is not a requirement")
        package, rest = match[1].lower().replace("_", "-"), match[2].strip()
    parts = [part.strip() for part in rest.strip("()").split(",") if part.strip() and part.strip() != "*"]
    return Requirement(package, tuple(_clause(part, text) for part in parts))


def _clause(part: str, text: str) -> Clause:
    match = _CLAUSE.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} in {text!r} is not a version range")
    return Clause(match[1] or "==", version(match[2]), bool(match[3]))


@dataclass(frozen=True, slots=True)
class ReleasePair:
    """One environment: a TensorFlow, a Keras beside it, and whether tf.keras is the legacy one."""

    tensorflow: Version
    keras: Version
    legacy: bool = False


@dataclass(frozen=True)
class Releases:
    """What is recorded of releases. `pairs` holds the profiles, oldest first.

    From TensorFlow `shared_since` on, tf.keras is the package keras; before, the two are different code. `pythons` says
    for which Python each TensorFlow has wheels.
    """

    pairs: tuple[ReleasePair, ...] = ()
    shared_since: Version = ()
    legacy_since: Version = ()
    legacy_like: Version = ()
    legacy_homes: tuple[str, ...] = ()
    bounds: Mapping[str, Requirement] = field(default_factory=dict)
    needs: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    pythons: Mapping[Version, Requirement] = field(default_factory=dict)

    @property
    def newest(self) -> tuple[ReleasePair, ...]:
        """The newest profile, as a choice of one."""
        return self.pairs[-1:]

    @cached_property
    def too_new_words(self) -> tuple[bytes, ...]:
        """The last components of all names that have not always existed, as they stand in a file."""
        return tuple(sorted({path.rpartition(".")[2].encode() for path in self.needs}))

    def seen_by(self, path: str, profile: ReleasePair) -> ReleasePair:
        """The profile as code below `path` sees it: the legacy Keras stands for the release that it stopped at."""
        frozen = profile.legacy or path.startswith("tf_keras")
        if frozen and any(path == home or path.startswith(home + ".") for home in self.legacy_homes):
            return ReleasePair(self.legacy_like, self.legacy_like)
        return profile

    def works(self, path: str, ranges: Iterable[Requirement], profile: ReleasePair) -> bool:
        """Whether a form that runs on `ranges` runs on a profile when it is reached as `path`."""
        seen = self.seen_by(path, profile)
        return self.within_bounds(path, profile) and any(self._holds(one, path, seen) for one in ranges)

    def within_bounds(self, path: str, profile: ReleasePair) -> bool:
        """Whether the package or module that a path starts with exists on a profile."""
        inside = (one for prefix, one in self.bounds.items() if path == prefix or path.startswith(prefix + "."))
        return all(one.admits(_axis(one, profile)) for one in inside)

    def missing(self, name: str, home: str, profile: ReleasePair) -> bool:
        """Whether one of today's names, reached below `home`, does not exist on a profile yet."""
        ranges = self.needs.get(name, self.members.get(name))
        if ranges is None:
            return False
        seen = self.seen_by(home, profile)
        return not any(self._holds(one, home, seen) for one in ranges)

    def _holds(self, one: Requirement, path: str, profile: ReleasePair) -> bool:
        root = path.partition(".")[0].replace("_", "-")
        if one.package not in _AXES:
            # A package of its own is looked up by its paths; the bounds say which TensorFlow it runs on.
            return one.package == root
        foreign = root in _AXES and root != one.package and profile.tensorflow < self.shared_since
        return not foreign and one.admits(_axis(one, profile))


def _axis(one: Requirement, profile: ReleasePair) -> Version:
    return profile.tensorflow if one.package == "tensorflow" else profile.keras


def read_releases(data: Mapping[str, Any]) -> Releases:
    """The `[pairs]`, `[legacy]`, `[bounds]` and `[needs]` of a rule file. Raises ValueError for what does not fit."""
    try:
        return _releases(data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"pairs, legacy, bounds and needs do not fit together: {error}") from error


def _releases(data: Mapping[str, Any]) -> Releases:
    table = data["pairs"]
    keras = [version(text) for text in table["keras"]]
    pairs = tuple(_pairs(table["tensorflow"], keras))
    return Releases(
        pairs=pairs,
        shared_since=version(table["shared"]),
        legacy_since=version(data["legacy"]["since"]),
        legacy_like=version(data["legacy"]["like"]),
        legacy_homes=tuple(data["legacy"]["homes"]),
        bounds={path: requirement(text) for path, text in data["bounds"].items()},
        needs={name: tuple(map(requirement, texts)) for name, texts in data["needs"].items()},
        members=dict(_members(data.get("members", {}))),
        pythons={version(release): requirement(text, "python") for release, text in data.get("python", {}).items()},
    )


def _members(data: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, tuple[Requirement, ...]]]:
    for module, ranges in data.items():
        for text, names in ranges.items():
            yield from ((f"{module}.{name}", (requirement(text),)) for name in names)


def _pairs(beside: Mapping[str, str], keras: Sequence[Version]) -> Iterator[ReleasePair]:
    for release, text in beside.items():
        wanted = requirement(text, "keras")
        for one in keras:
            if wanted.admits(one):
                yield ReleasePair(version(release), one)
