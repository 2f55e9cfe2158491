"""Classes that were others under the path of a moved module: the recurrent layers of TensorFlow 2, and their like."""

from __future__ import annotations

import pytest

from tests.support import fixed, result

PRIVATE = "tensorflow.python.keras"


@pytest.mark.parametrize(
    "text",
    [
        f"from {PRIVATE}.layers import Dense, BatchNormalization\nx = Dense(2), BatchNormalization()\n",
        f"from {PRIVATE} import layers\nx = layers.Dense(2), layers.BatchNormalization()\n",
        f"from {PRIVATE}.layers.recurrent_v2 import LSTM\nfrom {PRIVATE}.layers import LayerNormalization\n"
        "x = LSTM(2), LayerNormalization()\n",
    ],
)
def test_what_was_the_same_class_moves(text: str) -> None:
    assert PRIVATE not in fixed(text)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize(
    "text",
    [
        f"from {PRIVATE}.layers import @, Dense, BatchNormalization\nx = @(2), Dense(2), BatchNormalization()\n",
        f"from {PRIVATE} import layers\nx = layers.@(2), layers.BatchNormalization()\n",
        f"from {PRIVATE}.layers.recurrent import @\nfrom {PRIVATE}.layers import BatchNormalization\n"
        "x = @(2), BatchNormalization()\n",
    ],
)
def test_what_was_another_class_moves_only_where_that_is_asked_for(name: str, text: str) -> None:
    text = text.replace("@", name)
    assert result(text, fix=True).fixed_text is None
    assert PRIVATE not in fixed(text, unsafe=True)


@pytest.mark.parametrize(
    "other",
    [
        f"from {PRIVATE}.layers import *\n",
        f"from {PRIVATE}.models import *\n",
        f"from {PRIVATE}.layers import recurrent\ny = recurrent.LSTMCell\n",
        f"from {PRIVATE}.utils import tf_utils\ny = tf_utils\n",
    ],
)
def test_what_works_today_stays_beside_what_no_safe_fix_moves(other: str) -> None:
    public = "from tensorflow.keras.layers import BatchNormalization\n\nx = BatchNormalization(fused=True)\n"
    text = f"{other}from {PRIVATE} import Model, Input\nfrom {PRIVATE}.layers import Dense\n{public}"
    outcome = result(f"{text}m = Model, Input, Dense\n", fix=True)
    assert outcome.fixed_text == f"{text}m = Model, Input, Dense\n".replace("fused=True", "")
    assert all(PRIVATE in one.symbol for one in outcome.findings)


def test_a_public_module_leaves_the_other_class_alone() -> None:
    head = "from keras.layers.recurrent import @\n"
    text = f"{head}from keras.layers.normalization import BatchNormalization\nx = @, BatchNormalization\n"
    outcome = result(text.replace("@", "GRU"), fix=True)
    assert outcome.fixed_text == text.replace(".normalization", "").replace("@", "GRU")
    assert [one.symbol for one in outcome.findings] == ["keras.layers.recurrent.GRU"]
    assert "recurrent" not in fixed(text.replace("@", "SimpleRNN"))
