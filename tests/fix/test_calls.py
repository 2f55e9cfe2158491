"""Calls: every argument finds its new place, and what has none stops the fix."""

from __future__ import annotations

import pytest

from tests.support import fixed, fixed_bytes, result, unchanged

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
    "activation that is a lambda": (
        "tf.contrib.layers.batch_norm(x, activation_fn=lambda v: v * 2)",
        "(lambda v: v * 2)(tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)(x, training=True))",
    ),
    "activation that a call of the library makes": (
        "tf.contrib.layers.layer_norm(x, activation_fn=tf.keras.layers.ReLU())",
        "tf.keras.layers.ReLU()(tf.keras.layers.GroupNormalization(groups=1, epsilon=1e-12)(x))",
    ),
    "slashes in a name that is put together": (
        "tf.layers.batch_normalization(x, name=f'{s}/bn' + '/' + '%s/a' % s)",
        "tf.keras.layers.BatchNormalization(name=f'{s}_bn' + '_' + '%s_a' % s)(x, training=False)",
    ),
    "a slash that a format has": (
        "tf.layers.batch_normalization(x, name='{}/bn'.format(s))",
        "tf.keras.layers.BatchNormalization(name='{}_bn'.format(s))(x, training=False)",
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
    "value without an equal": "tf.layers.batch_normalization(x, virtual_batch_size=8)",
    "value that nobody knows": "tf.layers.batch_normalization(x, renorm=flag)",
    "weights that are shared": "tf.layers.batch_normalization(x, reuse=True, name='bn')",
    "weights that are shared perhaps": "tf.layers.batch_normalization(x, reuse=tf.AUTO_REUSE, name='bn')",
    "several axes": "tf.layers.batch_normalization(x, axis=[1, 2])",
    "several axes in a tuple": "tf.layers.batch_normalization(x, axis=(1, -1), training=True)",
    "activation that may be None": "tf.contrib.layers.batch_norm(x, activation_fn=None if last else tf.nn.relu)",
    "activation that is a text": "tf.contrib.layers.batch_norm(x, activation_fn='relu')",
    "activation that a function returns": "tf.contrib.layers.batch_norm(x, activation_fn=pick('relu'))",
    "activation that nobody knows": "tf.contrib.layers.batch_norm(x, activation_fn=act)",
    "a slash that stays": "tf.layers.batch_normalization(x, name=scope.get('a/b'))",
    "comments within the name": "(tf.layers  # old\n    .batch_normalization(x))",
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


LAYOUTS = {
    "comments of what goes": (
        "tf.layers.batch_normalization(\n    x,  # input\n    # before\n    fused=True,  # fast\n    axis=1,\n)",
        "tf.keras.layers.BatchNormalization(\n    axis=1,\n)(\n    x,  # input\n    # before\n    # fast\n"
        "    training=False,\n)",
    ),
    "the comment of the last one": (
        "tf.layers.batch_normalization(\n    x,\n    axis=1,\n    fused=True,  # fast\n)",
        "tf.keras.layers.BatchNormalization(\n    axis=1,\n    # fast\n)(\n    x,\n    training=False,\n)",
    ),
    "the comment of the parenthesis is there once": (
        "tf.layers.batch_normalization(  # why\n    x,\n    axis=1)",
        "tf.keras.layers.BatchNormalization(  # why\n    axis=1)(\n    x,\n    training=False)",
    ),
    "lines with several arguments": (
        "tf.layers.batch_normalization(\n    inputs=x, axis=1,\n    momentum=0.9, scale=True,\n    training=t)",
        "tf.keras.layers.BatchNormalization(\n    axis=1,\n    momentum=0.9, scale=True)(\n    x, training=t)",
    ),
    "nothing to make it with": (
        "tf.layers.batch_normalization(\n    x,\n    training=t)",
        "tf.keras.layers.BatchNormalization()(\n    x,\n    training=t)",
    ),
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=name) for name, case in LAYOUTS.items()])
def test_no_comment_is_lost_and_lines_end_where_they_did(before: str, after: str) -> None:
    assert fixed(f"{HEAD}y = {before}\n") == f"{HEAD}y = {after}\n"


def test_a_call_keeps_its_own_line_breaks_in_a_file_with_others() -> None:
    head = "import tensorflow as tf\r\n"
    before = f"{head}y = tf.layers.batch_normalization(x,  # input\n                                  axis=1)\n"
    assert fixed_bytes(before.encode()).count(b"\r\n") == 1


def test_the_activation_of_a_def_is_applied() -> None:
    code = f"{HEAD}def act(v):\n    return v\ny = tf.contrib.layers.layer_norm(x, activation_fn=act)\n"
    assert "y = act(tf.keras.layers.GroupNormalization(" in fixed(code)


def test_an_activation_that_may_be_none_is_left_with_what_to_write() -> None:
    code = f"{HEAD}def build(x, act=None):\n    return tf.contrib.layers.layer_norm(x, activation_fn=act)\n"
    (finding,) = result(code).findings
    assert finding.withheld is not None
    assert "write `tf.keras.layers.GroupNormalization(groups=1, epsilon=1e-12)(x)`" in finding.withheld


def test_a_tuple_in_front_that_is_no_axis_stays() -> None:
    assert unchanged("from keras.layers import BatchNormalization\nlayer = BatchNormalization((64,))\n")


ARGUMENTS = {
    "dropped, first": ("(fused=True, axis=1)", "(axis=1)"),
    "dropped, last": ("(axis=1, fused=True)", "(axis=1)"),
    "dropped, only": ("(fused=True)", "()"),
    "dropped with its line": ("(\n    axis=1,\n    fused=True,\n)", "(\n    axis=1,\n)"),
    "dropped with a comment": ("(\n    axis=1,\n    fused=True,  # fast\n)", "(\n    axis=1,\n    # fast\n)"),
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


def test_an_argument_by_the_place_of_one_that_is_replaced() -> None:
    """`InstanceNormalization` took none by place, and the first of GroupNormalization's is what it gets by name."""
    (found,) = result("import tensorflow_addons as tfa\nx = tfa.layers.InstanceNormalization(3)\n").findings
    assert (found.code, found.fix) == ("NF601", None)
    assert found.withheld == "the old form took no arguments by place: name them"
