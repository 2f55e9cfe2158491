"""Which failures of the layer table are known: those that were recorded on the installed versions, and no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from normfix.runtime.checks import Check
from normfix.runtime.environment import Interpreter, Profile
from normfix.runtime.known import with_known
from normfix.runtime.verdict import STEPS, Outcome, Report, Step, Verdict
from normfix.table.availability import shipped_availability

SPECTRAL = "tf_keras.layers.SpectralNormalization"
RMS = "tensorflow.keras.layers.RMSNormalization"
OLD = {"tensorflow": "2.15.1", "keras": "2.15.0"}
NEW = {"tensorflow": "2.21.0", "keras": "3.15.1", "tf_keras": "2.21.0"}


def known(target: str, step: str, words: str, installed: dict[str, Any]) -> str:
    """What is said of a layer that fails at a step."""
    steps = tuple(Step(name, Outcome.FAILED, words) if name == step else Step(name, Outcome.OK) for name in STEPS)
    profile = replace(Profile(Interpreter(Path("python"), "--python"), "3.11.7"), **installed)
    (verdict,) = with_known(Report(profile, (Verdict(Check("one", target), steps),)), shipped_availability()).verdicts
    return verdict.known


@pytest.mark.parametrize(
    ("target", "step", "words", "installed", "cure"),
    [
        (SPECTRAL, "built", "TypeError: Layer input_spec", NEW, "set TF_USE_LEGACY_KERAS=1"),
        (RMS, "imported", "AttributeError: no", OLD, "it needs TensorFlow 2.19 or newer"),
        ("keras.layers.RMSNormalization", "imported", "AttributeError: no", OLD, "it needs Keras 3.9 or newer"),
        (RMS, "imported", "AttributeError: no", NEW | {"legacy_keras": "1"}, "it works without TF_USE_LEGACY_KERAS"),
    ],
)
def test_what_was_recorded_names_its_cure(
    target: str, step: str, words: str, installed: dict[str, Any], cure: str
) -> None:
    assert known(target, step, words, installed) == cure


@pytest.mark.parametrize(
    ("target", "step", "words", "installed"),
    [
        pytest.param(SPECTRAL, "built", "ValueError: another", NEW, id="another exception"),
        pytest.param(SPECTRAL, "built", "TypeError: no", NEW | {"legacy_keras": "1"}, id="with the switch"),
        pytest.param(SPECTRAL, "imported", "AttributeError: no", NEW, id="another step"),
        pytest.param(RMS, "imported", "AttributeError: no", NEW, id="a release that had it"),
        pytest.param(RMS, "imported", "AttributeError: no", {"tensorflow": "2.99.0"}, id="a release of the future"),
        pytest.param("keras.layers.New", "imported", "AttributeError: no", OLD, id="a path of nobody"),
    ],
)
def test_what_was_not_recorded_is_new(target: str, step: str, words: str, installed: dict[str, Any]) -> None:
    assert known(target, step, words, installed) == ""
