"""Layers that a tensor tells whether they train."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.source.text import Applicability
from tests.fix.test_hazards_of_other_files import mended

HEAD = "import tensorflow as tf\n"
NORM = f"{HEAD}from keras.layers.normalization import BatchNormalization\nnorm = BatchNormalization()\n"
CALLED = "y = norm(x, training={})\n"
FUNCTION = f"{HEAD}x = tf.keras.Input((3,))\n{{}}y = tf.layers.batch_normalization(x, training={{}})\n"
TENSORS = [
    ("", "tf.constant(True)"),
    ("flag = tf.equal(step, 0)\n", "flag"),
    ("flag = tf.cast(step, tf.bool)\n", "flag"),
    ("flag = tf.keras.Input((), dtype='bool')\n", "flag"),
    ("flag = tf.Variable(False)\n", "flag"),
]
OTHERS = [
    ("", "True"),
    ("", "None"),
    ("flag = step > 3\n", "flag"),
    ("flag = bool(tf.constant(1))\n", "flag"),
    ("flag = True\n", "flag"),
    ("flag = unknown()\n", "flag"),
]
GROUP = f"{HEAD}from tensorflow_addons.layers import GroupNormalization\nnorm = GroupNormalization(groups=2)\n"


@pytest.mark.parametrize(("above", "flag"), TENSORS)
def test_a_tensor_makes_a_fix_unsafe(tmp_path: Path, above: str, flag: str) -> None:
    for code in (NORM + above + CALLED.format(flag), FUNCTION.format(above, flag)):
        ((trust, note),) = mended(tmp_path, ops=code)
        assert trust is Applicability.UNSAFE
        assert "gives a tensor for `training`" in note


@pytest.mark.parametrize(("above", "flag"), OTHERS)
def test_what_is_not_seen_to_be_a_tensor_is_not_said(tmp_path: Path, above: str, flag: str) -> None:
    for code in (NORM + above + CALLED.format(flag), FUNCTION.format(above, flag)):
        assert not any("gives a tensor" in note for _, note in mended(tmp_path, ops=code))


def test_a_layer_that_does_the_same_in_training_is_not_asked(tmp_path: Path) -> None:
    ((trust, _),) = mended(tmp_path, ops=GROUP + CALLED.format("tf.constant(True)"))
    assert trust is Applicability.SAFE


def test_a_layer_in_another_file_is_told_as_well(tmp_path: Path) -> None:
    net = "import tensorflow as tf\nimport ops\n\ny = ops.made()(x, training=tf.constant(True))\n"
    ((trust, note),) = mended(tmp_path, ops=f"{NORM}\ndef made():\n    return BatchNormalization()\n", net=net)
    assert trust is Applicability.UNSAFE
    assert "`net.py:4` gives a tensor" in note
