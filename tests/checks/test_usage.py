"""Normalization layers that nobody gives a mean and a variance."""

from __future__ import annotations

import pytest

from tests.support import findings

HEAD = "import tensorflow as tf\nfrom tensorflow.keras.layers import Normalization\n"

WRONG = {
    "used": "layer = Normalization()\ny = layer(1)",
    "on the spot": "y = Normalization(axis=-1)(1)",
    "in Sequential": "model = tf.keras.Sequential([Normalization(), tf.keras.layers.Dense(1)])",
    "added": "model = tf.keras.Sequential()\nmodel.add(Normalization())",
    "another one is adapted": "a = Normalization()\nb = Normalization()\nb.adapt(1)\ny = a(1)",
    "private attribute": "class M:\n    def __init__(self):\n        self._scale = Normalization()",
    "spelled in full": "layer = tf.keras.layers.Normalization()\ny = layer(1)",
}
RIGHT = {
    "adapted": "layer = Normalization()\nlayer.adapt(1)",
    "mean and variance": "layer = Normalization(mean=0.0, variance=1.0)\ny = layer(1)",
    "by position": "layer = Normalization(-1, 0.0, 1.0)\ny = layer(1)",
    "splat": "layer = Normalization(**statistics)\ny = layer(1)",
    "attribute that is adapted": "def f(self):\n    self._scale = Normalization()\n    self._scale.adapt(1)",
    "attribute that others see": "class M:\n    def __init__(self):\n        self.scale = Normalization()",
    "returned": "def make():\n    return Normalization()",
    "passed on": "layer = Normalization()\nprepare(layer)",
    "in a list of the author's": "layers = [Normalization()]\nprepare(layers)",
    "weights are loaded": "model = tf.keras.Sequential([Normalization()])\nmodel.load_weights('w')",
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in WRONG.items()])
def test_a_layer_without_statistics_is_found(code: str) -> None:
    assert [one.code for one in findings(f"{HEAD}{code}\n")] == ["NF801"]


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in RIGHT.items()])
def test_a_layer_that_has_or_may_have_them_is_not(code: str) -> None:
    assert findings(f"{HEAD}{code}\n") == ()
