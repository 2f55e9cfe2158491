"""Where each dotted path works, release by release: reads `rules/availability.toml` and answers questions about it.

The file is large, so it is read only when a command needs it; a plain `check` never does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from normfix.table import shapes
from normfix.table.files import RECORDING, rules_directory
from normfix.table.rows import TableError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

AXES = ("tensorflow", "keras", "legacy", "tf_keras", "tensorflow-addons", "tf-slim")
WAYS = ("attribute", "from", "call")
RUN = "run"
"""Built, run, differentiated, traced and saved as `verify` does; recorded only where that failed."""
_AXES_OF = {
    "keras": ("keras",),
    "tf_keras": ("legacy", "tf_keras"),
    "tensorflow_addons": ("tensorflow-addons",),
    "tf_slim": ("tf-slim",),
}
_SHAPE = {"family": "text", "title": "text", "releases": "table", "behaviour": "tables"}
_VERSION = re.compile(r"\d+\.\d+")
_FIRST_STANDALONE = (3, 0)


@dataclass(frozen=True, slots=True)
class Reach:
    """One path on one axis: the releases where each way works, and where it fails the words, by release.

    A way that was not tried anywhere (a module is not called) is missing from `works`; RUN has errors alone. `asked`
    are the releases that were asked for the path, None for all of the axis.
    """

    works: Mapping[str, frozenset[str]]
    errors: Mapping[str, Mapping[str, str]]
    asked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """Everything that was recorded: `releases` by axis, oldest first, and `paths` by dotted path and axis."""

    releases: Mapping[str, tuple[str, ...]]
    paths: Mapping[str, Mapping[str, Reach]]

    def releases_for(self, path: str, axis: str) -> tuple[str, ...]:
        """The releases of an axis on which a path was tried."""
        return tried_releases(path, axis, self.releases.get(axis, ()))

    def works(self, path: str, how: str, profile: Mapping[str, str]) -> bool | None:
        """Whether a path works in `how` way (`attribute`, `from`, `call`) where these versions are installed.

        `profile` is axis -> version, such as `{"tensorflow": "2.15.1"}`; None where the recording does not tell.
        """
        answers = [self._at(path, axis, how, version) for axis, version in profile.items()]
        known = [answer for answer in answers if answer is not None]
        return all(known) if known else None

    def _at(self, path: str, axis: str, how: str, version: str) -> bool | None:
        """Between two recorded releases that disagree, and before the first one, nothing is known."""
        reach = self.paths.get(path, {}).get(axis)
        releases = self.releases_for(path, axis)
        if reach is None or how not in reach.works or not releases:
            return None
        wanted = order(version)
        older = [one for one in releases if order(one) <= wanted]
        newer = [one for one in releases if order(one) >= wanted]
        if not older:
            return None
        if reach.asked is not None and not reach.asked.issuperset((older[-1], *newer[:1])):
            return None
        answers = {one in reach.works[how] for one in (older[-1], *newer[:1])}
        return answers.pop() if len(answers) == 1 else None


def order(version: str) -> tuple[int, ...]:
    """The first two numbers of a version, for comparing."""
    numbers = _VERSION.match(version)
    return tuple(int(part) for part in numbers.group().split(".")) if numbers else (0, 0)


def concerns(path: str, axis: str) -> bool:
    """Whether what is installed along an axis can change how a path behaves."""
    root, *rest = path.split(".")
    if root in ("tensorflow", "tensorflow_core", "tf"):
        return axis in ("tensorflow", "legacy") or (axis == "keras" and "keras" in rest)
    return axis in _AXES_OF.get(root, ())


def tried_releases(path: str, axis: str, releases: Sequence[str]) -> tuple[str, ...]:
    """Those of an axis's releases that a path is about: TensorFlow's paths meet standalone Keras from 3.0 on."""
    if axis == "keras" and path.partition(".")[0] != "keras":
        return tuple(one for one in releases if order(one) >= _FIRST_STANDALONE)
    return tuple(releases)


def spell_ranges(chosen: frozenset[str], releases: Sequence[str]) -> str:
    """`1.13-1.15, 2.3`: runs of neighbouring releases by their ends; nothing for none."""
    runs: list[list[str]] = []
    for previous, one in zip((None, *releases), releases, strict=False):
        if one not in chosen:
            continue
        if previous in chosen and runs:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def parse_ranges(text: str, releases: Sequence[str]) -> frozenset[str]:
    """The releases that a range names. Raises ValueError for an end that is no release of the axis."""
    chosen: set[str] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = part.partition("-")
        unknown = {first, last or first} - set(releases)
        if unknown:
            raise ValueError(f"{min(unknown)} is no release of the axis")
        chosen.update(releases[releases.index(first) : releases.index(last or first) + 1])
    return frozenset(chosen)


@cache
def shipped_availability() -> Availability:
    """The recording that ships with normfix. Raises TableError."""
    return load_availability(rules_directory() / RECORDING)


def load_availability(file: Path) -> Availability:
    """Read and validate a recording. Raises TableError for the first thing that does not hold."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"{file.name}: {error}") from error
    problem = shapes.misfit(data, _SHAPE)
    if problem:
        raise TableError(f"{file.name}: {problem}")
    releases = {axis: tuple(found) for axis, found in data.get("releases", {}).items()}
    unknown = sorted(set(releases) - set(AXES))
    if unknown:
        raise TableError(f"{file.name}: there is no axis {unknown[0]!r}")
    paths: dict[str, dict[str, Reach]] = {}
    for row in data.get("behaviour", ()):
        for path, axis, reach in _behaviour(row, releases, file.name):
            if axis in paths.setdefault(path, {}):
                raise TableError(f"{file.name}: {path} is there twice on {axis}")
            paths[path][axis] = reach
    return Availability(releases, paths)


def _behaviour(
    row: Mapping[str, Any], releases: Mapping[str, tuple[str, ...]], file: str
) -> Iterator[tuple[str, str, Reach]]:
    """The Reach of each path in a group that behaves alike on one axis."""
    paths, axis, fails = row.get("paths", ()), row.get("axis", ""), row.get("fails", {})
    if (
        not paths
        or axis not in releases
        or set(row) - {"paths", "axis", "fails", "asked", *WAYS, RUN}
        or set(fails) - {*WAYS, RUN}
    ):
        raise TableError(f"{file}: a behaviour needs paths, a known axis and ways, not {sorted(row)}")
    tried = tried_releases(paths[0], axis, releases[axis])
    try:
        asked = parse_ranges(row["asked"], tried) if "asked" in row else None
        works = {how: parse_ranges(row[how], tried) for how in (*WAYS, RUN) if how in row}
        errors = {
            how: {one: words for ranges, words in fails[how].items() for one in parse_ranges(ranges, tried)}
            for how in fails
        }
    except (ValueError, AttributeError) as error:
        raise TableError(f"{file}: {paths[0]} on {axis}: {error}") from error
    for path in paths:
        name = path.rpartition(".")[2]
        named = {
            how: {one: words.replace("{name}", name) for one, words in texts.items()} for how, texts in errors.items()
        }
        yield path, axis, Reach(works, named, asked)
