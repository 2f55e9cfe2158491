"""Layers that are made above a function that tf.function traces, and what is said where they cannot be."""

from __future__ import annotations

import pytest

from tests.support import fixed, result

HEAD = "import tensorflow as tf\n\n\n"
CALL = "tf.layers.batch_normalization(x{}, training=True)"


def traced(body: str, given: str = "x", above: str = "") -> str:
    return f"{HEAD}{above}@tf.function\ndef step({given}):\n    {body}\n"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            traced(f"return {CALL.format(', momentum=m')}", "x, m"),
            "its layer needs `momentum=m`, which only `step` knows",
        ),
        (
            f"{HEAD}def norm(x, m):\n    return {CALL.format(', momentum=m')}\n\n\nnorm(norm(x, 1), 2)\n",
            "is called 2 times, and each would make new weights; its layer needs `momentum=m`, which only `norm` knows",
        ),
        (f"{HEAD}def norm(x):\n    return {CALL.format('')}\n\n\nnorm(norm(x))\n", "make `layer = tf.keras"),
        (f"{HEAD}for x in data:\n    y = {CALL.format('')}\n", "it is in a loop"),
        (traced(f"return {CALL.format(', momentum=M')}") + "\n\nM = 0.5\n", "make `layer = tf.keras"),
        (traced(f"batch_normalization = 1\n    return {CALL.format('')}"), "make `layer = tf.keras"),
        (
            f"{HEAD}class Net:\n    @tf.function\n    def run(self, x):\n        return {CALL.format('')}\n",
            "make `layer",
        ),
    ],
)
def test_it_stays_and_says_what_to_write(code: str, words: str) -> None:
    outcome = result(code, fix=True, unsafe=True)
    assert outcome.fixed_text is None
    assert words in str(outcome.findings[0].withheld)


def test_each_call_gets_a_layer_of_its_own() -> None:
    body = f"x = {CALL.format('')}\n    return {CALL.format(', momentum=M')}"
    after = fixed(traced(body, above="M = 0.9\n\n\n"), unsafe=True)
    made = "batch_normalization = tf.keras.layers.BatchNormalization()\n"
    made += "batch_normalization_2 = tf.keras.layers.BatchNormalization(momentum=M)\n"
    new = "x = batch_normalization(x, training=True)\n    return batch_normalization_2(x, training=True)"
    assert after == traced(new, above=f"M = 0.9\n{made}\n\n")


def test_below_another_function_it_stands_clear_of_both() -> None:
    above = "def other():\n    pass\n\n\n"
    after = fixed(traced(f"return {CALL.format('')}", above=above), unsafe=True)
    made = "batch_normalization = tf.keras.layers.BatchNormalization()\n\n\n"
    assert after == traced("return batch_normalization(x, training=True)", above=above + made)


def test_what_a_traced_function_calls_is_no_better_place() -> None:
    helper = f"def norm(x):\n    return {CALL.format('')}\n\n\n"
    after = fixed(traced("return norm(x)", above=helper), unsafe=True)
    made = "batch_normalization = tf.keras.layers.BatchNormalization()\n\n\n"
    assert after.startswith(f"{HEAD}{made}def norm(x):\n    return batch_normalization(x, training=True)\n")


def test_it_is_no_safe_fix_and_says_for_whom_it_is_right() -> None:
    (found,) = result(traced(f"return {CALL.format('')}"), fix=True).findings
    assert found.fix is not None
    assert any("made once, above `step`" in one for one in found.fix.notes)
