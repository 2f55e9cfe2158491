"""What Keras 3 does differently around a layer that is told, in its own way or not at all, that it is training."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.source.text import Applicability
from normfix.table.load import shipped_table
from tests.support import findings

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


L2 = "loss = tf.add_n([tf.nn.l2_loss(v) for v in model.trainable_variables if {}])\n"


@pytest.mark.parametrize(
    ("test", "trust"),
    [
        ("'batch_normalization' not in v.name", Applicability.UNSAFE),
        ("'bn' not in v.name", Applicability.UNSAFE),
        ("not v.name.startswith('batch_norm')", Applicability.UNSAFE),
        ("'kernel' in v.name", Applicability.SAFE),
        ("'batch_normalization' not in v.path", Applicability.SAFE),
        ("'norm' in names", Applicability.SAFE),
    ],
)
@pytest.mark.parametrize("layer", ["tf.keras.layers.BatchNormalization(fused=False)", "BN()"])
def test_variables_that_are_chosen_by_the_name_of_their_layer(
    tmp_path: Path, layer: str, test: str, trust: Applicability
) -> None:
    found = notes(tmp_path, m=f"{TF}{SYNC}x = {layer}\n{L2.format(test)}")
    assert found
    assert {one for one, _ in found} == {trust}
    assert all(("`path` has the layer's name" in str(said)) is (trust is Applicability.UNSAFE) for _, said in found)


def test_layers_that_are_chosen_by_their_name(tmp_path: Path) -> None:
    code = f"{TF}{SYNC}x = BN()\nnorms = [v for v in model.layers if 'batch_normalization' in v.name]\n"
    assert all(trust is Applicability.SAFE for trust, _ in notes(tmp_path, m=code))


OLD = "from tensorflow.python.keras.layers.normalization import BatchNormalization as BN\n"


@pytest.mark.parametrize(
    ("start", "line", "trust"),
    [
        (OLD, "x = tf.keras.layers.Masking(0.0)(x)", Applicability.UNSAFE),
        (OLD, "x = tf.keras.layers.Embedding(9, 4, mask_zero=True)(x)", Applicability.UNSAFE),
        (OLD, "x = tf.keras.layers.Embedding(9, 4, mask_zero=False)(x)", Applicability.SAFE),
        (SYNC, "x = tf.keras.layers.Masking(0.0)(x)", Applicability.SAFE),
    ],
)
def test_masks_that_the_old_class_took_no_notice_of(
    tmp_path: Path, start: str, line: str, trust: Applicability
) -> None:
    found = notes(tmp_path, m=f"{TF}{start}{line}\nx = BN()(x)\n")
    assert {one for one, _ in found} == {trust}


@pytest.mark.parametrize(
    ("home", "trust"),
    [("tf.compat.v1.keras", Applicability.UNSAFE), ("tf.keras", Applicability.SAFE)],
)
def test_an_argument_of_a_class_that_does_not_freeze_its_statistics(
    tmp_path: Path, home: str, trust: Applicability
) -> None:
    found = notes(tmp_path, m=f"{TF}b = {home}.layers.BatchNormalization(fused=True)\nb.trainable = False\n")
    assert {one for one, _ in found} == {trust}


MOVED = "from tensorflow.keras.layers.experimental import preprocessing\n"
NAMED = "from tensorflow.keras.layers.experimental.preprocessing import Normalization\n"


@pytest.mark.parametrize(
    ("given", "trust"),
    [
        ("np.array(train['Horsepower'])", Applicability.UNSAFE),
        ("train['Horsepower'].values", Applicability.UNSAFE),
        ("np.array([1.0, 2.0], 'float32')", Applicability.UNSAFE),
        ("tf.data.Dataset.from_tensor_slices([1.0, -2.0]).batch(4)", Applicability.UNSAFE),
        ("vector", Applicability.UNSAFE),
        ("[[1.0], [2.0]]", Applicability.UNSAFE),
        ("np.array([[1.0], [2.0]])", Applicability.SAFE),
        ("np.array(train)", Applicability.SAFE),
        ("train['Horsepower'].values.reshape(-1, 1)", Applicability.SAFE),
        ("vector[:, None]", Applicability.SAFE),
    ],
)
@pytest.mark.parametrize("style", [(MOVED, "preprocessing.Normalization"), (NAMED, "Normalization")])
def test_what_a_layer_is_adapted_to(tmp_path: Path, style: tuple[str, str], given: str, trust: Applicability) -> None:
    start, name = style
    code = f"{TF}import numpy as np\n{start}vector = np.array([1.0, 2.0])\nn = {name}()\nn.adapt({given})\n"
    found = notes(tmp_path, m=code)
    assert found
    assert {one for one, _ in found} == {trust}


def test_axes_that_are_given_and_weights_that_are_set(tmp_path: Path) -> None:
    adapted = "n.adapt(train['a'])\n"
    assert {one for one, _ in notes(tmp_path, m=f"{NAMED}n = Normalization(axis=None)\n{adapted}")} == {
        Applicability.SAFE
    }
    weights = "n.build((None, 2))\nn.set_weights([m, v, c])\n"
    assert {one for one, _ in notes(tmp_path, m=f"{NAMED}n = Normalization()\n{weights}")} == {Applicability.UNSAFE}


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
    assert {one.name for one in told.bn.trainable_variables} == {"gamma", "beta"}
    assert all("batch_normalization" in one.path for one in told.bn.trainable_variables)
    vector = tf.keras.layers.Normalization()
    vector.adapt(np.array([1.0, 2.0, 4.0], "float32"))
    assert vector(np.ones((5, 1), "float32")).shape == (5, 3)
    with pytest.raises(TypeError):
        tf.keras.layers.Normalization().adapt([[1.0], [2.0]])
    kept = Kept()
    kept.bn(data)
    assert not kept.variables
    steps = np.stack([data, data + 5], axis=1)
    together = tf.keras.layers.BatchNormalization()(steps, training=True)
    apart = tf.keras.layers.TimeDistributed(tf.keras.layers.BatchNormalization())(steps, training=True)
    assert float(np.abs(together - apart).max()) > 0.5


CORE = """\
import tensorflow as tf
from keras.layers.normalization import BatchNormalization

start = tf.keras.Input((3,))
middle = BatchNormalization()(start)
core = tf.keras.Model(start, middle)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.core = {}

    def call(self, x{}):
        return self.core(x)
"""


@pytest.mark.parametrize(
    ("core", "more", "told"),
    [("core", "", True), ("core", ", training=None", False), ("other", "", False)],
)
def test_a_model_at_the_top_of_the_file_that_a_subclass_calls(core: str, more: str, told: bool) -> None:
    (finding,) = findings(CORE.format(core, more))
    assert finding.fix is not None
    assert any("`call` of `Net`" in note for note in finding.fix.notes) is told
