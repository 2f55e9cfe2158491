"""What is done with the object of a layer: what is found does fail on the newest TensorFlow, what runs is not found."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.files import endings
from normfix.prefilter.objects import GONE
from tests.support import findings

HEAD = """\
import tensorflow as tf
from tensorflow.keras import Input, Sequential, backend as K
from tensorflow.keras.layers import BatchNormalization, Dense, GroupNormalization, LayerNormalization, Normalization
from tensorflow.keras.layers import RMSNormalization, UnitNormalization
x = tf.ones((2, 3))
"""

LAYERS = {
    "": "LayerNormalization()",
    "BatchNormalization": "BatchNormalization()",
    "Normalization": "Normalization(mean=0.0, variance=1.0)",
    "SpectralNormalization": "tf.keras.layers.SpectralNormalization(Dense(3))",
}

FAILS = {
    "size": ("NF720", "BatchNormalization(64)(x)"),
    "size of LayerNormalization": ("NF720", "LayerNormalization(128)(x)"),
    "shape": ("NF720", "LayerNormalization([64, 32])(x)"),
    "size by name": ("NF720", "BatchNormalization(axis=64)(x)"),
    "size behind the groups": ("NF720", "GroupNormalization(1, 64)(x)"),
    "size of the others": ("NF720", "UnitNormalization(64)(x)"),
    "size of RMSNormalization": ("NF720", "RMSNormalization(64)(x)"),
    "size of Normalization": ("NF720", "n = Normalization(64)\nn.adapt(x)"),
    "size in a dictionary": ("NF720", "kw = dict(axis=64)\nBatchNormalization(**kw)(x)"),
    "size under a name": ("NF720", "size = 64\nBatchNormalization(axis=size)(x)"),
    "axes under a name": ("NF710", "axes = [1]\nBatchNormalization(axis=axes)(x)"),
    "name with a slash under a name": ("NF712", "NAME = 'a/b'\nBatchNormalization(name=NAME)(x)"),
    "tensor": ("NF721", "BatchNormalization(x)"),
    "symbolic tensor": ("NF721", "BatchNormalization(Dense(3)(Input((3,))))"),
    "tensor for LayerNormalization": ("NF721", "LayerNormalization(x)"),
    "training by place": ("NF722", "b = BatchNormalization()\nb(x, True)"),
    "training on the spot": ("NF722", "training = False\nBatchNormalization()(x, training)"),
    "training of a list's layers": (
        "NF722",
        "bs = [BatchNormalization() for _ in range(2)]\nfor b in bs:\n    b(x, 1)",
    ),
    "training of a dictionary's layers": ("NF722", "bs = {'a': BatchNormalization()}\nbs['a'](x, False)"),
    "training of what a list was given": (
        "NF722",
        "bs = []\nfor _ in range(2):\n    bs.append(BatchNormalization())\nbs[0](x, True)",
    ),
    "training beside others": (
        "NF722",
        "for a, b in zip([Dense(3)], [BatchNormalization()]):\n    b(a(x), True)",
    ),
    "training of what a function made": (
        "NF722",
        "def made():\n    return LayerNormalization()\nb = made()\nb(x, True)",
    ),
    "training in a class": (
        "NF722",
        "class M:\n    def __init__(self):\n        self.b = BatchNormalization()\n"
        "    def f(self, x, is_training):\n        return self.b(x, is_training)\nM().f(x, True)",
    ),
    "training of an object's layer": (
        "NF722",
        "class M:\n    def __init__(self):\n        self.b = BatchNormalization()\nm = M()\nm.b(x, True)",
    ),
    "keep_dims of the moments": ("NF730", "b = BatchNormalization()\nb._moments(x, [0], keep_dims=True)"),
    "a private method": ("NF730", "b = BatchNormalization()\nb._assign_moving_average"),
    "a private method of a subclass": (
        "NF730",
        "class M(BatchNormalization):\n    def call(self, x):\n"
        "        return self._calculate_mean_and_var(x, [0], True)\nM()(x)",
    ),
    "the moments overridden": (
        "NF730",
        "class M(BatchNormalization):\n    def _moments(self, x, axes, keep_dims):\n"
        "        return x, x\nM()(x, training=True)",
    ),
    "what a match takes": ("NF723", "match BatchNormalization():\n    case b:\n        b(x, is_training=True)"),
    "is_training": ("NF723", "b = BatchNormalization()\nb(x, is_training=True)"),
    "batch_size": ("NF725", "n = Normalization()\nn.adapt(x, batch_size=2)"),
    "steps": ("NF725", "n = Normalization()\nn.adapt(x, steps=2)"),
    "by place": ("NF725", "n = Normalization()\nn.adapt(x, 2)"),
    "updates": ("NF726", "b = BatchNormalization()\nb.updates"),
    "get_updates_for": ("NF726", "b = BatchNormalization()\nb.get_updates_for(None)"),
    "updates of a model": ("NF726", "i = Input((3,))\nm = tf.keras.Model(i, BatchNormalization()(i))\nm.updates"),
    "updates of a Sequential": ("NF726", "m = Sequential([BatchNormalization()])\nm.get_updates_for(x)"),
    "fused": ("NF731", "b = BatchNormalization()\nprint(b.fused)"),
    "fused of an attribute": (
        "NF731",
        "class M(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.b = BatchNormalization()\n    def call(self, x):\n        return self.b.fused or x\nM()(x)",
    ),
    **{
        name: ("NF731", f"b = {layer}\ni = Input((3,))\nb(i)\nb.{name}")
        for name, only in GONE.items()
        for layer in (LAYERS[only],)
    },
    "axis": ("NF727", "b = BatchNormalization()\nb.build((2, 3))\nb.axis[0]"),
    "deserialize": ("NF728", "tf.keras.layers.deserialize({'class_name': 'BatchNormalization', 'config': {}})"),
    "added class": ("NF808", "m = Sequential()\nm.add(BatchNormalization)"),
    "class in a list": ("NF808", "Sequential([Dense(3), BatchNormalization])"),
    "class in a loop": ("NF808", "m = Sequential()\nfor one in [Dense(2), BatchNormalization]:\n    m.add(one)"),
    "made in call": (
        "NF806",
        "class M(tf.keras.Model):\n    def call(self, x):\n        return BatchNormalization()(x)\n"
        "m = M()\nm.compile('sgd', 'mse')\nfor _ in range(2):\n    m.fit(x, x, verbose=0)",
    ),
    "symbolic": ("NF509", "tf.nn.l2_normalize(Dense(3)(Input((3,))), 1)"),
    "learning phase": ("NF907", "BatchNormalization()(x, training=K.learning_phase())"),
    "train phase": ("NF907", "y = BatchNormalization()(x)\nK.in_train_phase(y, x)"),
}

RUNS = {
    "axes": "for a in (-1, 1, 0):\n    BatchNormalization(a)(x)\n"
    "LayerNormalization([0, 1])(x)\nGroupNormalization(3)(x)",
    "axis by name": "BatchNormalization(axis=1)(x)\nUnitNormalization(-1)(x)",
    "training by name": "b = BatchNormalization()\nb(x, training=True)\nb(x, training=1)\nb(x, mask=None)",
    "nothing by place": "BatchNormalization()(x, None)",
    "axis of LayerNormalization": "b = LayerNormalization()\nb.build((2, 3))\nb.axis[0]",
    "attributes that are there": "b = BatchNormalization()\nb(x)\nb.axis, b.epsilon, b.moving_mean, b.beta, b.weights",
    "an attribute of another layer": "n = LayerNormalization()\nn.fused if hasattr(n, 'fused') else None",
    "an attribute that the file gives": "b = BatchNormalization()\nb.fused = False\nprint(b.fused)",
    "the shape of a model": "m = Sequential([Input((3,)), BatchNormalization()])\nm.input_shape, m.output_shape",
    "adapted": "n = Normalization()\nn.adapt(x)\nn(x)",
    "instances": "m = Sequential([Dense(3), BatchNormalization()])\nm.add(LayerNormalization())\nm(x)",
    "classes of one's own": "kinds = set()\nkinds.add(BatchNormalization)\nSequential([one() for one in kinds])(x)",
    "a loop of blocks": "y = Input((3,))\nfor _ in range(2):\n    y = BatchNormalization()(y)",
    "eager tensor": "tf.nn.l2_normalize(x, 1)",
    "an object of one's own": (
        "class Norm:\n    updates = []\n    axis = [1]\n    def __call__(self, x, training):\n        return x\n"
        "n = Norm()\nn(x, True)\nn.updates\nn.axis[0]"
    ),
    "an object that is given another layer": (
        "class M:\n    def __init__(self):\n        self.b = BatchNormalization()\nm = M()\n"
        "m.b = lambda x, training: x\nm.b(x, True)"
    ),
    "an object that may be made with another layer": (
        "class M:\n    b = BatchNormalization()\n    def __init__(self, **kw):\n        vars(self).update(kw)\n"
        "m = M(b=lambda x, training: x)\nm.b(x, True)"
    ),
    "either": (
        "class Norm:\n    def __call__(self, x, training=None):\n        return x\n"
        "def f(n=None):\n    n = n or BatchNormalization()\n    return n(x, training=True)\nf(Norm())"
    ),
    "shadowed": "def f(BatchNormalization, training):\n"
    "    return BatchNormalization(x, training)\nf(lambda a, b: a, True)",
    "kept by a subclass": (
        "class B(BatchNormalization):\n    def call(self, x, training=None):\n"
        "        return super().call(x, training=training)\nB()(x)"
    ),
    "deserialized": (
        "tf.keras.layers.deserialize({'module': 'keras.layers', 'class_name': 'BatchNormalization', 'config': {}})"
    ),
    "rebound": "b = BatchNormalization()\nb = lambda x, training: x\nb(x, True)",
    "an item that changes": "bs = {'a': BatchNormalization()}\nbs['a'] = lambda x, t: x\nbs['a'](x, True)",
}

SILENT = {
    "made lazily": (
        "class M(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.b = None\n"
        "    def call(self, x):\n        if self.b is None:\n            self.b = BatchNormalization()\n"
        "        return self.b(x)\nM()(x)"
    ),
    "PyTorch": "import torch.nn as nn\nb = nn.BatchNorm2d(64)\nb(x, True)\nnn.Sequential(nn.BatchNorm2d)",
    "a module of the user's": "from mine import BatchNormalization\nb = BatchNormalization(64)\nb(x, True)\nb.updates",
    "from outside": "def f(norm, x, training):\n    return norm(x, training)",
    "an attribute of another": "def f(model, x, training):\n    return model.norm(x, training)",
    "a set of classes": "kinds.add(BatchNormalization)\nother = [BatchNormalization]",
    "a statement that is tried": "with raises(ValueError):\n    BatchNormalization(axis={})",
    "Sequential of the user's": "from mine import Sequential\nSequential([BatchNormalization])",
    "a name that is read": "def f():\n    b = BatchNormalization()\n    return b",
    "a flag of another kind": "b = BatchNormalization()\nb(x, y)\nb(x, *rest)",
    "a scaler": "s.adapt(x, batch_size=2)\ns.updates",
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in {**RUNS, **SILENT}.items()])
def test_what_runs_or_is_not_known_is_not_reported(code: str) -> None:
    assert [one for one in findings(f"{HEAD}{code}\n") if one.code != "NF801"] == []


@pytest.mark.parametrize(("rule", "code"), [pytest.param(*one, id=name) for name, one in FAILS.items()])
def test_what_fails_is_found(rule: str, code: str) -> None:
    assert rule in {one.code for one in findings(f"{HEAD}{code}\n")}


UPDATES = "i = {0}.Input((3,))\nm = {0}.Model(i, {0}.layers.BatchNormalization()(i))\nm.updates\n"


def test_a_model_of_the_legacy_keras_has_its_updates() -> None:
    switched = 'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\nimport keras\nimport tensorflow as tf\n'
    assert findings(switched + UPDATES.format("tf.keras")) == ()
    (found,) = findings(switched + UPDATES.format("keras"))
    assert (found.code, found.symbol) == ("NF726", "keras.Model.updates")
    (found,) = findings("import tensorflow as tf\n" + UPDATES.format("tf.keras"))
    assert (found.code, found.symbol) == ("NF726", "tensorflow.keras.Model.updates")


@pytest.mark.tensorflow
def test_what_is_found_fails_and_what_runs_runs(tmp_path: Path) -> None:
    failing = {name: code for name, (_, code) in FAILS.items()}
    files = {}
    for number, (name, code) in enumerate({**failing, **RUNS}.items()):
        file = tmp_path / f"c{number}.py"
        file.write_text(f"{HEAD}{code}\n")
        files[name] = file
    ended = endings(list(files.values()), tmp_path)
    assert {name for name in failing if ended[files[name]] is None} == set()
    assert {name: ended[files[name]] for name in RUNS if ended[files[name]] is not None} == {}
