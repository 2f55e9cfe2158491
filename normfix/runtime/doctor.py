"""What is wrong with an installation, and the one command or edit that cures each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normfix.config.releases import Releases, Requirement, Version, requirement, version
from normfix.config.target import Target, dotted
from normfix.runtime.installation import SWITCH, Distribution, Installation
from normfix.runtime.inventory import PACKAGES
from normfix.table.conflicts import Conflict

_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?([^);]*)\)?\s*(?:;(.*))?")
_PYTHON_MARKER = re.compile(r"python_version\s*(<=|>=|<|>|==|!=)\s*['\"](\d+(?:\.\d+)*)['\"]")
_PACKAGES = tuple(package.replace("_", "-") for package in PACKAGES)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `cure` is a command or an edit, `packages` are those that it is about."""

    slug: str
    says: str
    cure: str
    packages: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def problems(found: Installation, releases: Releases, conflicts: Sequence[Conflict], target: Target) -> list[Problem]:
    """All that is wrong with an installation that answered; `target` is what the project declares."""
    said = [*_wheels(found, releases, target)]
    if found.first("tensorflow") is None:
        if not said:
            said.append(
                Problem("no-tensorflow", "No TensorFlow is installed.", "pip install tensorflow", ("tensorflow",))
            )
        return [*said, *_doubles(found)]
    known = [*_conflicts(found, conflicts), *_pairs(found, releases), *_switch(found, releases)]
    covered = {frozenset(one.packages) for one in known}
    needs = [one for one in _requirements(found) if frozenset(one.packages) not in covered]
    return [*said, *_declared(found, target), *known, *needs, *_doubles(found), *_left_over(found)]


def _wheels(found: Installation, releases: Releases, target: Target) -> Iterator[Problem]:
    """A declared TensorFlow that has no wheel for this Python."""
    asked = [release for release in releases.pythons if any(one.admits(release) for one in target.tensorflow)]
    python = version(found.python)[:2]
    if not asked or any(releases.pythons[release].admits(python) for release in asked):
        return
    newest = asked[-1]
    fitting = _newest_python(releases.pythons[newest])
    says = (
        f"{target.text} (from {target.origin}) has no wheel for Python {dotted(python)}; "
        f"those of TensorFlow {dotted(newest)} are for {releases.pythons[newest]}."
    )
    links = ("https://pypi.org/project/tensorflow/#files",)
    yield Problem("no-wheel", says, f"python{dotted(fitting)} -m venv .venv", ("tensorflow",), links)


def _newest_python(wanted: Requirement) -> Version:
    return max((3, minor) for minor in range(40) if wanted.admits((3, minor)))


def _declared(found: Installation, target: Target) -> Iterator[Problem]:
    """An installed TensorFlow or Keras that is not the declared one."""
    for package, ranges in (("tensorflow", target.tensorflow), ("keras", target.keras)):
        one = found.first(package)
        if one is None or one.number is None or not ranges or any(_fits(need, one) for need in ranges):
            continue
        wanted = " or ".join(str(need) for need in ranges)
        says = f"{one.name} {one.version} is installed, and the project wants {wanted} (from {target.origin})."
        yield Problem("not-declared", says, f"pip install '{ranges[-1]}'", (package,))


def _conflicts(found: Installation, conflicts: Sequence[Conflict]) -> Iterator[Problem]:
    said: set[frozenset[str]] = set()
    for conflict in conflicts:
        names = tuple(one.package for one in conflict.when)
        present = [found.first(name) for name in names]
        if frozenset(names) in said or not all(
            one is not None and _fits(need, one) for need, one in zip(conflict.when, present, strict=True)
        ):
            continue
        said.add(frozenset(names))
        shown = ", ".join(f"{one.name} {one.version}" for one in present if one is not None)
        yield Problem(conflict.slug, f"{conflict.says} Installed: {shown}.", conflict.cure, names, conflict.links)


def _pairs(found: Installation, releases: Releases) -> Iterator[Problem]:
    """A Keras that the installed TensorFlow does not run on."""
    tensorflow, keras = found.first("tensorflow"), found.first("keras")
    minor = _minor(tensorflow)
    fitting = [one.keras for one in releases.pairs if one.tensorflow == minor]
    if tensorflow is None or minor is None or not fitting:
        return
    newest = f"pip install 'keras=={dotted(fitting[-1])}.*'"
    if keras is None:
        if minor >= releases.shared_since:
            says = f"TensorFlow {tensorflow.version} takes tf.keras from keras, which is not installed."
            yield Problem("no-keras", says, newest, ("tensorflow", "keras"))
        return
    there = _minor(keras)
    # A Keras that is newer than all recorded ones is nobody's fault.
    if there is None or there in fitting or there > max(one.keras for one in releases.pairs):
        return
    between = dotted(fitting[0]) if len(fitting) == 1 else f"{dotted(fitting[0])} to {dotted(fitting[-1])}"
    says = f"keras {keras.version} does not go with TensorFlow {tensorflow.version}, which runs on Keras {between}."
    yield Problem("keras-pair", says, newest, ("tensorflow", "keras"))


