"""The prefilter loses nothing: whatever the scanner finds, in any spelling, comes from a file that it admits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from normfix.prefilter.prefilter import Admission, Prefilter, prefilter_of
from normfix.prefilter.project_names import ProjectNames
from normfix.prefilter.vocabulary import word_start
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.table.entries import Entry
from normfix.table.load import shipped_table

ROOT = Path(__file__).parents[2]
UNREAD = frozenset({"NF001", "NF002"})
"""What is said of a file as a whole is said of admitted files alone."""

MODERN = (
    "import tensorflow as tf\nlayer = tf.keras.layers.BatchNormalization(momentum=0.9, name='bn')\n",
    "from tensorflow.keras.layers import BatchNormalization, Dense\nBatchNormalization(axis=-1)(x)\n",
    "from tensorflow.keras import layers\nx = layers.LayerNormalization(epsilon=1e-6)\n",
    "from tensorflow import keras\nm = keras.Sequential([keras.layers.BatchNormalization()])\n",
    "import tensorflow.keras.layers as L\nx = L.BatchNormalization()\n",
    "import tensorflow as tf\nL = tf.keras.layers\nnorm = L.LayerNormalization(axis=-1)\n",
    "from keras.layers import (\n    Dense,\n    LayerNormalization,  # per sample\n)\nx = LayerNormalization()\n",
    "from keras.layers import BatchNormalization as BN\nx = BN(scale=False)\n",
    "from keras.layers import BatchNormalization as BN\nx = [isinstance(y, BN) for y in model.layers]\n",
    "from torch.nn import BatchNormalization as BN\nclass A(BN):\n    pass\n",
    "import torch.nn as nn\nclass A:\n    def f(self):\n        self.layer_norm = nn.LayerNorm(4)\n",
    "import torch.nn.functional as F\nF.batch_norm(x, m, v, training=True)\n",
    "from torch.nn import BatchNorm2d, LayerNorm\nLayerNorm(4, eps=1e-6)\n",
    "import tensorflow as tf\ntf.nn.moments(x, axes=[0], keepdims=True)\ntf.nn.batch_normalization(x)\n",
    "def batch_norm(x):\n    return x\nbatch_norm(1)\n",
    'import tensorflow as tf\n"""BatchNormalization layers. batch_norm of tf.layers."""\n',
    "import tensorflow as tf\nself = object()\nif hasattr(self, 'batch_norm'):\n    getattr(self, 'layer_norm')(1)\n",
    "import tensorflow as tf\nkey = f'blocks.{i}.layer_norm.weight'\n",
    "import tensorflow as tf\n# tf.contrib.layers.batch_norm was here\ny = tf.keras.layers.BatchNormalization()(x)\n",
    'import tensorflow as tf\ndef norm():\n    """Like `tf.contrib.layers.layer_norm`."""\n',
    'import tensorflow as tf\ndef norm():\n    """Doc.\n\n    >>> tf.keras.layers.Normalization(mean=1.0)\n    """\n',
    "from magenta.contrib import training\nimport tensorflow as tf\ntraining.HParams(norm=True)\n",
    "from keras.layers import LayerNormalization\nfrom a import (\n    B,\n    TFPreTrainedModel,\n)\n"
    "x = LayerNormalization(axis=-1)(x)\n",
    "import numpy as np\nfrom keras.layers import LayerNormalization\nx = np.reshape(LayerNormalization()(x), 1)\n",
    "from keras.layers import LayerNormalization\nx = LayerNormalization()(x)\nmodel.fit(x, y, scope=1)\n",
    "import tensorflow as tf\nx = tf.nn.l2_normalize(x, axis=1)\nInputs = 1\n",
    "from keras.layers import LayerNormalization\nx = LayerNormalization()(x)\ny = x[:, 0, :]\nz = x[True, 1]\n",
    "from keras.layers import LayerNormalization\nx = LayerNormalization()(x)\n# A Bias.\nclass Bias(A):\n    pass\n"
    "Bias(trainable=False)\n",
    "from keras.layers import LayerNormalization\nclass A:\n    def f(self):\n        self.all.append(\n"
    "            LayerNormalization()\n        )\n        as_target_tokenizer(self)\n",
    "from keras.layers import LayerNormalization\nc = {'class_name': self.name, 'module': 'a'}\nd['class_name']\n",
    "from keras.layers import LayerNormalization\nc = {'class_name': 'VarianceScaling', 'module': 'keras'}\n",
    "import torch\ndef f(net):\n    blocks = net.blocks\n    return blocks[0].layer_norm.weight\n",
    "import tensorflow as tf\nclass A:\n    def f(self):\n        # As in a.b.\n        self.LayerNorm = A()\n",
    "import tensorflow as tf\nclass A:\n    def f(self):\n        return tf.keras\n"
    "class B:\n    def __init__(self):\n        self.inner = A()\n        self.inner.layers.layer_norm()\n",
)


@pytest.fixture(scope="module")
def prefilter() -> Prefilter:
    return prefilter_of(shipped_table())


def admitted(prefilter: Prefilter, code: str) -> bool:
    # A file that stands alone: nothing that it imports is part of a project.
    return prefilter.admission(code.encode(), "code.py", lambda _, __: frozenset()) is Admission.ADMITTED


def found(code: str) -> set[str]:
    result = scan_text(code.encode(), "code.py", shipped_table(), Options())
    return {finding.code for finding in result.findings} - UNREAD


@pytest.mark.parametrize("code", MODERN)
def test_modern_and_foreign_code_ends_here(prefilter: Prefilter, code: str) -> None:
    assert not admitted(prefilter, code)


def test_layers_of_a_library_that_the_project_hands_on_end_here(prefilter: Prefilter, tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text("import keras\ndef other():\n    return keras.layers\nclass Config: pass\n")
    around = ProjectNames(prefilter.vocabulary.roots).around(str(tmp_path / "model.py"))
    code = (
        b"from base import keras\nclass A:\n    def __init__(self):\n"
        b"        self.layer_norm = keras.layers.LayerNormalization(epsilon=1e-5)\n"
        b"        self.LayerNorm = keras.layers.LayerNormalization(epsilon=1e-5, name='n')\n"
        b"    def call(self, x):\n        return self.layer_norm(self.LayerNorm(x))\n"
    )
    assert prefilter.admission(code, str(tmp_path / "model.py"), around) is not Admission.ADMITTED


@pytest.mark.parametrize(
    "code",
    [
        "layer = BatchNormalization()\nlayer(x, is_training)\n",
        "layers = [BatchNormalization() for _ in range(3)]\nfor one in layers:\n    x = one(x, True)\n",
        "layers = [BatchNormalization() for _ in range(3)]\nx = layers[0](x, 1)\n",
        "x = BatchNormalization()(x, not is_training)\n",
        "def make():\n    return BatchNormalization()\nx = make()(x, self.training)\n",
        "class A:\n    def __init__(self):\n        self.bn = BatchNormalization()\n"
        "    def call(self, x):\n        return self.bn(f(x, (1, 2)), params['is_training'])\n",
        "layer = BatchNormalization()\nlayer(\n    x,  # (the input\n    train=True,\n)\n",
        'layer = BatchNormalization()\nlayer(x, training="train")\n',
        "layer = BatchNormalization()\nprint(layer.updates)\n",
    ],
)
def test_what_an_object_is_handed_is_seen(prefilter: Prefilter, code: str) -> None:
    code = f"from keras.layers import BatchNormalization\n{code}"
    assert found(code)
    assert admitted(prefilter, code)


def spellings(entry: Entry) -> Iterator[str]:
    """A legacy path as people write it."""
    module, _, name = entry.old.rpartition(".")
    parent, _, last = module.rpartition(".")
    root, _, rest = entry.old.partition(".")
    yield f"from {module} import {name}\n{name}(x)\n"
    yield f"from {module} import {name} as one\none(x)\n"
    yield f"from {module} import (\n    Other,  # (it)\n    {name},\n)\n{name}(x)\n"
    yield f"from {module} import Other, \\\n    {name}\n{name}(x)\n"
    yield f"from {module} import *\ny = {name}(x)\n"
    yield f"import {module}\n{entry.old}(x)\n"
    yield f"import {module} as m\nm.{name}(x)\n"
    yield f"import {root} as r\nr.{rest}(x)\n"
    yield f"import {root} as r\nr.{rest.replace('.', ' . ')}(x)\n"
    yield f"import {root} as r\ny = (r\n     .{rest}(x))\n"
    yield f"import {root} as r\ny = (r.  # here\n     {rest}(x))\n"
    yield f"import {root} as r\ny = (r  # here\n     .{rest}(x))\n"
    yield f"import {root} as r\ny = (r.  # 'here'\n\n     # and so on.\n     {rest}(x))\n"
    yield f"import {root} as r\ny = (f('#') or r  # {'here. ' * 60}\n     # and so on.\n     .{rest}(x))\n"
    yield f"import {root}\nm = [{root}]\nm[0].{rest}(x)\n"
    yield f"import {root}\nclass A:\n    def __new__(cls):\n        return {root}\nA().{rest}(x)\n"
    yield f"import {root} as r\ny = r.\\\n     {rest}(x)\n"
    yield f"import {root} as r\ndef f():\n    m = r.{rest}\n    return m(x)\n"
    yield f"import {root} as r\ntry:\n    one, m = 1, r.{rest}\nexcept E: pass\nm(x)\n"
    yield f"import {module} as m\ngetattr(m, '{name}')(x)\n"
    yield f"import importlib\nimportlib.import_module('{module}').{name}(x)\n"
    if parent:
        yield f"from {parent} import {last}\n{last}.{name}(x)\n"
        yield f"from {parent} import {last} as m; m.{name}(x)\n"
        yield f"import {parent} as p\nm = p.{last}\nm.{name}(x)\n"
        yield f"import {parent} as p\nm: object = p.{last} if x else None\nclass A(m.{name}): pass\n"
        yield f"import {parent} as p\nif (m := p.{last}): m.{name}(x)\n"
        yield f"import {parent} as p\nm = getattr(p, '{last}')\nm.{name}(x)\n"


def test_every_spelling_of_every_legacy_path_is_admitted(prefilter: Prefilter) -> None:
    table = shipped_table()
    lost = [
        code
        for entry in table.entries.values()
        if not table.is_sibling(entry.old)
        for code in spellings(entry)
        if not admitted(prefilter, code) and found(code)
    ]
    assert lost == []


def test_every_example_is_admitted(prefilter: Prefilter) -> None:
    rules = shipped_table().rules.values()
    for rule in rules:
        code = rule.example.before if rule.example else ""
        assert admitted(prefilter, code) or not found(code), rule.code


def test_a_star_import_hides_nothing_that_a_class_keeps(prefilter: Prefilter) -> None:
    code = (
        "from tensorflow.keras.layers import *\nimport tensorflow as tf\nL = tf.layers\nclass M:\n    kept = L\n"
        "    def f(self, x):\n        return self.kept.batch_normalization(x)\n"
    )
    assert found(code)
    assert admitted(prefilter, code)


def test_arguments_are_seen_in_every_kind_of_call(prefilter: Prefilter) -> None:
    home = "from tensorflow.keras.layers import BatchNormalization"
    for code in (
        f"{home}\nBatchNormalization(\n    momentum=0.9,  # ) not here\n    fused=True,\n)\n",
        f"{home}\nBatchNormalization(name='a)b', fused=True)\n",
        f"{home}\nBatchNormalization(0.9)\n",
        f"{home}\nBatchNormalization(**{{'fused': True}})\n",
        f"{home}\noptions = dict(fused=True)\nBatchNormalization(**options)\n",
        f"{home} as BN\nBN(fused=True)\n",
        f"{home}\nBN = BatchNormalization\nBN(fused=True)\n",
        f"{home}\nBN = BatchNormalization if x else None\nBN(fused=True)\n",
        f"{home}\ndef make():\n    return BatchNormalization\nBN = make()\nBN(fused=True)\n",
        f"from functools import partial\n{home}\npartial(BatchNormalization, fused=True)\n",
        f"from functools import partial\n{home} as BN\npartial(BN, fused=True)\n",
        f"{home} as BN\nclass A(BN):\n    pass\nA(fused=True)\n",
        f"{home} as BN\nkinds = {{'a': BN}}\nkinds['a'](fused=True)\n",
        f"{home} as BN\ndef f(kind=BN):\n    kind(fused=True)\n",
        f"{home} as BN\nBN.from_config({{'fused': True}})\n",
        f"{home}\nBatchNormalization(axis=[3])\n",
        f"{home}\nBatchNormalization(name='a/b')\n",
        "import tensorflow as tf\ntf.nn.moments(x, [0], keep_dims=True)\n",
        "from keras.layers import Normalization\nNormalization(axis=-1)(x)\n",
    ):
        assert admitted(prefilter, code), code


def test_names_are_followed_through_the_project(prefilter: Prefilter, tmp_path: Path) -> None:
    (tmp_path / "compat.py").write_text("import tensorflow as tf\nfrom tensorflow.contrib import layers as tfl\n")
    (tmp_path / "plain.py").write_text("import torch.nn as nn\ndef tfl(): pass\n")
    file = str(tmp_path / "model.py")
    around = ProjectNames(prefilter.vocabulary.roots).around(file)

    def follows(code: bytes) -> bool:
        return prefilter.admission(code, file, around) is Admission.ADMITTED

    assert follows(b"from compat import tf\ntf.layers.batch_normalization(x)\n")
    assert follows(b"from .compat import tfl as t\nt.layer_norm(x)\n")
    assert follows(b"from .compat import *\ntfl.layer_norm(x)\n")
    assert not follows(b"from .plain import tfl\ntfl.layer_norm(x)\n")
    assert not follows(b"from .plain import nn\nnn.LayerNorm(x)\n")


def test_no_other_file_is_asked_where_the_own_text_decides(prefilter: Prefilter, tmp_path: Path) -> None:
    (tmp_path / "ops.py").write_text("import tensorflow as tf\ndef f(x): return tf.contrib.layers\n")
    file = str(tmp_path / "model.py")
    names = ProjectNames(prefilter.vocabulary.roots)

    def admits(code: bytes) -> bool:
        return prefilter.admission(code, file, names.around(file)) is Admission.ADMITTED

    own = b"import tensorflow as tf\nfrom ops import f\ny = f(tf.contrib.layers.layer_norm(x))\n"
    assert admits(own)
    assert not names.asked
    assert admits(own.replace(b"tf.contrib", b"torch.contrib"))
    assert names.asked


def test_a_long_chain_of_assignments_is_no_trouble(prefilter: Prefilter) -> None:
    chain = "".join(f"a{number} = a{number - 1} if x else b\n" for number in range(1, 3000))
    assert prefilter.admits(f"{chain}a2999.batch_norm(x)\n".encode())


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
@pytest.mark.parametrize("before", [b"", b".", b"x = "])
def test_a_word_starts_behind_the_last_byte_that_is_none_of_its_own(before: bytes, length: int) -> None:
    data = before + b"a" * length + b"_norm("
    assert word_start(data, len(before) + length) == len(before)
    assert word_start(data, len(before)) == len(before)
