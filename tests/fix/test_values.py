"""What is handed on instead of called: what is written for it, and why some of it stays, with what to write."""

from __future__ import annotations

import pytest

from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import scan_text
from normfix.table.load import shipped_table
from tests.support import findings, unchanged

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
        (
            "net = slim.conv2d(x, 8, 3, normalizer_fn=slim.layer_norm, reuse=reuse)",
            "`biases_initializer=None, activation_fn=None`",
        ),
        (
            "slim.arg_scope([slim.dropout, slim.batch_norm], is_training=t, keep_prob=0.5)",
            "write `tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)(x, training=t)` at each",
        ),
        ("norm = partial(tf.layers.batch_normalization, reuse=True)", "line 4 gives `reuse`"),
        ("NORMS = {'ln': slim.layer_norm}\nlayer(trainable=t)", "line 5 gives `trainable`"),
        ("LAYERS = [tf.layers.BatchNormalization]\nLAYERS[0](fused=True)", "line 5 gives `fused`"),
        ("NORMS = [slim.layer_norm]\nNORMS[0](x, begin_norm_axis=-1)", "line 5 gives `begin_norm_axis`"),
        (
            "net = slim.conv2d(x, 8, 3, normalizer_fn=slim.batch_norm, normalizer_params={'batch_weights': w})",
            "`batch_weights=w` has no equal that is certain",
        ),
        ("print(tf.layers.batch_normalization)", "this is not a call of it"),
        ("slim.arg_scope([slim.batch_norm], **params)", "some of its arguments come through `**` of `arg_scope`"),
        (
            "isinstance(x, tf.keras.layers.experimental.SyncBatchNormalization)",
            "hand on `functools.partial(tf.keras.layers.BatchNormalization, synchronized=True)`",
        ),
    ],
)
def test_the_reason_says_what_to_write(line: str, words: str) -> None:
    assert words in reason(line)


def written(code: str) -> str:
    """What stands above the last line of some code once it is fixed."""
    assert result(code).fixed_text is None
    found = result(code, unsafe=True)
    assert found.fixed_text is not None, found.findings
    assert not found.findings
    return found.fixed_text.rpartition("\n\n\n")[0].partition("\n\n\n")[2]


def lines(*text: str) -> str:
    return "\n    ".join(text)


BATCH = lines(
    "def batch_normalization(inputs, *, training=False, **options):",
    '"""A new layer at each call, as `tf.layers.batch_normalization` made one."""',
    "layer = tf.keras.layers.BatchNormalization(**options)",
    "return layer(inputs, training=training)",
)
LAYER = lines(
    "def layer_norm(inputs, **options):",
    '"""A new layer at each call, as `tf_slim.layer_norm` made one."""',
    "layer = tf.keras.layers.GroupNormalization(groups=1, epsilon=1e-12, **options)",
    "return layer(inputs)",
)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("norm = partial(tf.layers.batch_normalization, momentum=0.8)", BATCH),
        ("def block(x, norm=tf.layers.batch_normalization): return norm(x)", BATCH),
        ("self.norm = tf.layers.batch_normalization", BATCH),
        ("block(x, tf.layers.batch_normalization)", BATCH),
        ("NORMS = {'ln': slim.layer_norm}", LAYER),
        ("NORMS = [tf.layers.batch_normalization, slim.layer_norm]", f"{BATCH}\n\n\n{LAYER}"),
        # Arguments that somebody may give it have a place.
        (
            "block(tf.layers.batch_normalization, fused=True)",
            BATCH.replace("training=False", "training=False, fused=None"),
        ),
        (
            "x = block(slim.layer_norm, activation_fn=tf.nn.relu, scope='a')",
            lines(
                "def layer_norm(inputs, *, scope=None, activation_fn=None, **options):",
                '"""A new layer at each call, as `tf_slim.layer_norm` made one."""',
                "layer = tf.keras.layers.GroupNormalization(name=scope, groups=1, epsilon=1e-12, **options)",
                "outputs = layer(inputs)",
                "return outputs if activation_fn is None else activation_fn(outputs)",
            ),
        ),
        # Doubles stay doubles.
        (
            "block(tf.layers.batch_normalization, tf.float64)",
            BATCH.replace("(**options)", "(dtype=inputs.dtype, **options)"),
        ),
    ],
)
def test_a_function_of_the_same_behaviour_is_written(line: str, text: str) -> None:
    assert written(line) == text


def test_a_function_is_written_once_whatever_names_are_at_hand() -> None:
    code = lines(
        "def f(tf, norm=tf.layers.batch_normalization):",
        "from tensorflow import layers as L",
        "return {1: L.batch_normalization, 2: norm}",
    )
    found = result(code, unsafe=True)
    assert found.fixed_text is not None
    assert found.fixed_text.count("def batch_normalization(") == 1
    assert "tf.layers" not in found.fixed_text.replace("`tf.layers", "")
    assert "L." not in found.fixed_text


