"""From which TensorFlow on a finding is broken."""

from __future__ import annotations

import pytest

from normfix.fleet.breaking import NEVER, breaks_in, states
from normfix.table.availability import shipped_availability
from normfix.table.load import shipped_table
from tests.support import findings


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import tensorflow as tf\ntf.keras.layers.Normalization()(x)\n", ""),
        ("import tensorflow as tf\ny = tf.contrib.layers.layer_norm(x)\n", "2.0"),
        ("import tensorflow as tf\ny = tf.layers.batch_normalization(x)\n", "2.0"),
        ("from keras.layers.normalization import BatchNormalization\n", "2.6"),
        ("from tensorflow.keras.layers import BatchNormalisation\n", NEVER),
    ],
)
def test_the_first_release(code: str, expected: str) -> None:
    assert breaks_in(findings(code)[0], shipped_table(), shipped_availability()) == expected


def test_states_of_a_symbol() -> None:
    known = {
        (axis, release): said
        for axis, release, said in states(
            "tensorflow.layers.batch_normalization", shipped_table(), shipped_availability()
        )
    }
    assert known["tensorflow", "1.15"] == "works"
    assert known["tensorflow", "2.4"] == "fails"
    assert not list(states("a.name.of.nobody", shipped_table(), shipped_availability()))
