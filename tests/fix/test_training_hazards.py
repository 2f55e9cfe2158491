"""What Keras 3 does differently around a layer that is told, in its own way or not at all, that it is training."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.source.text import Applicability
from normfix.table.load import shipped_table

TF = "import tensorflow as tf\n"
SYNC = "from tensorflow.keras.layers.experimental import SyncBatchNormalization as BN\n"
BLOCK = "def block():\n    return tf.keras.Sequential([tf.keras.layers.Dense(3), BN()])\n"
BASE = "class Base(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.bn = BN()\n"
INIT = "    def __init__(self):\n        super().__init__()\n        self.b = {}\n"
CALL = "    def call(self, x{}):\n        return self.b(x)\n"
NET = "class Net(tf.keras.Model):\n" + INIT + CALL


def notes(folder: Path, **files: str) -> list[tuple[Applicability, tuple[str, ...]]]:
    """What is said at each fix of a project, and how far it is trusted."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    results = run(sorted(folder.glob("*.py")), shipped_table(), Options())
    fixes = [one.fix for result in results for one in result.findings]
    return [(one.applicability, one.notes) for one in fixes if one is not None]


UNTRAINED = {
    "a function makes it": {"m": TF + SYNC + BLOCK + NET.format("block()", "")},
    "a base class makes it": {
        "m": TF + SYNC + BASE + "class Net(Base):\n    def call(self, x):\n        return self.bn(x)\n"
    },
    "a base class of another file": {
        "base": TF + SYNC + BASE,
        "m": "from base import Base\nclass Net(Base):\n    def call(self, x):\n        return self.bn(x)\n",
    },
    "a block of another file, which is told": {
        "blocks": TF
        + SYNC
        + "class Block(tf.keras.layers.Layer):\n"
        + INIT.format("BN()")
        + CALL.format(", training=None"),
        "m": TF + "import blocks\n" + NET.format("blocks.Block()", ""),
    },
    "tf.function": {
        "m": TF + SYNC + NET.format("BN()", ", training=None").replace("    def call", "    @tf.function\n    def call")
    },
    "tf.function with arguments": {
        "m": TF
        + SYNC
        + NET.format("BN()", ", training=None").replace(
            "    def call", "    @tf.function(jit_compile=True)\n    def call"
        )
    },
    "an argument that goes": {"m": TF + NET.format("tf.keras.layers.BatchNormalization(fused=False)", "")},
    "an argument that changes": {"m": TF + NET.format("tf.keras.layers.BatchNormalization(axis=[-1])", ", **more")},
}
TOLD = {
    "it is told": {"m": TF + SYNC + NET.format("BN()", ", training=None")},
    "another layer is not": {"m": TF + SYNC + "y = BN()(x)\n" + NET.format("tf.keras.layers.Dense(3)", "")},
    "no statistics": {"m": TF + NET.format("tf.keras.layers.experimental.LayerNormalization()", "")},
    "an argument of one without statistics": {
        "m": TF + NET.format("tf.keras.layers.LayerNormalization(axis=(-1,))", "")
    },
    "a class that is none": {"m": TF + SYNC + "class Net:\n" + INIT.format("BN()") + CALL.format("")},
}


@pytest.mark.parametrize("files", UNTRAINED.values(), ids=UNTRAINED)
def test_a_call_below_which_nothing_learns_makes_the_fix_unsafe(tmp_path: Path, files: dict[str, str]) -> None:
    found = notes(tmp_path, **files)
    assert found
    for trust, said in found:
        assert trust is Applicability.UNSAFE
        assert any("Keras 3 never updates the moving averages" in one for one in said)


@pytest.mark.parametrize("files", TOLD.values(), ids=TOLD)
def test_a_call_that_is_told_leaves_it_safe(tmp_path: Path, files: dict[str, str]) -> None:
    assert all(trust is Applicability.SAFE for trust, _ in notes(tmp_path, **files))


INPUT = "i = x = tf.keras.Input((3,))\n"
PINNED = {
    "at once": INPUT + "x = tf.keras.layers.Dense(3)(x)\nx = BN()(x, training=True)\n",
    "by place": INPUT + "x = BN()(x, True)\ny = f(x, training=False)\n",
    "under a name": INPUT + "bn = BN()\nm = tf.keras.Model(i, bn(i, training=False))\n",
    "in a function": "def block(x):\n    return BN()(x, training=True)\n" + INPUT + "m = tf.keras.Model(i, block(i))\n",
    "as it is given": "def net(x, training):\n    return BN()(x, training=not training)\n" + INPUT,
    "a model of it": INPUT + "base = tf.keras.Sequential([BN()])\nm = tf.keras.Model(i, base(i, training=False))\n",
    "another one's output": "from keras.layers import Input\ny = BN()(base.output, training=False)\nInput(())\n",
}
FREE = {
    "nothing is given": INPUT + "x = BN()(x)\nmodel.fit(x, training=True)\n",
    "None": INPUT + "x = BN()(x, training=None)\nf(training=True)\n",
    "arrays": INPUT + "bn = BN()\nprint(bn(np.ones((2, 3)), training=True))\n",
    "a loop of one's own": (
        INPUT + "m = tf.keras.Model(i, BN()(i))\ndef train_step(x):\n    return m(x, training=True)\n"
    ),
    "a layer of one's own": INPUT
    + NET.format("BN()", ", training=None").replace("self.b(x)", "self.b(x, training=True)"),
    "no functional model": "def block(x):\n    return BN()(x, training=True)\n",
}


