"""Random programs with legacy names in every kind of place, each told by its seed."""

from __future__ import annotations

import random
from collections.abc import Sequence

_IMPORTS: Sequence[str] = (
    "import tensorflow as tf",
    "import tensorflow",
    "import tensorflow.compat.v1 as tf",
    "import tensorflow as tf, numpy as np",
    "from tensorflow import layers",
    "from tensorflow import keras",
    "import keras",
    "from tensorflow.keras import layers as L",
    "from keras.layers.normalization import BatchNormalization",
    "from keras.layers.normalization import BatchNormalization as BN",
    "from keras.layers.normalization import BatchNormalization, LayerNormalization",
    "from keras.layers.normalization import BatchNormalization as BN, LayerNormalization as LN  # both",
    "from keras.layers.normalization import (\n    BatchNormalization,  # one\n    LayerNormalization as LN,\n)",
    "from keras.layers.normalization import *",
    "from keras.layers import BatchNormalization, Dense",
    "from keras.layers import BatchNormalization; from keras.layers.core import Dense",
    "from keras.layers.core import Dense, Activation",
    "import keras.layers.normalization as norm",
    "import keras.layers.normalization",
    "from keras.layers import normalization as norm",
    "from tensorflow.python.keras.layers import BatchNormalization",
    "from tensorflow.keras.layers.experimental import SyncBatchNormalization as BN",
    "from tensorflow.keras.layers.experimental.preprocessing import Normalization",
    "from tensorflow.python.keras.layers.normalization import BatchNormalization, \\\n    LayerNormalization",
    "from tensorflow.contrib import slim",
    "import tensorflow.contrib.slim as slim",
    "from tensorflow.contrib.layers import batch_norm, layer_norm as LN",
    "from tensorflow_addons.layers import InstanceNormalization, GroupNormalization",
    "import tensorflow_addons as tfa",
    "from keras_contrib.layers import InstanceNormalization",
    "from keras.layers.advanced_activations import LeakyReLU",
    "from tensorflow.python.keras.layers import BatchNormalizationV1 as BN, Dense",
)
_NAMES: Sequence[str] = (
    *("tf.layers.batch_normalization", "tf.layers.BatchNormalization", "tf.keras.layers.BatchNormalization"),
    *("tf.contrib.layers.batch_norm", "tf.contrib.layers.layer_norm", "tf.contrib.slim.batch_norm", "slim.batch_norm"),
    *("BatchNormalization", "BN", "LN", "LayerNormalization", "Normalization", "layers.batch_normalization"),
    *(
        "norm.BatchNormalization",
        "keras.layers.normalization.BatchNormalization",
        "L.experimental.SyncBatchNormalization",
    ),
    *("tf.compat.v1.layers.batch_normalization", "tf.keras.layers.experimental.SyncBatchNormalization", "batch_norm"),
    *("tf.nn.batch_normalization", "tf.nn.moments", "InstanceNormalization", "tfa.layers.GroupNormalization"),
    *("tf.keras.layers.BatchNormalisation", "tf.keras.layers.experimental.preprocessing.Normalization", "Dense"),
)
_ARGUMENTS: Sequence[str] = (
    *(
        "",
        "x",
        "x, training=True",
        "x, is_training=True, training=flag",
        "axis=-1, mode=0",
        "x, decay=0.9, momentum=0.8",
    ),
    *(
        "epsilon=1e-3, eps=1e-5",
        "x, scope='a', name='b'",
        "x, **options",
        "*given",
        "x, -1, 0.9",
        "fused=True, renorm=False",
    ),
    *("x, axis=[1, 2], keep_dims=True, keepdims=False", "beta_init='zero', beta_initializer='ones'", "name='a/b'"),
    *(
        "x,  # comment\n    training=flag",
        "momentum=0.9, trainable=False,",
        "x, [0, 1, 2]",
        "x, updates_collections=None",
    ),
    *("gamma_regularizer=None, beta_regularizer=None", "groups=4, axis=-1", "lambda: x"),
)
_STATEMENTS: Sequence[str] = (
    "{target} = {call}",
    "{target} = {name}",
    "{call}",
    "{target} = {call}; {other} = {call2}",
    "{target}, {other} = {name}, {name2}",
    "print({call}, \\\n    {call2})",
    "{target} = [{call} for x in given]",
    "{target} = {call} if flag else {call2}",
    "{target} = lambda x: {call}",
    "del {target}",
    "assert {name}, '{name2}'",
    "{target}: object = {call}",
    "{target} = dict(bn={name}, other={call})",
    "# {call}",
    "'''{call}'''",
    "{target} = {call}({call2})",
    "{target} = getattr({name}, 'axis', None)",
    "if ({target} := {call}): pass",
    "global_step = {call}  # {name}",
)
_TARGETS: Sequence[str] = ("y", "z", "BN", "BatchNormalization", "norm", "tf", "layers", "self_", "LN")
_HEADS: Sequence[str] = (
    *("def f(x, flag=True, *given, **options):", "class A(object):", "class B({name}):", "if flag:", "for x in given:"),
    *(
        "try:",
        "with open('a') as x:",
        "while flag:",
        "def g({target}={name}):",
        "async def h(x):",
        "if tf.__version__ < '2':",
    ),
    *("@decorate({name})\ndef k(x: {name}) -> '{name}':", "else:"),
)


