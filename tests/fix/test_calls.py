"""Calls: every argument finds its new place, and what has none stops the fix."""

from __future__ import annotations

import pytest

from tests.source import fixed, result, unchanged

HEAD = "import tensorflow as tf\nx = tf.ones((2, 4))\n"

CASES = {
    "nothing but the input": (
        "tf.layers.batch_normalization(x)",
        "tf.keras.layers.BatchNormalization()(x, training=False)",
    ),
    "the input by name": (
        "tf.layers.batch_normalization(inputs=x)",
        "tf.keras.layers.BatchNormalization()(x, training=False)",
    ),
    "old positions": (
        "tf.layers.batch_normalization(x, 1, 0.9, 1e-3, True)",
        "tf.keras.layers.BatchNormalization(axis=1, momentum=0.9, epsilon=1e-3, center=True)(x, training=False)",
    ),
    "training is handed on": (
        "tf.layers.batch_normalization(x, training=mode == 'train', momentum=0.9)",
        "tf.keras.layers.BatchNormalization(momentum=0.9)(x, training=mode == 'train')",
    ),
    "harmless arguments go": (
        "tf.layers.batch_normalization(x, fused=True, reuse=None, renorm=False, trainable=True)",
        "tf.keras.layers.BatchNormalization()(x, training=False)",
    ),
    "defaults of contrib": (
        "tf.contrib.layers.batch_norm(x)",
        "tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)(x, training=True)",
    ),
    "arguments of contrib": (
        "tf.contrib.layers.batch_norm(x, 0.9, scale=True, scope='bn', is_training=False)",
        "tf.keras.layers.BatchNormalization(momentum=0.9, scale=True, name='bn')(x, training=False)",
    ),
    "format of contrib": (
        "tf.contrib.layers.batch_norm(x, data_format='NCHW')",
        "tf.keras.layers.BatchNormalization(axis=1, momentum=0.999, scale=False)(x, training=True)",
    ),
    "activation of contrib": (
        "tf.contrib.layers.batch_norm(x, activation_fn=tf.nn.relu)",
        "tf.nn.relu(tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)(x, training=True))",
    ),
    "epsilon of layer_norm": (
        "tf.contrib.layers.layer_norm(x)",
        "tf.keras.layers.GroupNormalization(groups=1, epsilon=1e-12)(x)",
    ),
    "last axis of layer_norm": (
        "tf.contrib.layers.layer_norm(x, begin_norm_axis=-1)",
        "tf.keras.layers.LayerNormalization(epsilon=1e-12)(x)",
    ),
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=name) for name, case in CASES.items()])
def test_a_function_becomes_a_layer_and_its_call(before: str, after: str) -> None:
    assert fixed(f"{HEAD}y = {before}\n") == f"{HEAD}y = {after}\n"


REFUSED = {
    "splat": "tf.layers.batch_normalization(x, **options)",
    "star": "tf.layers.batch_normalization(*inputs)",
    "unknown argument": "tf.layers.batch_normalization(x, speed=1)",
    "too many arguments": f"tf.contrib.layers.unit_norm({', '.join('x' * 9)})",
    "value without an equal": "tf.layers.batch_normalization(x, renorm=True)",
    "value that nobody knows": "tf.layers.batch_normalization(x, renorm=flag)",
    "weights that are shared": "tf.layers.batch_normalization(x, reuse=True, name='bn')",
    "weights that are shared perhaps": "tf.layers.batch_normalization(x, reuse=tf.AUTO_REUSE, name='bn')",
    "axis of layer_norm": "tf.contrib.layers.layer_norm(x, begin_norm_axis=2)",
}


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in REFUSED.items()])
def test_a_call_without_a_certain_equal_stays(call: str) -> None:
    assert unchanged(f"{HEAD}y = {call}\n")


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in REFUSED.items()])
def test_a_call_that_stays_says_why(call: str) -> None:
    assert all(one.withheld for one in result(f"{HEAD}y = {call}\n").findings)


def test_line_breaks_and_comments_stay() -> None:
    before = f"{HEAD}y = tf.layers.batch_normalization(\n    x,\n    axis=1,  # channels\n    training=True,\n)\n"
    after = (
        f"{HEAD}y = tf.keras.layers.BatchNormalization(\n    axis=1,  # channels\n)(\n    x,\n    training=True,\n)\n"
    )
    assert fixed(before) == after


ARGUMENTS = {
    "dropped, first": ("(fused=True, axis=1)", "(axis=1)"),
    "dropped, last": ("(axis=1, fused=True)", "(axis=1)"),
    "dropped, only": ("(fused=True)", "()"),
    "dropped with its line": ("(\n    axis=1,\n    fused=True,\n)", "(\n    axis=1,\n)"),
    "dropped from the head of lines": ("(\n    fused=True,\n    axis=1)", "(\n    axis=1)"),
    "renamed": ("(eps=1e-5)", "(epsilon=1e-5)"),
    "renamed with spaces": ("(eps = 1e-5)", "(epsilon = 1e-5)"),
    "renamed with its value": ("(gamma_init='one')", "(gamma_initializer='ones')"),
    "renamed with quotes kept": ('(gamma_init="one")', '(gamma_initializer="ones")'),
    "list of one": ("(axis=[-1])", "(axis=-1)"),
    "slash": ("(name='a/b')", "(name='a_b')"),
    "several at once": ("(mode=0, eps=1e-5, fused=None, axis=[1])", "(epsilon=1e-5, axis=1)"),
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=name) for name, case in ARGUMENTS.items()])
def test_an_argument_is_changed(before: str, after: str) -> None:
    head = "from keras.layers import BatchNormalization\nlayer = BatchNormalization"
    assert fixed(f"{head}{before}\n") == f"{head}{after}\n"
