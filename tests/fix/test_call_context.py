"""Where a function may become a layer: where the code around it runs once."""

from __future__ import annotations

import pytest

from normfix.checks.finding import Finding
from normfix.source.text import Applicability
from tests.support import fixed, result

CALL = "tf.layers.batch_normalization(x, training=True)"


def only(code: str) -> Finding:
    (finding,) = result(f"import tensorflow as tf\n{code}").findings
    return finding


@pytest.mark.parametrize("name", ["build_net", "create_model", "main", "model_batch_norm"])
def test_a_builder_is_taken_to_run_once(name: str) -> None:
    finding = only(f"def {name}(x):\n    return {CALL}\n")
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.SAFE


@pytest.mark.parametrize("name", ["train_step", "test_on_batch", "run_epoch", "model_forward", "get_loss", "helper"])
def test_a_function_that_may_run_often_is_in_doubt(name: str) -> None:
    finding = only(f"def {name}(x):\n    return {CALL}\n")
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE


def test_a_function_that_is_handed_on_is_in_doubt() -> None:
    finding = only(f"def build_rows(x):\n    return {CALL}\nrows = data.map(build_rows)\n")
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE


@pytest.mark.parametrize(
    "code",
    [
        f"def build(x, m):\n    return {CALL.replace('x,', 'x, m,')}\nbuild = tf.function(build)\n",
        f"@tf.function(jit_compile=True)\ndef build(x, m):\n    return {CALL.replace('x,', 'x, m,')}\n",
        f"def build(x, scope):\n    scope.reuse_variables()\n    return {CALL}\n",
        f"class Gan:\n    def build(self, x):\n        return {CALL}\n\ngan = Gan()\ngan.build(1)\ngan.build(2)\n",
    ],
    ids=["traced", "decorated", "reused", "called on an object"],
)
def test_weights_that_would_be_made_again(code: str) -> None:
    finding = only(code)
    assert finding.fix is None
    assert finding.withheld is not None
    assert "outside, and write `layer(x, training=True)` here" in finding.withheld


def test_apply_becomes_a_call() -> None:
    code = "import tensorflow as tf\nnorm = tf.layers.BatchNormalization(axis=1)\ny = norm.apply(x, training=True)\n"
    after = "import tensorflow as tf\nnorm = tf.keras.layers.BatchNormalization(axis=1)\ny = norm(x, training=True)\n"
    assert fixed(code, unsafe=True) == after


def test_apply_on_the_spot_becomes_a_call() -> None:
    code = "import tensorflow as tf\ny = tf.layers.BatchNormalization().apply(x)\n"
    assert fixed(code, unsafe=True).endswith("y = tf.keras.layers.BatchNormalization()(x)\n")
