"""Which failures of the layer table the recorded releases know already, and what makes each of them work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from normfix.runtime.environment import Profile
from normfix.runtime.verdict import Outcome, Report, Verdict
from normfix.table.availability import RUN, Availability, order

_SWITCH = "TF_USE_LEGACY_KERAS"
_ON = frozenset({"1", "true", "True"})
_LIBRARIES = {"tensorflow": "TensorFlow", "keras": "Keras"}


def with_known(report: Report, recorded: Availability) -> Report:
    """A report in which the failures that were recorded on these very versions name their cure."""
    return replace(report, verdicts=tuple(_assessed(one, report.profile, recorded) for one in report.verdicts))


def _assessed(verdict: Verdict, profile: Profile, recorded: Availability) -> Verdict:
    step = verdict.decisive
    if step is None or step.outcome is not Outcome.FAILED:
        return verdict
    path, how = verdict.check.target, "attribute" if step.name == "imported" else RUN
    installed = _places(path, profile, recorded)
    kinds = {_words(path, how, axis, release, recorded).partition(":")[0] for axis, release in installed.items()}
    if step.words.partition(":")[0] not in kinds:
        return verdict
    return replace(verdict, known=_cure(path, how, installed, profile, recorded))


def _words(path: str, how: str, axis: str, version: str, recorded: Availability) -> str:
    """The exception that was recorded on a release; empty where it was not tried or did not fail."""
    words = recorded.paths[path][axis].errors.get(how, {})
    return next((text for release, text in words.items() if order(release) == order(version)), "")


def is_switched(profile: Profile) -> bool:
    """Whether tf.keras is the legacy Keras in an interpreter by its environment."""
    return profile.legacy_keras in _ON


def _places(path: str, profile: Profile, recorded: Availability) -> Mapping[str, str]:
    """The recorded axes that say how a path behaves in an interpreter, each with the version that is installed there.

    What is newer than the recording is not known. Of two axes that speak of a path, the installed Keras counts.
    """
    tensorflow, keras = profile.tensorflow or "", profile.keras or ""
    installed = {"tensorflow": tensorflow, "tf_keras": tensorflow, "keras": keras, "tf-slim": tensorflow}
    installed["tensorflow-addons"] = profile.tensorflow_addons or ""
    if is_switched(profile) and not path.startswith("keras."):
        installed = {"legacy": tensorflow}
    tried = {axis: version for axis, version in installed.items() if version and axis in recorded.paths.get(path, {})}
    return {"keras": tried["keras"]} if "keras" in tried and order(keras) in _orders(path, recorded) else tried


def _orders(path: str, recorded: Availability) -> set[tuple[int, ...]]:
    return {order(release) for release in recorded.releases_for(path, "keras")}


def _cure(path: str, how: str, installed: Mapping[str, str], profile: Profile, recorded: Availability) -> str:
    """What to change so that a path works, as far as it was recorded."""
    other = {True: f"it works without {_SWITCH}", False: f"set {_SWITCH}=1"}["legacy" in installed]
    switched = _places(path, replace(profile, legacy_keras=None if "legacy" in installed else "1"), recorded)
    if profile.tf_keras and any(_runs(path, how, axis, release, recorded) for axis, release in switched.items()):
        return other
    return next(_other_releases(path, installed, recorded), "no recorded release has it working")


def _runs(path: str, how: str, axis: str, version: str, recorded: Availability) -> bool:
    called = recorded.works(path, "attribute" if how == "attribute" else "call", {axis: version})
    return called is True and not _words(path, how, axis, version, recorded)


def _other_releases(path: str, installed: Mapping[str, str], recorded: Availability) -> Iterator[str]:
    for axis, library in _LIBRARIES.items():
        version, first = installed.get(axis), _first(path, axis, recorded)
        if version is None or first is None:
            continue
        if order(first) > order(version):
            yield f"it needs {library} {first} or newer"


def _first(path: str, axis: str, recorded: Availability) -> str | None:
    """The first release from which on a path works and nothing was recorded against running it."""
    reach = recorded.paths.get(path, {}).get(axis)
    if reach is None:
        return None
    releases = recorded.releases_for(path, axis)
    bad = [
        index
        for index, one in enumerate(releases)
        if one not in reach.works.get("call", ()) or one in reach.errors.get(RUN, {})
    ]
    start = bad[-1] + 1 if bad else 0
    return releases[start] if start < len(releases) else None
