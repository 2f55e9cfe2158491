"""A name for a legacy callable: the line that gives it goes together with all the calls under it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix.programs import INPUT, PLAIN, results
from tests.fix.programs import fixed as fixed_program
from tests.support import findings, fixed, unchanged

HEAD = "import tensorflow as tf\n\n\ndef build_net(x):\n"
NAMED = "    norm = tf.contrib.layers.batch_norm\n"
NEW = "tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)"


def test_the_name_goes_when_all_of_its_calls_are_rewritten() -> None:
    code = HEAD + NAMED + "    x = norm(norm(x))\n    return norm(x)\n"
    expected = f"    x = {NEW}({NEW}(x, training=True), training=True)\n    return {NEW}(x, training=True)\n"
    assert fixed(code) == HEAD + expected


def test_a_class_under_another_name() -> None:
    code = "import tensorflow as tf\n\nBN = tf.layers.BatchNormalization\nlayer = BN(axis=1)\n"
    assert fixed(code, unsafe=True) == "import tensorflow as tf\n\nlayer = tf.keras.layers.BatchNormalization(axis=1)\n"


@pytest.mark.parametrize(
    "body",
    [
        NAMED + "    return norm(norm(x), batch_weights=w)\n",
        NAMED + "    norm = norm or other\n    return norm(x)\n",
        "    if x:\n    " + NAMED + "    return norm(x)\n",
        "    norm = other = tf.contrib.layers.batch_norm\n    return norm(x)\n",
        NAMED + "    print(locals()['norm'])\n    return norm(x)\n",
    ],
    ids=["a call stays", "set again", "condition", "two names", "in a text"],
)
def test_where_the_name_stays_its_calls_stay(body: str) -> None:
    assert unchanged(HEAD + body)


def test_a_call_around_one_that_stays_does_not_take_it_along() -> None:
    around = "    y = slim.layer_norm(norm(x))\n    return norm(y, batch_weights=w)\n"
    assert unchanged(HEAD.replace("\n\n\n", "\nimport tf_slim as slim\n\n\n") + NAMED + around)


def test_the_reason_names_the_line() -> None:
    reasons = {str(one.withheld) for one in findings(HEAD + NAMED + "    return norm(norm(x), batch_weights=w)\n")}
    assert any(one.startswith("line 5 gives it the name `norm`") for one in reasons)


@pytest.mark.parametrize(
    ("body", "after"),
    [
        (
            NAMED + "    run(norm)\n    return norm(x)\n",
            f"    run(batch_norm)\n    return {NEW}(x, training=True)\n",
        ),
        (
            NAMED + "    named = norm\n    return named(x)\n",
            "    norm = batch_norm\n    named = norm\n    return named(x)\n",
        ),
    ],
    ids=["handed on", "named twice"],
)
def test_a_name_that_is_handed_on_means_a_function_that_is_written(body: str, after: str) -> None:
    text = fixed(HEAD + body, unsafe=True)
    assert text.endswith(f"\n\n\ndef build_net(x):\n{after}")
    assert "def batch_norm(" in text


def test_a_name_that_another_file_takes_stays(tmp_path: Path) -> None:
    net = "import tensorflow as tf\n\nnorm = tf.contrib.layers.batch_norm\ny = norm(tf.keras.Input((4,)))\n"
    made = results(tmp_path, strategy="keras", net=net, main="from net import norm\n")
    assert made["net"].fixed_text is None


def test_in_a_graph_program(tmp_path: Path) -> None:
    named = "norm = tf.contrib.layers.batch_norm\n"
    text = fixed_program(tmp_path, PLAIN + INPUT + named + "y = norm(x, is_training=False)\n")
    assert "slim.batch_norm" in text
    assert "contrib" not in text


def test_what_an_import_that_stays_was_to_bring_is_brought_otherwise() -> None:
    head = "from tensorflow.contrib.layers import batch_norm as bn\nimport tensorflow as tf\n\nnorm = bn\n"
    code = head + "BN = tf.layers.BatchNormalization\nx = norm(tf.keras.Input((3,)))\nx = BN(axis=1)(x)\n"
    rest = "x = norm(tf.keras.Input((3,)))\nx = tf.keras.layers.BatchNormalization(axis=1)(x)\n"
    assert fixed(code, unsafe=True) == head + rest
