"""Initializers by every road: through parameters and callers, variables, defaults, dictionaries, classes, files."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.files import endings_of_texts
from normfix.run.options import Options
from normfix.run.session import run
from normfix.source.text import Applicability
from normfix.table.load import shipped_table
from tests.support import findings, fixed

V1 = "from keras.layers.normalization import BatchNormalization\n"
TF = "import functools\nimport tensorflow as tf\nx = tf.ones((2, 3))\n"
NEW = "def start(shape, dtype=None):\n    return shape\n"
OLD = "def start(shape):\n    return tf.ones(shape)\n"
BOTH = "def start(shape, dtype, partition_info):\n    return tf.ones(shape)\n"
BETA = "tf.layers.batch_normalization(x, beta_regularizer={})\n"
CALL = "tf.layers.batch_normalization(x, gamma_initializer={})\n"


def said(code: str) -> tuple[set[Applicability], str]:
    """How far the fixes of code can be trusted, and what is said of them."""
    fixes = [one.fix for one in findings(code) if one.fix is not None]
    return {one.applicability for one in fixes}, "; ".join(note for one in fixes for note in one.notes)


@pytest.mark.parametrize(
    "code",
    [
        f"{TF}y = {CALL.format('tf.ones_initializer()')}",
        f"{TF}y = {CALL.format('tf.ones_initializer')}",
        f"{TF}start = tf.constant_initializer(0.5)\ny = {CALL.format('start')}",
        f"{TF}y = {CALL.format('None')}",
        f"{TF}from keras import initializers\ny = {CALL.format('initializers.he_normal()')}",
        f"{TF}def build(x, start='ones'):\n    return {CALL.format('start')}y = build(x)\n",
        f"{TF}def build(x, start='ones'):\n    return {CALL.format('start')}y = build(x, start='zeros')\n",
        f"{TF}def build(x, start=tf.zeros_initializer()):\n    return {CALL.format('start')}",
        f"{TF}STARTS = {{'a': 'ones', 'b': tf.zeros_initializer()}}\ny = {CALL.format('STARTS[x]')}",
        f"{V1}class A(BatchNormalization):\n    def __init__(self, **kw):\n"
        "        super().__init__(gamma_initializer='ones', **kw)\na = A(momentum=0.9)\n",
        f"{V1}def other(start='he_normal'):\n    return Dense(3, kernel_initializer=start)\na = BatchNormalization()\n",
        f"{V1}class Net:\n    def __init__(self, start='ones'):\n        self.start = start\n\n    def make(self):\n"
        "        return BatchNormalization(gamma_initializer=self.start)\nnet = Net('zeros')\n",
        f"{V1}def build(**kw):\n    return BatchNormalization(**kw)\na = build(gamma_initializer='ones')\n",
        f"{V1}kw = dict(beta_initializer='zeros')\na = BatchNormalization(**kw)\n",
        f"{TF}def size(w):\n    return tf.reduce_sum(w)\ny = {BETA.format('size')}",
    ],
)
def test_what_starts_as_it_did_stays_safe(code: str) -> None:
    trust, words = said(code)
    assert trust == {Applicability.SAFE}
    assert "initializer" not in words


@pytest.mark.parametrize(
    "code",
    [
        f"{TF}{OLD}y = {CALL.format('start')}",
        f"{TF}{OLD}begin = start\ny = {CALL.format('begin')}",
        f"{TF}{OLD}def build(x, begin=start):\n    return {CALL.format('begin')}y = build(x)\n",
        f"{TF}{OLD}def build(x, begin):\n    return {CALL.format('begin')}y = build(x, start)\n",
        f"{TF}{OLD}def build(x, begin):\n    return {CALL.format('begin')}y = build(x, **{{'begin': start}})\n",
        f"{TF}def build(x, begin):\n    return {CALL.format('begin')}y = build(x, lambda shape: tf.ones(shape))\n",
        f"{TF}{OLD}def build(x, begin=None):\n    begin = begin or start\n    return {CALL.format('begin')}build(x)\n",
        f"{TF}{OLD}y = {CALL.format('start if x is None else None')}",
        f"{TF}{OLD}STARTS = {{'a': start}}\ny = {CALL.format('STARTS[name]')}",
        f"{TF}{BOTH}y = {CALL.format('start')}",
        f"{TF}{BOTH}y = {CALL.format('functools.partial(start, dtype=None)')}",
        f"{TF}class A:\n    def __call__(self, shape):\n        return tf.ones(shape)\ny = {CALL.format('A()')}",
        f"{TF}def make():\n    def start(shape):\n        return shape\n    return start\ny = {CALL.format('make()')}",
        f"{TF}def make():\n    return lambda shape: tf.ones(shape)\ny = {CALL.format('make()')}",
        f"{TF}{OLD}y = tf.layers.batch_normalization(x, -1, 0.9, 1e-3, True, True, 'zeros', start)\n",
        f"{TF}{OLD}y = tf.contrib.layers.batch_norm(x, scale=True, param_initializers={{'gamma': start}})\n",
        f"import tensorflow as tf\n{V1}{OLD}KW = {{'gamma_initializer': start}}\na = BatchNormalization(**KW)\n",
        f"import tensorflow as tf\n{V1}{OLD}a = BatchNormalization(-1, 0.9, 1e-3, True, True, 'zeros', start)\n",
        f"import tensorflow as tf\n{V1}{OLD}class A(BatchNormalization):\n    def __init__(self, **kw):\n"
        "        super().__init__(gamma_initializer=start, **kw)\na = A()\n",
        f"import tensorflow as tf\n{V1}{OLD}class A(BatchNormalization):\n    pass\na = A(gamma_initializer=start)\n",
        f"import tensorflow as tf\n{V1}{OLD}def build(**kw):\n    return BatchNormalization(**kw)\n"
        "a = build(gamma_initializer=start)\n",
        f"import tensorflow as tf\n{V1}{OLD}class Net:\n    def __init__(self, begin):\n        self.begin = begin\n\n"
        "    def make(self):\n        return BatchNormalization(gamma_initializer=self.begin)\nnet = Net(start)\n",
    ],
)
def test_a_function_that_takes_no_type_is_said_whatever_the_road(code: str) -> None:
    trust, words = said(code)
    assert trust == {Applicability.UNSAFE}
    assert "is called with `dtype=` by today's layers, which it does not take" in words


@pytest.mark.parametrize(
    "code",
    [
        f"{V1}def build(start='he_normal'):\n    return BatchNormalization(gamma_initializer=start)\n",
        f"{V1}def build(start):\n    return BatchNormalization(gamma_initializer=start)\na = build('he_normal')\n",
        f"{V1}STARTS = {{'a': 'he_normal', 'b': 'ones'}}\na = BatchNormalization(gamma_initializer=STARTS[name])\n",
        f"{V1}a = BatchNormalization(gamma_initializer={{'class_name': 'HeNormal', 'config': {{}}}})\n",
        f"{V1}class A(BatchNormalization):\n    def __init__(self, **kw):\n"
        "        super().__init__(gamma_initializer='he_normal', **kw)\na = A()\n",
        f"{V1}from keras import initializers as i\nhe = i.he_uniform(3)\na = BatchNormalization(beta_initializer=he)\n",
    ],
)
def test_a_scale_that_was_another_is_said_whatever_the_road(code: str) -> None:
    trust, words = said(code)
    assert trust == {Applicability.UNSAFE}
    assert "takes its scale from the shape" in words


@pytest.mark.parametrize(
    "code",
    [
        f"{TF}{NEW}y = {CALL.format('start')}",
        f"{TF}{BOTH}y = {CALL.format('functools.partial(start, partition_info=None)')}",
        f"{TF}class A:\n    def __call__(self, shape, dtype=None):\n        return shape\ny = {CALL.format('A')}",
    ],
)
def test_a_function_that_may_not_read_a_type_as_a_text_is_said(code: str) -> None:
    trust, words = said(code)
    assert trust == {Applicability.UNSAFE}
    assert "is handed its `dtype` as a text" in words


@pytest.mark.parametrize(
    "code",
    [
        f"{V1}def build(start):\n    return BatchNormalization(gamma_initializer=start)\n",
        f"{V1}a = BatchNormalization(gamma_initializer=options.start)\n",
        f"{V1}from elsewhere import *\na = BatchNormalization(gamma_initializer=start)\n",
        f"{TF}def build(x, *, start):\n    return {CALL.format('start')}y = build(x, **options)\n",
    ],
)
def test_an_initializer_that_nobody_sees_is_said(code: str) -> None:
    trust, words = said(code)
    assert trust == {Applicability.UNSAFE}
    assert "hands on an initializer that is not seen" in words


BUILD = f"{V1}\n\ndef build(start='ones'):\n    return BatchNormalization(gamma_initializer=start)\n"
TAKES = f"{V1}\n\ndef build(**options):\n    return BatchNormalization(**options)\n"


def mended(folder: Path, **files: str) -> list[tuple[Applicability, str]]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    results = {Path(one.path).stem: one for one in run(sorted(folder.glob("*.py")), shipped_table(), Options())}
    fixes = [one.fix for one in results["ops"].findings if one.fix is not None]
    return [(one.applicability, "; ".join(one.notes)) for one in fixes]


@pytest.mark.parametrize(
    "net",
    [
        "import ops\n\na = ops.build('zeros')\n",
        "import ops\n\na = ops.build()\nd = other(kernel_initializer='he_normal')\n",
        "from ops import build\n\na = build(start='zeros')\n",
    ],
)
@pytest.mark.parametrize(
    "ops", [BUILD, f"{V1}norm = BatchNormalization\n\n\ndef build(*given, **named):\n    return 1\n"]
)
def test_what_others_start_as_it_did_stays_safe(tmp_path: Path, ops: str, net: str) -> None:
    assert {trust for trust, _ in mended(tmp_path, ops=ops, net=net)} == {Applicability.SAFE}


@pytest.mark.parametrize(
    ("ops", "net"),
    [
        (BUILD, "import ops\n\na = ops.build('he_normal')\n"),
        (BUILD, "from ops import build as b\nSTART = 'he_normal'\na = b(start=START)\n"),
        (TAKES, "import ops\n\na = ops.build(gamma_initializer='he_normal')\n"),
        (V1, "from ops import BatchNormalization\n\na = BatchNormalization(gamma_initializer='he_normal')\n"),
        (
            f"{V1}from net import STARTS\na = BatchNormalization(gamma_initializer=STARTS)\n",
            "STARTS = 'he_normal'\n",
        ),
        (
            f"{V1}from net import make\na = BatchNormalization(gamma_initializer=make())\n",
            "def make():\n    return 'he_normal'\n",
        ),
    ],
)
def test_what_others_start_otherwise_is_said(tmp_path: Path, ops: str, net: str) -> None:
    found = mended(tmp_path, ops=ops, net=net)
    assert {trust for trust, _ in found} == {Applicability.UNSAFE}
    assert all("takes its scale from the shape" in words for _, words in found)


RUN = [
    (f"{TF}y = {CALL.format('tf.ones_initializer()')}", True),
    (f"{TF}y = {CALL.format('tf.constant_initializer(0.5)')}", True),
    (f"{TF}y = {CALL.format('tf.random_normal_initializer(0.0, 0.02)')}", True),
    (
        f"{TF}def size(w):\n    return tf.nn.l2_loss(w)\ny = {BETA.format('size')}",
        True,
    ),
    (f"{TF}{OLD}y = {CALL.format('start')}", False),
    (f"{TF}{BOTH}y = {CALL.format('start')}", False),
]
"""Code whose fixes name an initializer or a regularizer, and whether today's TensorFlow takes it."""


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    return endings_of_texts((fixed(code, unsafe=True) for code, _ in RUN), tmp_path_factory.mktemp("ended"))


@pytest.mark.tensorflow
@pytest.mark.parametrize(("code", "runs"), RUN)
def test_today_takes_what_is_said_to_fit(ended: dict[str, str | None], code: str, runs: bool) -> None:
    assert (ended[fixed(code, unsafe=True)] is None) == runs
