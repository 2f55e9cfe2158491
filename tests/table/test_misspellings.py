"""Misspelled layers and keywords, and groups that do not divide their channels."""

from __future__ import annotations

import pytest

from normfix.prefilter.prefilter import Admission, prefilter_of
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.table.load import shipped_table
from normfix.table.misspellings import meant_keyword, meant_layer

TABLE = shipped_table()
LAYERS = frozenset(TABLE.layers) - {"WeightNormalization"}
IMPORTS = "import keras\nimport tensorflow as tf\nfrom tensorflow.keras import Sequential, layers\n"


def messages(code: str) -> list[str]:
    """Code and message of each finding, with the prefilter passed as for any file of a folder."""
    data = (IMPORTS + code).encode()
    found = scan_text(data, "-", TABLE, Options(select=("NF210", "NF719", "NF803"))).findings
    assert not found or prefilter_of(TABLE).admits(data)
    return [f"{one.code} {one.message}" for one in found]


@pytest.mark.parametrize(
    "name",
    [
        *sorted(LAYERS),
        "L2Normalization",
        "PixelNormalization",
        "FixedBatchNormalization",
        "SyncBatchNormalization",
        "GlobalNormalization",
        "UnitNorm",
        "Dense",
        "normalization",
        "batch_normalization",
        "Norm",
    ],
)
def test_other_names_are_no_slips(name: str) -> None:
    assert meant_layer(name, LAYERS) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BatchNormalizaton", "BatchNormalization"),
        ("Batchnormalisation", "BatchNormalization"),
        ("Batch_Normalization", "BatchNormalization"),
        ("LayerNormalizatoin", "LayerNormalization"),
        ("GroupNormalisation", "GroupNormalization"),
        ("RmsNormalization", "RMSNormalization"),
        ("Normalisation", "Normalization"),
    ],
)
def test_slips_in_layers(name: str, meant: str) -> None:
    assert meant_layer(name, LAYERS) == meant


def test_slips_in_keywords() -> None:
    known = ("axis", "epsilon", "momentum", "gamma_initializer")
    assert meant_keyword("foo", known) is None
    assert meant_keyword("epsilom", known) == "epsilon"
    assert meant_keyword("gammaInitializer", known) == "gamma_initializer"


@pytest.mark.parametrize(
    "code",
    [
        "layers.BatchNormalization(epsilon=1e-3, dtype='float32', input_shape=(4,), trainable=False)",
        "layers.BatchNormalization(fused=True, renorm=True, weights=None, implementation=1)",
        "layers.BatchNormalization(**options)",
        "layers.LayerNormalization(rms_scaling=False)",
        "class BatchNormalisation(layers.Layer): ...\nBatchNormalisation(epsilom=1)",
        "class BN(layers.BatchNormalization):\n    def __init__(self, epsilom): ...\nBN(epsilom=1)",
        "import torch.nn as layers\nlayers.BatchNormalization(epsilom=1)",
        "from own.layers import BatchNormalizaton",
        "layers.Dense(4, epsilom=1)",
        "try:\n    layers.BatchNormalization(turbo=True)\nexcept TypeError:\n    x = layers.BatchNormalization()",
        "# layers.BatchNormalizaton",
    ],
)
def test_code_without_a_slip(code: str) -> None:
    assert messages(code) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("layers.BatchNormalizaton()", "NF210 `tensorflow.keras.layers.BatchNormalizaton`"),
        ("from keras.layers import Dense, LayerNormalisatoin", "NF210 `keras.layers.LayerNormalisatoin`"),
        (
            "tf.compat.v1.keras.layers.BatchNormalizaton()",
            "NF210 `tensorflow.compat.v1.keras.layers.BatchNormalizaton`",
        ),
        ("layers.BatchNormalization(epsilom=1)", "NF719 `epsilom` of `tensorflow.keras.layers.BatchNormalization`"),
        ("from keras.layers import *\nBatchNormlization()", "NF210 `keras.layers.BatchNormlization`"),
        ("keras.layers.UnitNormalization(gamma=1)", "NF719 `gamma` of `keras.layers.UnitNormalization`"),
    ],
)
def test_a_slip_is_found(code: str, message: str) -> None:
    (found,) = messages(code)
    assert found.startswith(message)


def test_the_likely_keyword_is_named_and_only_a_likely_one() -> None:
    assert messages("layers.BatchNormalization(epsilom=1)")[0].endswith("did you mean `epsilon`?")
    assert messages("layers.BatchNormalization(turbo=1)")[0].endswith("takes this argument")
    assert messages("layers.BatchNormalization(epsilom=1, epsilon=2)")[0].endswith("takes this argument")


