"""The runtime checker's report."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from normfix.report.verify import render, render_json
from normfix.runtime.checks import Check, LiteralCall
from normfix.runtime.environment import Interpreter, Profile
from normfix.runtime.verdict import STEPS, Outcome, Report, Step, Verdict

PROFILE = Profile(
    Interpreter(Path("env/bin/python"), "the project's .venv"), "3.12.1", "2.21.0", "3.15.1", legacy_keras="1"
)
SITE = LiteralCall("model.py", 3, 5, "keras.layers.BatchNormalization", ("-1",), (("fused", "True"),), False)
REFUSAL = "ValueError: Unrecognized keyword arguments\n\nArguments received by [BatchNormalization]"


def verdict(check: Check, *outcomes: Outcome, words: str = "") -> Verdict:
    padded = (*outcomes, *[outcomes[-1]] * (len(STEPS) - len(outcomes)))
    steps = (
        Step(name, outcome, words if outcome is Outcome.FAILED else "")
        for name, outcome in zip(STEPS, padded, strict=True)
    )
    return Verdict(check, tuple(steps))


PASSED = verdict(Check("keras.layers.UnitNormalization", "keras.layers.UnitNormalization"), Outcome.OK)
REFUSED_STEPS = (Outcome.OK, Outcome.FAILED, Outcome.SKIPPED)
REFUSED = verdict(
    Check(SITE.place, SITE.target, SITE.positional, SITE.keywords, site=SITE),
    *REFUSED_STEPS,
    words=REFUSAL,
)
ABSENT = verdict(Check("tf_slim.batch_norm", "tf_slim.batch_norm"), Outcome.NOT_INSTALLED, Outcome.SKIPPED)
UNTOUCHED = verdict(Check("left", "keras.layers.Normalization"), Outcome.NOT_RUN)


def test_profile_table_and_words() -> None:
    assert render(Report(PROFILE, (PASSED, REFUSED), import_seconds=4.0, seconds=6.5)) == (
        "Interpreter         env/bin/python (the project's .venv)\n"
        "Python              3.12.1\n"
        "TensorFlow          2.21.0\n"
        "Keras               3.15.1\n"
        "tf_keras            not installed\n"
        "tensorflow-addons   not installed\n"
        "tf-slim             not installed\n"
        "TF_USE_LEGACY_KERAS 1\n"
        "\n"
        "target                           imported  built   training  inference  gradient  function  saved\n"
        "keras.layers.UnitNormalization   ok        ok      ok        ok         ok        ok        ok\n"
        "model.py:3:5 BatchNormalization  ok        failed  -         -          -         -         -\n"
        "\n"
        "model.py:3:5: keras.layers.BatchNormalization(-1, fused=True) cannot be built"
        " (without the arguments that are not literals)\n"
        "    ValueError: Unrecognized keyword arguments\n"
        "\n"
        "    Arguments received by [BatchNormalization]\n"
        "\n"
        "1 of 2 passed on TensorFlow 2.21.0 (6.5 s, of which importing TensorFlow 4.0 s).\n"
    )


def test_what_was_not_tried() -> None:
    text = render(Report(PROFILE, (PASSED, ABSENT, UNTOUCHED), "python crashed with signal 11 (SIGSEGV)"))
    assert "tf_slim.batch_norm" not in text
    assert text.splitlines()[-4:-1] == [
        "Not tried, because tf_slim is not installed: 1.",
        "python crashed with signal 11 (SIGSEGV).",
        "Not run because of that: 1.",
    ]


def test_no_answer_at_all() -> None:
    text = render(Report(Profile(PROFILE.interpreter), failure="there is no TensorFlow in python"))
    assert text == ("Interpreter         env/bin/python (the project's .venv)\n\nthere is no TensorFlow in python.\n")


@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_gets_a_drawn_table(colour: bool) -> None:
    text = render(Report(PROFILE, (PASSED, REFUSED)), terminal=True, colour=colour, width=100)
    assert "────" in text
    assert ("\x1b[" in text) is colour


def test_json() -> None:
    document = json.loads(render_json(Report(PROFILE, (REFUSED, ABSENT), import_seconds=4.0, seconds=6.5)))
    assert document["profile"]["tensorflow"] == "2.21.0"
    assert document["failure"] is None
    refused, absent = document["results"]
    assert (refused["filename"], refused["location"]) == ("model.py", {"row": 3, "column": 5})
    assert (refused["keywords"], refused["complete"]) == ({"fused": "True"}, False)
    assert refused["steps"]["built"] == {"outcome": "failed", "words": REFUSAL, "seconds": 0.0}
    assert absent["outcome"] == "not installed"


def test_what_was_not_evaluated_is_not_ok() -> None:
    site = LiteralCall(
        "m.py", 2, 1, "keras.layers.BatchNormalization", complete=False, left_out=("name", "inputs", "*")
    )
    partial = verdict(Check(site.place, site.target, site=site), Outcome.OK)
    text = render(Report(PROFILE, (PASSED, partial)))
    assert re.search(r"^m.py:2:1 BatchNormalization +ok +partly", text, re.MULTILINE)
    assert "run without those: 1.\n    m.py:2:1: `name`, one by place\n" in text
    assert "1 of 2 passed" in text
    assert json.loads(render_json(Report(PROFILE, (partial,))))["results"][0]["outcome"] == "not evaluated"


def test_a_call_without_its_input_alone_is_evaluated() -> None:
    site = LiteralCall("m.py", 2, 1, "tensorflow.nn.moments", complete=False, left_out=("inputs", "training"))
    assert verdict(Check(site.place, site.target, site=site), Outcome.OK).outcome is Outcome.OK


def test_a_known_failure_says_its_cure() -> None:
    known = replace(verdict(Check("a", "tf_keras.X"), *REFUSED_STEPS, words="TypeError: no"), known="set A=1")
    report = Report(PROFILE, (PASSED, known))
    assert report.failed == ()
    assert "    TypeError: no\n    known: set A=1\n" in render(report)
    assert "Known failures on these releases: 1 of 1.\n1 of 2 passed" in render(report)
    assert json.loads(render_json(report))["results"][1]["known"] == "set A=1"