def _switch(found: Installation, releases: Releases) -> Iterator[Problem]:
    """The legacy Keras asked for, and not there."""
    tensorflow = found.first("tensorflow")
    minor = _minor(tensorflow)
    asked = found.variables.get(SWITCH, "").lower() in ("1", "true")
    if not asked or minor is None or minor < releases.legacy_since or found.first("tf-keras") is not None:
        return
    says = (
        f"{SWITCH} is set, and tf_keras is not installed: tf.keras then fails at its first attribute, "
        "or is Keras 3 after all where it is imported from."
    )
    cure = f"pip install 'tf_keras=={dotted(minor)}.*'"
    links = ("https://pypi.org/project/tf-keras/",)
    yield Problem("no-tf-keras", says, cure, ("tensorflow", "tf-keras"), links)


def _requirements(found: Installation) -> Iterator[Problem]:
    """What the packages that matter here say themselves that they need, and what is installed in another version."""
    python = version(found.python)[:2]
    for package in _PACKAGES:
        one = found.first(package)
        for text in one.requires if one is not None else ():
            need = _need(text, python)
            other = found.first(need.package) if need is not None else None
            if one is None or need is None or other is None or other is one or _fits(need, other):
                continue
            says = f"{one.name} {one.version} needs {need}, and {other.name} {other.version} is installed."
            yield Problem("requirement", says, f"pip install '{need}'", (package, need.package))


def _need(text: str, python: Version) -> Requirement | None:
    """A `Requires-Dist` that holds on a Python; None where it does not, or where nobody can say."""
    match = _NAME.fullmatch(text)
    if match is None or "@" in text:
        return None
    for part in (match[3] or "").split(" and ") if match[3] else ():
        marker = _PYTHON_MARKER.fullmatch(part.strip(" ()"))
        if marker is None or not requirement(marker[1] + marker[2], "python").admits(python):
            return None
    try:
        return requirement(match[2].strip(), re.sub(r"[-_.]+", "-", match[1]).lower())
    except ValueError:
        return None


def _doubles(found: Installation) -> Iterator[Problem]:
    """Two versions of one package: beside each other, or one of the person's own that hides the environment's."""
    by_package: dict[str, list[Distribution]] = defaultdict(list)
    for one in found.distributions:
        if one.package in _PACKAGES and not one.is_broken:
            by_package[one.package].append(one)
    for package, (first, *others) in by_package.items():
        other = next((one for one in others if one.version != first.version), None)
        if other is None:
            continue
        shown = f"{first.name} {first.version} and {other.name} {other.version}"
        if other.folder == first.folder:
            names = " ".join(dict.fromkeys((first.name, other.name)))
            says = f"{shown} are both in {first.folder}: files of one lie among those of the other."
            cure = f"pip uninstall -y {names}; pip install '{first.name}=={_newer(first, other)}'"
            yield Problem("two-versions", says, cure, (package,))
        elif first.folder == found.user_site:
            # A virtual environment may well have another version than the Python below it.
            says = f"{shown} are installed; your own {first.folder} comes before {other.folder}."
            yield Problem("hidden", says, f"pip uninstall {first.name}", (package,))


def _newer(one: Distribution, other: Distribution) -> str:
    return max((one, other), key=lambda each: each.number or ()).version


def _left_over(found: Installation) -> Iterator[Problem]:
    """What an older release, or an update that broke off, has left behind."""
    for one in found.left:
        owner = found.first(one.package.replace("_", "-"))
        name = owner.name if owner is not None else one.package
        again = f"{name}=={owner.version}" if owner is not None and owner.version else name
        says = (
            f"{one.count} modules in {one.folder}/{one.package} belong to no installed release, the first being "
            f"{one.first[0]}. They may still be imported."
        )
        cure = f"pip uninstall -y {name}; rm -r '{one.folder}/{one.package}'; pip install '{again}'"
        yield Problem("left-over", says, cure, (one.package,))
    for broken in found.distributions:
        if broken.is_broken and broken.package in _PACKAGES:
            says = f"{broken.folder}/{broken.info} is what pip could not remove of {broken.name} {broken.version}."
            yield Problem("broken-uninstall", says, f"rm -r '{broken.folder}/{broken.info}'", (broken.package,))


def _fits(need: Requirement, one: Distribution) -> bool:
    """Whether a distribution satisfies a requirement, as far as minor releases tell."""
    minor = _minor(one)
    return minor is None or need.admits(minor)


def _minor(one: Distribution | None) -> Version | None:
    number = one.number if one is not None else None
    return None if number is None else (*number, 0)[:2]