def test_a_class_of_other_defaults_is_written() -> None:
    line = "self.norm = tf.keras.layers.experimental.SyncBatchNormalization"
    assert written(line) == lines(
        "class SyncBatchNormalization(tf.keras.layers.BatchNormalization):",
        '"""With the defaults of `tf.keras.layers.experimental.SyncBatchNormalization`."""\n',
        "def __init__(self, **options):",
        '    super().__init__(**{"synchronized": True, **options})',
    )


def test_the_name_is_one_that_nothing_has() -> None:
    code = "batch_normalization = 3\nnorm = partial(tf.layers.batch_normalization, momentum=0.8)"
    fixed = result(code, unsafe=True).fixed_text
    assert fixed is not None
    assert fixed.splitlines()[-1] == "norm = partial(new_batch_normalization, momentum=0.8)"


@pytest.mark.parametrize(
    "run",
    [
        "class N(tf.keras.Model):\n    def call(self, x):\n        return norm(x)",
        "class N(tf.keras.Model):\n    def call(self, x):\n        return block(x)\ndef block(x):\n    return norm(x)",
        "@tf.function\ndef f(x):\n    return norm(x)",
        "def train_step(x):\n    return norm(x)",
        "with tf.variable_scope('a', reuse=True):\n    norm(x)",
    ],
)
def test_a_function_that_runs_again_and_again_is_not_written(run: str) -> None:
    code = f"norm = partial(tf.layers.batch_normalization, momentum=0.8)\n{run}"
    found = result(code, unsafe=True)
    assert found.fixed_text is None
    assert "calls it: " in str(found.findings[0].withheld) or "graph program" in str(found.findings[0].withheld)


def test_parameters_in_a_name_are_followed() -> None:
    net = "net = slim.conv2d(x, 8, 3, reuse=reuse, normalizer_fn=slim.batch_norm, normalizer_params=params)"
    line = f"params = {{'decay': 0.7}}\n{net}"
    assert "BatchNormalization(momentum=0.7, scale=False)" in reason(line)


def test_in_a_graph_program_the_reason_is_the_program() -> None:
    assert "graph program" in reason("x = tf.placeholder('float32')\nnorm = partial(slim.batch_norm, decay=0.5)")


def test_no_function_stands_above_the_import_that_it_needs() -> None:
    code = """
        def f():
            import tensorflow.contrib
            norm = tensorflow.contrib.layers.batch_norm
            return norm
        f()
        import tensorflow
        """
    assert unchanged(code)


def test_a_module_that_is_asked_for_a_name_changes_with_what_it_is_asked_for() -> None:
    asked = "getattr(tf.keras.layers.normalization, 'batch_normalization').BatchNormalizationV1"
    assert result(f"y = {asked}()").fixed_text == f"{HEAD}y = tf.keras.layers.BatchNormalization()\n"
    # The module alone has no name of that text today.
    later = "import importlib\ntf = importlib.import_module('tensorflow')"
    fixed = result(f"if 3: ({asked})()(3)\nfrom keras.layers.normalization import *\n{later}", unsafe=True).fixed_text
    assert "if 3: (layers.BatchNormalization)()(3)\n" in str(fixed)


def test_no_function_stands_for_what_is_read_as_a_module() -> None:
    head = "from keras.layers import layer_normalization as norm\nkept = [norm]\n"
    taken = result("layer = kept[0].LayerNormalization()", unsafe=True, head=head)
    assert taken.fixed_text is None
    assert any("line 3 reads" in str(one.withheld) for one in taken.findings)
    assert "def layer_normalization" in str(result("y = kept[0](3)", unsafe=True, head=head).fixed_text)


def test_parameters_that_cannot_be_read_are_not_taken_for_none() -> None:
    code = "from tensorflow.contrib import layers\nfrom params import BN\n"
    code += "y = layers.conv2d(x, 2, 3, normalizer_fn=layers.batch_norm, normalizer_params=BN)\n"
    said = [str(one.withheld) for one in findings(code) if one.code == "NF401"]
    assert said
    assert not any("momentum=0.999" in one for one in said)


@pytest.mark.parametrize(
    "imported",
    [
        "from tensorflow.python.layers.normalization import BatchNormalization as norm",
        "from keras.__internal__.legacy.layers import BatchNorm as norm",
    ],
)
def test_no_function_stands_for_a_class_of_old(imported: str) -> None:
    found = result("y = [made()(x) for made in (norm,)]", unsafe=True, head=f"{imported}\n")
    assert len(found.findings) == 2
    assert found.fixed_text is None
