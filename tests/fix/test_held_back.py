"""Shapes whose fixes once broke each other, each at its cause; the rest of a file is always fixed."""

from __future__ import annotations

import pytest

from tests.support import fixed, result

WRONG = "would not have been right"
HEAD = "import functools\nimport tensorflow as tf\nfrom keras.layers import BatchNormalization\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Imports that are one module today, with a name bound anew between them.
        (
            "from keras.layers import Conv2D\n@ = 3\nfrom keras.layers.normalization import @\nx = Conv2D, @\n",
            "from keras.layers import Conv2D\n@ = 3\nfrom keras.layers import @\nx = Conv2D, @\n",
        ),
        (
            "from keras.layers.core import Dense\nfor @ in x: pass\nfrom keras.layers.normalization import @\n"
            "x = Dense, @\n",
            "from keras.layers import Dense\nfor @ in x: pass\nfrom keras.layers import @\nx = Dense, @\n",
        ),
        (
            "from keras.layers import Dense\nfrom other import *\n"
            "from keras.layers.normalization import @\nx = Dense, @\n",
            "from keras.layers import Dense\nfrom other import *\nfrom keras.layers import @\nx = Dense, @\n",
        ),
        (
            "def f():\n    from keras.layers import Dense\n    global @\n"
            "    from keras.layers.normalization import @\n    return Dense, @\n",
            "def f():\n    from keras.layers import Dense\n    global @\n"
            "    from keras.layers import @\n    return Dense, @\n",
        ),
        # A `global` or `nonlocal` says the name as well.
        (
            "def f():\n    global BatchNormalizationV1\n"
            "    from keras.layers.normalization import BatchNormalizationV1\n"
            "\n\ndef g():\n    return BatchNormalizationV1()\n",
            "def f():\n    global BatchNormalizationV1\n"
            "    from keras.layers import BatchNormalization as BatchNormalizationV1\n"
            "\n\ndef g():\n    return BatchNormalizationV1()\n",
        ),
        # A package that is left when its module is gone.
        (
            "import tensorflow.layers\n\ny = tensorflow.layers.BatchNormalization()\n",
            "import tensorflow\n\ny = tensorflow.keras.layers.BatchNormalization()\n",
        ),
        # Two old names of one class.
        (
            "from keras.layers.normalization import BatchNormalizationV1, BatchNormalizationV2\n"
            "x = BatchNormalizationV1(), BatchNormalizationV2()\n",
            "from keras.layers import BatchNormalization\nx = BatchNormalization(), BatchNormalization()\n",
        ),
    ],
)
def test_it_is_fixed(before: str, after: str) -> None:
    before, after = (text.replace("@", "BatchNormalization") for text in (before, after))
    assert fixed(before, unsafe=True) == after


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("BatchNormalization(momentum=0.9, decay=0.9)", "`momentum` is given as well"),
        ("BatchNormalization(epsilon=1e-3, eps=1e-3)", "`epsilon` is given as well"),
        ("BatchNormalization(gamma_initializer='ones', gamma_init='one')", "`gamma_initializer` is given as well"),
        ("BatchNormalization(1, 0.9, decay=0.9)", "without a name may give `momentum`"),
        ("tf.nn.l2_normalize(x, axis=1, dim=1)", "`axis` is given as well"),
        ("tf.nn.l2_normalize(x, 1, dim=1)", "without a name may give `axis`"),
        ("tf.math.l2_normalize(x, 1, dim=1)", "without a name may give `axis`"),
        ("tf.nn.moments(x, [0], None, True, keep_dims=True)", "without a name may give `keepdims`"),
        ("tf.nn.moments(*given, keep_dims=True)", "without a name may give `keepdims`"),
        ("BatchNormalization(-1, 0.99, 1e-3, eps=1e-3)", "without a name may give `epsilon`"),
        ("functools.partial(BatchNormalization, 1, 0.9, decay=0.9)", "without a name may give `momentum`"),
    ],
)
def test_what_is_given_twice_stays_and_the_rest_is_fixed(call: str, words: str) -> None:
    head = "import functools\nimport tensorflow as tf\nfrom keras.layers{} import BatchNormalization\n\n"
    body = f"a = {call}\nb = BatchNormalization()\n"
    outcome = result(head.format(".normalization") + body, fix=True, unsafe=True)
    assert outcome.fixed_text == head.format("") + body
    assert [words in str(one.withheld) for one in outcome.findings] == [True]


@pytest.mark.parametrize(
    "call",
    [
        "BatchNormalization(decay=0.9, eps=1e-3)",
        "BatchNormalization(1, decay=0.9)",
        "BatchNormalization(-1, 0.99, eps=1e-3)",
        "functools.partial(BatchNormalization, 1, 0.9, eps=1e-3)",
        "functools.partial(BatchNormalization, 1, decay=0.9)",
        "tf.nn.moments(x, [0], None, keep_dims=True)",
        "tf.nn.weighted_moments(x, [0], w, keep_dims=True)",
        "tf.nn.l2_normalize(x, dim=1)",
        "tf.linalg.l2_normalize(x, dim=1)",
        "BatchNormalization(eps=1e-3, **k)",
    ],
)
def test_what_is_given_once_is_fixed(call: str) -> None:
    outcome = result(f"{HEAD}a = {call}\n", fix=True, unsafe=True)
    assert not outcome.findings
    assert outcome.fixed_text is not None
    assert not any(f"{old}=" in outcome.fixed_text for old in ("eps", "decay", "keep_dims", "dim"))
