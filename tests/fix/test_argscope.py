"""Arguments that a call gets from an `arg_scope`: written into the call, or a reason why it is not safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.source.text import Applicability
from tests.fix.programs import IMAGES, results
from tests.fix.programs import fixed as fixed_program
from tests.support import findings, fixed, unchanged

HEAD = "import tensorflow as tf\nimport tf_slim as slim\n\nx = tf.keras.Input((4,))\n"
PLAIN = "y = slim.batch_norm(x)\n"
KERAS = "y = tf.keras.layers.BatchNormalization({})(x, training={})\n"
BUILDER = "import tf_slim as slim\n\n\ndef build_net(x):\n    return slim.batch_norm(x, scale=True)\n"


def within(scope: str, call: str) -> str:
    return f"with slim.arg_scope({scope}):\n    {call}"


@pytest.mark.parametrize(
    "scope",
    [
        "[slim.conv2d], padding='SAME'",
        "[slim.conv2d, own], padding='SAME'",
        "LISTED, padding='SAME'",
        "[slim.conv2d] + [slim.fully_connected], **params",
    ],
)
def test_a_scope_for_other_functions_says_nothing(scope: str) -> None:
    head = HEAD + "LISTED = [slim.conv2d]\n\n\ndef own():\n    pass\n\n\n"
    expected = KERAS.format("momentum=0.999, scale=False", "True")
    assert fixed(head + within(scope, PLAIN)) == head + within(scope, expected)


def test_a_scope_below_the_call_says_nothing() -> None:
    code = HEAD + PLAIN + within("[slim.batch_norm], decay=0.9", "pass\n")
    assert KERAS.format("momentum=0.999, scale=False", "True") in fixed(code)


@pytest.mark.parametrize(
    ("scope", "call", "expected"),
    [
        (
            "[slim.batch_norm], decay=0.9, is_training=False",
            PLAIN,
            KERAS.format("momentum=0.9, scale=False", "False"),
        ),
        (
            "(slim.conv2d, slim.batch_norm), decay=0.9",
            "y = slim.batch_norm(x, decay=0.8)\n",
            KERAS.format("momentum=0.8, scale=False", "True"),
        ),
        (
            "[tf.contrib.layers.batch_norm], decay=0.9, scale=True",
            "y = slim.batch_norm(x, 0.8)\n",
            KERAS.format("momentum=0.8, scale=True", "True"),
        ),
        (
            "[slim.batch_norm], activation_fn=tf.nn.relu",
            PLAIN,
            "y = tf.nn.relu(tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)(x, training=True))\n",
        ),
    ],
)
def test_the_arguments_of_a_scope_are_written_into_the_call(scope: str, call: str, expected: str) -> None:
    assert fixed(HEAD + within(scope, call)) == HEAD + within(scope, expected)


def test_of_two_scopes_the_inner_one_counts() -> None:
    inner = "    with slim.arg_scope([slim.batch_norm], decay=0.5):\n        "
    outer = HEAD + "with slim.arg_scope([slim.batch_norm], decay=0.9, epsilon=0.1):\n"
    expected = KERAS.format("momentum=0.5, epsilon=0.1, scale=False", "True")
    assert fixed(outer + inner + PLAIN) == outer + inner + expected


def test_the_finding_says_where_the_arguments_came_from() -> None:
    *_, call = findings(HEAD + within("[slim.batch_norm], decay=0.9", PLAIN))
    assert call.fix is not None
    assert call.fix.notes == ("`decay` came from the arg_scope of line 5",)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("[slim.batch_norm], **params", "the arg_scope of line 5 gives it arguments that cannot be read"),
        ("[slim.batch_norm], param_regularizers=made()", "the arg_scope of line 5 gives it `param_regularizers`"),
        ("net_arg_scope()", "the arg_scope of line 5 may give it arguments that cannot be read"),
        ("params", "the arg_scope of line 5 may give it"),
        ("[self.norm], decay=0.9", "the arg_scope of line 5 may give it"),
    ],
)
def test_what_cannot_be_read_is_not_guessed(scope: str, words: str) -> None:
    code = HEAD + within(scope, PLAIN)
    *_, call = findings(code)
    assert words in str(call.withheld)
    assert unchanged(code)


def test_an_argument_that_is_set_below_the_scope_is_not_moved() -> None:
    code = HEAD + "rate = 0.9\n" + within("[slim.batch_norm], decay=rate", "rate = 0.5\n    " + PLAIN)
    assert "gives it `decay`" in str(findings(code)[-1].withheld)


@pytest.mark.parametrize(
    "scope",
    [
        "with slim.arg_scope([slim.batch_norm], decay=0.5):\n    y = build_net(x)\n",
        "with slim.arg_scope(net_arg_scope()):\n    y = build_net(x)\n",
        "stack.enter_context(slim.arg_scope([slim.batch_norm], decay=0.5))\ny = build_net(x)\n",
    ],
)
def test_a_scope_around_the_call_of_a_function_makes_its_fix_unsafe(scope: str) -> None:
    call = next(one for one in findings(BUILDER + "\n\n" + scope) if one.start.line == 5)
    assert call.fix is not None
    assert call.fix.applicability is Applicability.UNSAFE
    assert call.fix.notes == ("right only if the arg_scope of line 8 is not around it",)


def test_a_scope_in_another_file_of_the_program_counts(tmp_path: Path) -> None:
    start = "import tensorflow as tf\nimport tf_slim as slim\nfrom net import build_net\n\n"
    with_scope = "with slim.arg_scope([slim.batch_norm], decay=0.5):\n    y = build_net(x)\n"
    made = results(tmp_path, strategy="keras", net=BUILDER, main=start + with_scope)
    (call,) = (one for one in made["net"].findings if one.code == "NF451")
    assert call.fix is None
    assert "the arg_scope of `main.py` (line 5) may give it `decay=0.5`" in str(call.withheld)


def test_a_scope_that_a_third_file_makes_is_the_one_that_is_said(tmp_path: Path) -> None:
    scopes = (
        "import tf_slim as slim\n\n\ndef scope(t):\n    with slim.arg_scope([slim.batch_norm], is_training=t) as s:\n"
    )
    start = "import tf_slim as slim\nfrom net import build_net\nfrom scopes import scope\n\n"
    use = "with slim.arg_scope(scope(False)):\n    y = build_net(1)\n"
    made = results(tmp_path, strategy="keras", net=BUILDER, main=start + use, scopes=scopes + "        return s\n")
    (call,) = (one for one in made["net"].findings if one.code == "NF451")
    assert "the arg_scope of `scopes.py` (line 5) may give it `is_training=t`" in str(call.withheld)


@pytest.mark.parametrize(
    ("given", "said"), [("'mine'", True), ("MINE", True), ("None", False), ("'update_ops'", False)]
)
def test_a_collection_for_updates_is_said(given: str, said: bool) -> None:
    call = findings(HEAD + f"MINE = 'mine'\ny = slim.batch_norm(x, updates_collections={given})\n")[-1]
    assert call.fix is not None
    assert any("no update is put into" in note for note in call.fix.notes) is said


def test_a_file_of_another_program_does_not_count(tmp_path: Path) -> None:
    scope = "import tf_slim as slim\n\nwith slim.arg_scope([slim.batch_norm], decay=0.5):\n    pass\n"
    made = results(tmp_path, strategy="keras", net=BUILDER, other=scope)
    assert made["net"].fixed_text is not None


def test_on_the_legacy_keras_scopes_go_on_giving_arguments(tmp_path: Path) -> None:
    head = "import tensorflow.contrib.slim as slim\n" + IMAGES
    scope = "with slim.arg_scope([slim.batch_norm], decay=0.9, is_training=False):\n    y = slim.batch_norm(x)\n"
    text = fixed_program(tmp_path, "import tensorflow as tf\n" + head + scope)
    assert text.endswith(IMAGES + scope)
    assert "import tf_slim as slim\n" in text
