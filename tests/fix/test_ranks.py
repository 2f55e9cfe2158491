"""The dimensions of an input, as far as the code tells them, and the numbers that hang on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix.programs import INPUT, PLAIN, TOP, V1, fixed, results

NORMED = "y = tf.contrib.layers.batch_norm(net)\n"


@pytest.mark.parametrize(
    ("above", "added"),
    [
        ("net = tf.nn.relu(tf.layers.conv2d(x, 4, 3))\n", ""),
        ("net = tf.reshape(x, [-1, 4, 4, 4])\nfor turn in range(2):\n    net = tf.nn.relu(net)\n", ""),
        ("net = tf.layers.Conv1D(4, 3)(x)\n", ""),
        ("def twice(z):\n    return z\n\n\nnet = tf.abs(tf.nn.conv2d(x, x, 1, 'SAME') * 2.0)\n", ""),
        ("net = tf.layers.conv3d(x, 4, 3)\n", ", fused=False"),
        ("net = tf.layers.dropout(tf.layers.max_pooling3d(inputs=x, pool_size=2))\n", ", fused=False"),
    ],
    ids=["images", "loop", "series", "arithmetic", "volumes", "volumes through a call"],
)
def test_the_dimensions_of_the_input_are_known(tmp_path: Path, above: str, added: str) -> None:
    text = f"x = tf.placeholder(tf.float32, shape)\n{above}"
    assert f"y = slim.batch_norm(net{added})\n" in fixed(tmp_path, PLAIN + "shape = None\n" + text + NORMED)


@pytest.mark.parametrize(
    "above",
    [
        "net = tf.placeholder(tf.float32, shape)\n",
        "net = tf.layers.conv3d(x, 4, 3)\nif x is None:\n    net = tf.reshape(net, [-1, 4])\n",
        "net = GlobalPooling3D()(x)\n",
    ],
    ids=["placeholder", "either", "own function"],
)
def test_numbers_that_hang_on_unknown_dimensions_are_no_safe_fix(tmp_path: Path, above: str) -> None:
    text = f"# volumes\nshape = None\nx = tf.placeholder(tf.float32, shape)\n{above}"
    (found,) = results(tmp_path, train=PLAIN + text + NORMED).values()
    assert "tf.contrib.layers.batch_norm(net)" in (found.fixed_text or NORMED)
    notes = [note for one in found.findings if one.fix for note in one.fix.notes]
    assert any("on 5-D input the moving variance" in note for note in notes)


def test_a_file_that_never_speaks_of_volumes_has_none(tmp_path: Path) -> None:
    text = "shape = None\nnet = tf.placeholder(tf.float32, shape)\n"
    assert "y = slim.batch_norm(net)\n" in fixed(tmp_path, PLAIN + text + NORMED)


@pytest.mark.parametrize(
    ("calls", "known"),
    [
        ("norm(images)\nnorm(z=images * 2.0)\n", True),
        ("norm(images)\nnorm(tf.reshape(images, [-1, 4]))\n", False),
        ("norm(*[images])\n", False),
        ("", False),
    ],
    ids=["all calls", "one other", "splat", "none"],
)
def test_a_parameter_has_the_dimensions_of_all_its_calls(tmp_path: Path, calls: str, known: bool) -> None:
    function = "def norm(z):\n    return tf.contrib.layers.batch_norm(z)\n\n\n"
    images = "# not 3D\nimages = tf.placeholder(tf.float32, [None, 8, 8, 4])\n"
    (found,) = results(tmp_path, train=PLAIN + function + images + calls).values()
    assert ("tf.contrib.layers.batch_norm(z)" not in (found.fixed_text or function)) == known


def test_a_function_that_another_file_takes_may_get_anything(tmp_path: Path) -> None:
    model = PLAIN + "\n\n# not 3D\ndef norm(z):\n    return tf.contrib.layers.batch_norm(z)\n\n\n"
    model += "norm(tf.placeholder(tf.float32, [None, 8, 8, 4]))\n"
    found = results(tmp_path, model=model, train=PLAIN + "from model import norm\n" + INPUT + "norm(x)\n")
    assert "tf.contrib.layers.batch_norm(z)" in (found["model"].fixed_text or model)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("net, training=t", "net, training=t, fused=False"),
        ("net", "net, fused=False"),
        ("net, fused=False", "net, fused=False"),
        ("x, training=t", "x, training=t"),
    ],
)
def test_volumes_keep_their_moving_variance(tmp_path: Path, old: str, new: str) -> None:
    above = f"t = True\n{INPUT}net = tf.layers.conv3d(x, 4, 3)\n"
    call = "y = tf.layers.batch_normalization({})\n"
    assert fixed(tmp_path, PLAIN + above + call.format(old)) == TOP + V1 + above + call.format(new)


def test_a_fused_kernel_for_volumes_is_no_safe_fix(tmp_path: Path) -> None:
    text = INPUT + "net = tf.layers.conv3d(x, 4, 3)\ny = tf.layers.batch_normalization(net, fused=True)\n"
    (found,) = results(tmp_path, train=PLAIN + text).values()
    assert found.fixed_text is None
    assert any("on 5-D input" in note for one in found.findings if one.fix for note in one.fix.notes)


@pytest.mark.parametrize("argument", ["fused=False", "is_training=False"])
def test_without_the_fused_kernel_the_dimensions_do_not_matter(tmp_path: Path, argument: str) -> None:
    call = f"# volumes\ny = tf.contrib.layers.batch_norm(x, {argument})\n"
    assert f"slim.batch_norm(x, {argument})" in fixed(tmp_path, PLAIN + INPUT + call)
