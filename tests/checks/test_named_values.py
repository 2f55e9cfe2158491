"""Arguments that go by their value, where a name or an attribute stands for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from tests.run.generated import findings, written
from tests.support import found, result

HEAD = "from tensorflow.keras.layers import BatchNormalization, Dense, LayerNormalization\n"

FOUND = [
    ("NF710", "axes = [3]\nBatchNormalization(axis=axes)\n"),
    ("NF710", "axes = (3,)\nBatchNormalization(axes)\n"),
    ("NF710", "axes: list = [3]\nother = axes\nBatchNormalization(axis=other)\n"),
    ("NF710", "class C:\n    axes = [3]\nBatchNormalization(axis=C.axes)\n"),
    ("NF710", "axes = (  # channels\n    [3]\n)\nBatchNormalization(axis=axes)\n"),
    ("NF712", "NAME = 'a/b'\nBatchNormalization(name=NAME)\n"),
    ("NF712", "def f(i):\n    name = f'block{i}/bn'\n    return LayerNormalization(name=name)\n"),
    (
        "NF712",
        "class M:\n    def __init__(self):\n        self.name = 'a' + '/b'\n"
        "        self.b = BatchNormalization(name=self.name)\n",
    ),
    ("NF720", "size = 64\nLayerNormalization(axis=size)\n"),
    ("NF710", "def f():\n    axis = [3]\n    return BatchNormalization(axis=axis)\n"),
]

QUIET = [
    "axes = 3\nBatchNormalization(axis=axes)\n",
    "axes = [3]\naxes = axes[0]\nBatchNormalization(axis=axes)\n",
    "axes = [3]\nif old():\n    axes = 3\nBatchNormalization(axis=axes)\n",
    "axes = [3]\nLayerNormalization(axis=axes)\n",
    "axes = [3]\ndef f(axes):\n    return BatchNormalization(axis=axes)\n",
    "def f(axis=[3]):\n    return BatchNormalization(axis=axis)\nf(3)\n",
    "NAME = 'a_b'\nBatchNormalization(name=NAME)\nDense(3, name='a/b')\n",
    "NAME = 'a/b'\nBatchNormalization(name=NAME.replace('/', '_'))\n",
    "from own import NAME\nBatchNormalization(name=NAME)\n",
    "try:\n    size = [3]\n    BatchNormalization(axis=size)\nexcept TypeError:\n    BatchNormalization(axis=3)\n",
]


@pytest.mark.parametrize(("code", "text"), FOUND)
def test_a_name_for_a_value_is_what_the_value_is(code: str, text: str) -> None:
    (finding,) = (one for one in result(HEAD + text).findings if one.code != "NF805")
    assert finding.code == code
    assert finding.fix is None


@pytest.mark.parametrize("text", QUIET)
def test_a_name_that_may_be_another_value_is_passed_over(text: str) -> None:
    assert [one for one in found(HEAD + text) if "NF805" not in one and "NF004" not in one] == []


@pytest.mark.parametrize("text", [text for _, text in FOUND] + QUIET)
def test_the_prefilter_lets_them_through(text: str, tmp_path: Path) -> None:
    files = written(tmp_path, {"m.py": (HEAD + text).encode()})
    assert findings(files) == findings(files, Options(workers=1, full=True))


def test_the_line_of_the_value_is_named() -> None:
    (finding,) = result(f"{HEAD}axes = [3]\nlayer = BatchNormalization(axis=axes)\n").findings
    assert finding.withheld == "line 2 gives `axes` its value: change it there"


def test_a_function_becomes_a_layer_whose_axis_is_still_told() -> None:
    code = "import tensorflow as tf\naxes = [-1]\ndef f(x, t):\n"
    code += "    return tf.layers.batch_normalization(x, axis=axes, training=t)\n"
    outcome = result(code, fix=True, unsafe=True)
    assert [one.code for one in result(outcome.fixed_text or "").findings] == ["NF710"]