def program(seed: int) -> str:
    """The program of a seed; it parses, and need not run."""
    chance = random.Random(seed)
    lines = [
        chance.choice(("", "# -*- coding: utf-8 -*-\n", "'''A docstring.'''\n", "from __future__ import annotations\n"))
    ]
    for _ in range(chance.randint(1, 5)):
        lines.append(f"{chance.choice(_IMPORTS)}\n")
    lines.append("x = given = options = flag = None\n")
    lines += _block(chance, 0, chance.randint(2, 6))
    return "".join(lines)


def _block(chance: random.Random, depth: int, count: int) -> list[str]:
    lines: list[str] = []
    pad = "    " * depth
    for _ in range(count):
        kind = chance.random()
        if kind < 0.15:
            lines.append(_padded(chance.choice(_IMPORTS), pad, chance, inside=depth > 0))
        elif kind < 0.4 and depth < 3:
            lines += _compound(chance, depth)
        else:
            lines.append(_padded(_statement(chance, chance.choice(_STATEMENTS)), pad, chance, inside=False))
    return lines


def _compound(chance: random.Random, depth: int) -> list[str]:
    pad = "    " * depth
    head = _statement(chance, chance.choice(_HEADS[:-1]))
    lines = ["".join(f"{pad}{line}\n" for line in head.split("\n"))]
    if head.startswith(("def", "async", "@")) and chance.random() < 0.3:
        lines.append(f"{pad}    global {chance.choice(_TARGETS[2:5])}\n")
    lines += [*_block(chance, depth + 1, chance.randint(1, 3)), f"{pad}    pass\n"]
    if head == "try:":
        handled = chance.choice(("except ImportError:", "except (ImportError, AttributeError) as error:", "finally:"))
        lines += [f"{pad}{handled}\n", *_block(chance, depth + 1, 1), f"{pad}    pass\n"]
    elif head.startswith("if") and chance.random() < 0.5:
        lines += [f"{pad}else:\n", *_block(chance, depth + 1, 1), f"{pad}    pass\n"]
    return lines


def _padded(text: str, pad: str, chance: random.Random, *, inside: bool) -> str:
    if inside and "*" in text.partition(" import ")[2]:
        return f"{pad}pass\n"
    first, *rest = text.split("\n")
    end = chance.choice(("\n", "\n", "  # why\n", "\n\n")) if not text.endswith("\\") and "#" not in text else "\n"
    return "\n".join((pad + first, *(pad + line for line in rest))) + end


def _statement(chance: random.Random, form: str) -> str:
    def call() -> str:
        return f"{chance.choice(_NAMES)}({chance.choice(_ARGUMENTS)})"

    one, two = call(), call()
    if form.startswith(("'''", "# ")):
        one = one.replace("\n", " ")
    return form.format(
        target=chance.choice(_TARGETS),
        other=chance.choice(_TARGETS),
        name=chance.choice(_NAMES),
        name2=chance.choice(_NAMES),
        call=one,
        call2=two,
    )
