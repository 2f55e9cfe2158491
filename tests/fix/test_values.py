"""Functions that are handed on instead of called: nothing is changed, and the reason says what to write."""

from __future__ import annotations

import pytest

from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import scan_text
from normfix.table.load import shipped_table

HEAD = "from functools import partial\nimport tensorflow as tf\nimport tf_slim as slim\n"


def result(line: str, *, unsafe: bool = False, head: str = HEAD, strategy: str = "keras") -> FileResult:
    options = Options(fix=True, unsafe_fixes=unsafe, strategy=strategy)
    return scan_text(f"{head}{line}\n".encode(), "a.py", shipped_table(), options)


def reason(line: str, *, head: str = HEAD, strategy: str = "keras") -> str:
    """Why the one function in a line stays."""
    found = result(line, unsafe=True, head=head, strategy=strategy)
    (withheld,) = [str(one.withheld) for one in found.findings]
    assert len(withheld) <= 240
    return withheld


# -- no finding, or an ordinary one


@pytest.mark.parametrize(
    "line",
    [
        "LAYERS = [tf.keras.layers.BatchNormalization, tf.keras.layers.LayerNormalization]",
        "net = slim.conv2d(x, 8, 3, normalizer_fn=None)",
        "norm = partial(tf.keras.layers.BatchNormalization, momentum=0.9)",
    ],
)
def test_modern_values_are_no_finding(line: str) -> None:
    assert not result(line).findings


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LAYERS = [tf.layers.BatchNormalization]", "LAYERS = [tf.keras.layers.BatchNormalization]"),
        ("BY = {'bn': tf.layers.BatchNormalization}", "BY = {'bn': tf.keras.layers.BatchNormalization}"),
    ],
)
def test_classes_in_a_container_are_renamed_when_asked_for(line: str, expected: str) -> None:
    assert result(line).fixed_text is None
    fixed = result(line, unsafe=True).fixed_text
    assert fixed is not None
    assert fixed.splitlines()[-1] == expected


# -- functions


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "y = slim.conv2d(x, 8, normalizer_fn=slim.batch_norm, normalizer_params={'decay': .9, 'is_training': t})",
            "write `tf.keras.layers.BatchNormalization(momentum=0.9, scale=False)(x, training=t)` on the result `x`",
        ),
        ("net = slim.conv2d(x, 8, 3, normalizer_fn=slim.layer_norm)", "`biases_initializer=None, activation_fn=None`"),
        (
            "slim.arg_scope([slim.dropout, slim.batch_norm], is_training=t, keep_prob=0.5)",
            "write `tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)(x, training=t)` at each",
        ),
        (
            "norm = partial(tf.layers.batch_normalization, training=True, momentum=0.8)",
            "make `norm = tf.keras.layers.BatchNormalization(momentum=0.8)` once for each use and hand on "
            "`lambda x: norm(x, training=True)`",
        ),
        ("NORMS = {'ln': slim.layer_norm}", "`norm = tf.keras.layers.GroupNormalization(groups=1, epsilon=1e-12)`"),
        (
            "net = slim.conv2d(x, 8, 3, normalizer_fn=slim.batch_norm, normalizer_params={'batch_weights': w})",
            "`batch_weights=w` has no equal that is certain",
        ),
        ("print(tf.layers.batch_normalization)", "this is not a call of it"),
        ("slim.arg_scope([slim.batch_norm], **params)", "some of its arguments come through `**` of `arg_scope`"),
        (
            "self.norm = tf.keras.layers.experimental.SyncBatchNormalization",
            "hand on `functools.partial(tf.keras.layers.BatchNormalization, synchronized=True)`",
        ),
    ],
)
def test_the_reason_says_what_to_write(line: str, words: str) -> None:
    assert words in reason(line)


def test_a_class_among_custom_objects_keeps_its_arguments() -> None:
    head = "from keras_layer_normalization import LayerNormalization\n"
    code = head + "load_model(x, custom_objects={'LayerNormalization': LayerNormalization})\n"
    *_, value = result(code, head="").findings
    assert value.withheld == ("its arguments change: hand on `functools.partial(LayerNormalization, epsilon=1e-14)`")


def test_parameters_in_a_name_are_followed() -> None:
    line = (
        "params = {'decay': 0.7}\nnet = slim.conv2d(x, 8, 3, normalizer_fn=slim.batch_norm, normalizer_params=params)"
    )
    assert "BatchNormalization(momentum=0.7, scale=False)" in reason(line)


def test_in_a_graph_program_the_reason_is_the_program() -> None:
    assert "graph program" in reason("x = tf.placeholder('float32')\nnorm = partial(slim.batch_norm, decay=0.5)")