@pytest.mark.parametrize(
    "code",
    [
        "layers.GroupNormalization()(tf.keras.Input((8, 8, 64)))",
        "layers.GroupNormalization(groups=-1)(tf.keras.Input((8, 8, 3)))",
        "layers.GroupNormalization(groups=3)(tf.keras.Input((8, 8, 3)))",
        "layers.GroupNormalization(groups=n)(tf.keras.Input((8, 8, 3)))",
        "layers.GroupNormalization(axis=1)(tf.keras.Input((3, 8, 8)))",
        "layers.GroupNormalization()(tf.keras.Input((8, 8, n)))",
        "layers.GroupNormalization()(tf.keras.Input((None, None, None)))",
        "layers.GroupNormalization(**options)(tf.keras.Input((8, 8, 3)))",
        "layers.GroupNormalization()(layers.Conv2D(3, 3, data_format='channels_first')(x))",
        "Sequential([layers.Dense(64), layers.GroupNormalization()])",
        "Sequential([own(3), layers.GroupNormalization()])",
        "Sequential([layers.GroupNormalization(), layers.Dense(3)])",
        "[layers.Dense(3), layers.GroupNormalization()]",
        "x = tf.keras.Input((8, 8, 3))\nx = own(x)\nx = layers.GroupNormalization()(x)",
        "x = tf.keras.Input((3,))\nif y:\n    x = layers.Dense(64)(x)\nx = layers.GroupNormalization()(x)",
        "def f(x):\n    return layers.GroupNormalization()(x)",
        "x = tf.keras.Input((3,))\nfor n in y:\n    x = layers.GroupNormalization()(layers.Dense(64)(x))",
    ],
)
def test_groups_that_fit_or_cannot_be_told(code: str) -> None:
    assert messages(code) == []


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("layers.GroupNormalization()(tf.keras.Input((8, 8, 3)))", "32 groups on 3 channels"),
        ("layers.GroupNormalization(5)(layers.Input(shape=(8, 8, 16)))", "5 groups on 16 channels"),
        ("layers.GroupNormalization(groups=8)(tf.ones((2, 4, 4, 12)))", "8 groups on 12 channels"),
        ("Sequential([layers.Conv2D(16, 3), layers.ReLU(), layers.GroupNormalization()])", "32 groups on 16 channels"),
        ("Sequential([tf.keras.Input((4, 4, 3)), layers.GroupNormalization(2)])", "2 groups on 3 channels"),
        (
            "x = tf.keras.Input((8, 8, 3))\nx = layers.Conv2D(filters=48, kernel_size=3)(x)\n"
            "x = layers.Dropout(0.1)(x)\nx = layers.GroupNormalization()(x)",
            "32 groups on 48 channels",
        ),
    ],
)
def test_groups_that_do_not_fit(code: str, counts: str) -> None:
    assert messages(code) == [f"NF803 the number of groups has to divide the number of channels: {counts}"]


@pytest.mark.parametrize(
    ("data", "admitted"),
    [
        (b"import keras\nx = keras.layers.BatchNormalization(epsilon=1e-3, axis=f(a)[1])\n", False),
        (b"from torch import BatchNormalizaton\n", False),
        (b"import keras\nx = PixelNormalization(foo=1)\n", False),
        (b"import keras\nx = keras.layers.BatchNormalization(axis=f(a), epsilom=1)\n", True),
        (b"from keras.layers import BatchNormlizaton\n", True),
        (b"import keras\nx = keras.layers.GroupNormalization()\n", True),
        (b"from keras.layers import GroupNormalization as GN\nGN()\n", True),
        (b"from keras.layers import GroupNormalization\ndef f():\n    return GroupNormalization\nx = f()\nx()\n", True),
        (b"from keras.layers import (\n    Dense,\n    GroupNormalization,  # both\n)\n", False),
        (b"import keras\nclass GroupNormalization(Layer): pass\n", False),
        (b"import keras\nx = MyGroupNormalization(3)\n", False),
        (b'import keras\n"""Batch Renormalization."""\n', False),
        (b"from keras.layers import (\n    Dense,  # plain\n    BatchNormlizaton,\n)\n", True),
        (b'import keras\nx = getattr(keras.layers, "BatchNormlizaton")\n', True),
        (b"import keras\nx = keras.layers.  \\\n  BatchNormlizaton()\n", True),
        (b"import keras\nx = keras.layers.BatchNormalization(gamma_regularizer=L2(l2=1e-4))\n", False),
        (b"import keras\nx = keras.layers.BatchNormalization(gamma_regularizer=L2(l2=1e-4), l2=1)\n", True),
    ],
)
def test_which_files_are_scanned(data: bytes, admitted: bool) -> None:
    verdict = prefilter_of(TABLE).admission(data, "code.py", lambda _, __: frozenset())
    assert (verdict is Admission.ADMITTED) is admitted
