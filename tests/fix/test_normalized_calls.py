"""Calls that are given a normalization: two layers of Keras, with the numbers that TensorFlow 1 had."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from tests.support import fixed, result

TF = "import tensorflow as tf\n\n"
BN = "tf.contrib.layers.batch_norm"
CONV = f"y = tf.contrib.layers.conv2d(x, 4, 3, normalizer_fn={BN}{{}})\n"
NEW = "tf.keras.layers.BatchNormalization({})(tf.keras.layers.Conv2D(filters=4, kernel_size=3{})(x), training=True)"
PLAIN = ", padding='same', use_bias=False"
NAMED = 'scale=p["scale"], momentum=0.999'
STAYS = {
    "a dictionary that is not seen": TF + CONV.format(", normalizer_params=given"),
    "a dictionary that changes": TF + "p = {}\np['scale'] = True\n" + CONV.format(", normalizer_params=p"),
    "more arguments": TF + CONV.format(", **options"),
    "too few arguments": TF + CONV.format("").replace(", 3", ""),
    "shared weights": TF + CONV.format(", reuse=True"),
    "a collection": TF + CONV.format(", outputs_collections='outputs'"),
    "an activation inside": TF + CONV.format(", normalizer_params={'activation_fn': tf.tanh}"),
    "an argument without an equal": TF + CONV.format(", normalizer_params={'renorm': True}"),
    "a padding by name": TF + CONV.format(", padding=padding"),
    "a scope that gives arguments": TF + "with arg_scope([tf.nn.relu]):\n    " + CONV.format(""),
    "a loop": TF + "for _ in y:\n    " + CONV.format(""),
    "another function": TF + CONV.format("").replace("conv2d", "separable_conv2d"),
    "a function of the project": TF + CONV.format("").replace("tf.contrib.layers.conv2d", "convolve"),
    "a program of graph and session": TF + "x = tf.placeholder(tf.float32)\n" + CONV.format(""),
}
CHANGED = {
    "as it is": (CONV.format(""), f"y = tf.nn.relu({NEW.format('momentum=0.999, scale=False', PLAIN)})\n"),
    "parameters": (
        CONV.format(", normalizer_params={'scale': True, 'decay': 0.9}"),
        f"y = tf.nn.relu({NEW.format('scale=True, momentum=0.9', PLAIN)})\n",
    ),
    "no activation": (
        CONV.format(", activation_fn=None, normalizer_params=dict(scale=True)"),
        f"y = {NEW.format('scale=True, momentum=0.999', PLAIN)}\n",
    ),
    "named parameters": (
        "p = {'scale': True}\n" + CONV.format(", activation_fn=tf.tanh, normalizer_params=p"),
        f"p = {{'scale': True}}\ny = tf.tanh({NEW.format(NAMED, PLAIN)})\n",
    ),
    "by place": (
        f"y = tf.contrib.layers.fully_connected(x, 8, None, {BN})\n",
        "y = tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)("
        "tf.keras.layers.Dense(units=8, use_bias=False)(x), training=True)\n",
    ),
    "the rest": (
        CONV.format(", stride=2, padding='VALID', scope='a/b', weights_initializer=z, data_format='NHWC'"),
        "y = tf.nn.relu("
        + NEW.format(
            "momentum=0.999, scale=False",
            ", strides=2, padding='valid', name='a_b', kernel_initializer=z, use_bias=False",
        )
        + ")\n",
    ),
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_it_stays(code: str) -> None:
    text = result(code, fix=True, unsafe=True).fixed_text
    assert text is None or "normalizer_fn" in text


def test_it_is_no_safe_fix() -> None:
    assert result(TF + CONV.format(""), fix=True).fixed_text is None


@pytest.mark.parametrize(("before", "after"), CHANGED.values(), ids=CHANGED)
def test_it_becomes_two_layers(before: str, after: str) -> None:
    assert fixed(TF + before, unsafe=True) == TF + after


def test_one_inside_another() -> None:
    inner = f"tf.contrib.layers.conv2d(x, 4, 3, normalizer_fn={BN})"
    text = fixed(f"{TF}y = tf.contrib.layers.fully_connected({inner}, 8, normalizer_fn={BN})\n", unsafe=True)
    assert "contrib" not in text
    assert ast.unparse(ast.parse(text)).count("BatchNormalization") == 2


PROGRAM = """\
import tensorflow as tf

P = dict(is_training=True, decay=0.9)
W = tf.constant_initializer(0.1)


def run(x):
    a = tf.contrib.layers.conv2d(
        x,
        4,
        [3, 3],  # kernel
        stride=2,
        padding="VALID",
        activation_fn=None,
        normalizer_fn=tf.contrib.layers.batch_norm,
        normalizer_params=P,
        weights_initializer=W,
    )
    b = tf.contrib.layers.fully_connected(
        a, 5, activation_fn=tf.nn.tanh, normalizer_fn=tf.contrib.layers.layer_norm, weights_initializer=W
    )
    return tf.contrib.layers.conv2d_transpose(
        b, 3, 3, 2, activation_fn=tf.sigmoid, normalizer_fn=tf.contrib.layers.batch_norm, weights_initializer=W
    )


x = tf.reshape(tf.range(2 * 6 * 6 * 3, dtype=tf.float32) % 7.0, (2, 6, 6, 3))
"""
SHOW = "import json\nprint(json.dumps([float(one) for one in tf.reshape(run(x), [-1])[:12]]))\n"
RECORDED = [0.3578, 0.3578, 0.3578, 0.3578, 0.3578, 0.3578, 0.2559, 0.2559, 0.2559, 0.483, 0.483, 0.483]
"""The same twelve numbers of PROGRAM as a Session of TensorFlow 1.15.5 computed them."""


@pytest.mark.tensorflow
def test_the_numbers_are_those_of_tensorflow_1() -> None:
    text = fixed(PROGRAM, unsafe=True)
    done = subprocess.run([sys.executable, "-c", text + SHOW], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == pytest.approx(RECORDED, rel=2e-3, abs=2e-3)