@pytest.mark.parametrize("code", PINNED.values(), ids=PINNED)
def test_what_a_functional_model_tells_anew(tmp_path: Path, code: str) -> None:
    found = notes(tmp_path, m=TF + SYNC + code)
    assert found
    assert all(trust is Applicability.UNSAFE and "functional model" in str(said) for trust, said in found)


@pytest.mark.parametrize("code", FREE.values(), ids=FREE)
def test_what_no_functional_model_tells_anew(tmp_path: Path, code: str) -> None:
    found = notes(tmp_path, m=TF + SYNC + code)
    assert found
    assert all(trust is Applicability.SAFE for trust, _ in found)


STEPPED = {
    "at once": "y = tf.keras.layers.TimeDistributed(BN())(x)\n",
    "by keyword": "from tensorflow.keras.layers import TimeDistributed\ny = TimeDistributed(layer=BN())(x)\n",
    "under a name": "bn = BN()\ny = tf.keras.layers.TimeDistributed(bn)(x)\n",
    "below self": (
        "class A:\n    def __init__(self):\n        self.bn = BN()\n"
        "        self.all = tf.keras.layers.TimeDistributed(self.bn)\n"
    ),
    "in what a function makes": BLOCK + "y = tf.keras.layers.TimeDistributed(block())(x)\n",
    "in a model": "y = BN()(x)\nm = tf.keras.Model(x, y)\nz = tf.keras.layers.TimeDistributed(m)(x)\n",
}


@pytest.mark.parametrize("code", STEPPED.values(), ids=STEPPED)
def test_time_steps_that_have_statistics_of_their_own(tmp_path: Path, code: str) -> None:
    found = notes(tmp_path, m=TF + SYNC + code)
    assert found
    assert all(trust is Applicability.UNSAFE and "TimeDistributed" in str(said) for trust, said in found)


@pytest.mark.parametrize(
    "code",
    [
        SYNC + "y = tf.keras.layers.TimeDistributed(tf.keras.layers.Dense(3))(BN()(x))\n",
        SYNC + "d = tf.keras.layers.Dense(3)\ny = tf.keras.layers.TimeDistributed(d)(BN()(x))\n",
        "y = tf.keras.layers.TimeDistributed(tf.keras.layers.experimental.LayerNormalization())(x)\n",
    ],
)
def test_time_steps_of_something_else(tmp_path: Path, code: str) -> None:
    assert all(trust is Applicability.SAFE for trust, _ in notes(tmp_path, m=TF + code))


@pytest.mark.parametrize(
    ("base", "layer", "trust"),
    [
        ("tf.Module", "tf.keras.layers.BatchNormalization(axis=[-1])", Applicability.UNSAFE),
        ("tf.Module", "tf.keras.layers.experimental.LayerNormalization()", Applicability.UNSAFE),
        ("torch.nn.Module", "tf.keras.layers.experimental.LayerNormalization()", Applicability.SAFE),
        ("tf.keras.Model", "tf.keras.layers.experimental.LayerNormalization()", Applicability.SAFE),
    ],
)
def test_a_module_that_keeps_a_layer(tmp_path: Path, base: str, layer: str, trust: Applicability) -> None:
    code = f"{TF}import torch\nclass Net({base}):\n{INIT.format(layer)}"
    ((found, said),) = notes(tmp_path, m=code)
    assert found is trust
    assert ("tf.Module" in str(said)) is (trust is Applicability.UNSAFE)


@pytest.mark.tensorflow
def test_what_is_said_is_so() -> None:
    import numpy as np
    import tensorflow as tf  # type: ignore[import-untyped]

    class Told(tf.keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.bn = tf.keras.layers.BatchNormalization(momentum=0.5)

        def call(self, x: object, training: object = None) -> object:
            return self.bn(x, training=training)

    class Untold(Told):
        def call(self, x: object) -> object:  # type: ignore[override]
            return self.bn(x)

    class Traced(Told):
        call = tf.function(Told.call)

    class Kept(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            self.bn = tf.keras.layers.BatchNormalization()

    data = np.random.default_rng(0).normal(3, 1, (8, 4)).astype("float32")
    told, untold, traced = Told(), Untold(), Traced()
    for model in (told, untold):
        model.compile("sgd", "mse")
        model.fit(data, data, verbose=0)
    traced(data, training=True)
    learned = [bool(np.any(np.abs(one.bn.moving_mean.numpy()) > 0.1)) for one in (told, untold, traced)]
    assert learned == [True, False, False]
    given = tf.keras.Input((4,))
    whole = tf.keras.Model(given, tf.keras.layers.BatchNormalization()(given, training=True))
    assert float(np.abs(whole(data, training=False)).mean()) > 1
    kept = Kept()
    kept.bn(data)
    assert not kept.variables
    steps = np.stack([data, data + 5], axis=1)
    together = tf.keras.layers.BatchNormalization()(steps, training=True)
    apart = tf.keras.layers.TimeDistributed(tf.keras.layers.BatchNormalization())(steps, training=True)
    assert float(np.abs(together - apart).max()) > 0.5
