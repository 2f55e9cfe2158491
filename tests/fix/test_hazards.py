"""What reaches a layer by a side road, and changes its numbers: each is said, withheld or kept."""

from __future__ import annotations

import pytest

from fixtures.files import endings_of_texts
from normfix.source.text import Applicability
from tests.support import findings, fixed, unchanged

V1 = "from keras.layers.normalization import BatchNormalization\n"
TF = "import tensorflow as tf\n"


def trust(code: str) -> set[Applicability]:
    return {one.fix.applicability for one in findings(code) if one.fix is not None}


@pytest.mark.parametrize(
    "more",
    [
        "class A(BatchNormalization):\n    pass\n",
        "class A(BatchNormalization):\n    def __init__(self):\n        super().__init__(trainable=True)\n",
        "a = BatchNormalization(**{'momentum': 0.9})\nb = other(trainable=False)\n",
        "from keras.layers import Dense\na = BatchNormalization()\nd = Dense(3)\nd.trainable = False\n",
        "a = BatchNormalization()\nsetattr(a, 'trainable', True)\n",
    ],
)
def test_a_layer_that_is_not_frozen_stays_safe(more: str) -> None:
    assert trust(V1 + more) == {Applicability.SAFE}


@pytest.mark.parametrize(
    "more",
    [
        "class A(BatchNormalization):\n    def __init__(self):\n        super().__init__(trainable=False)\n",
        "class A(BatchNormalization):\n    def __init__(self, trainable=False):\n        super().__init__()\n",
        "class A(BatchNormalization):\n    def __init__(self):\n        super().__init__(**{'trainable': 0})\n",
        "class A(BatchNormalization):\n    trainable = False\n",
        "class A(BatchNormalization):\n    pass\nclass B(A):\n    pass\nb = B(trainable=False)\n",
        "class A(BatchNormalization):\n    pass\na = A()\na.trainable = False\n",
        "def block(trainable=False):\n    return BatchNormalization(trainable=trainable)\n",
        "flag = False\na = BatchNormalization(trainable=flag)\n",
        "kw = dict(trainable=False)\na = BatchNormalization(**kw)\n",
        "import functools\nf = functools.partial(BatchNormalization, trainable=False)\n",
        "a = BatchNormalization()\nsetattr(a, 'trainable', False)\n",
        "def build():\n    return BatchNormalization()\nm = build()\nm.trainable = False\n",
        "from keras.models import Sequential\nm = Sequential([BatchNormalization()])\nm.trainable = False\n",
        "a = BatchNormalization()\nm.get_layer('a').trainable = False\n",
    ],
)
def test_a_frozen_layer_is_one_however_it_got_there(more: str) -> None:
    assert trust(V1 + more) == {Applicability.UNSAFE}
    assert any("`trainable`" in note for one in findings(V1 + more) if one.fix for note in one.fix.notes)


@pytest.mark.parametrize(
    ("more", "written"),
    [
        ("y = bn(x, True)", "bn(x, training=True)"),
        ("y = bn(x, training)", "bn(x, training=training)"),
        ("y = BatchNormalization(axis=1)(x, False)", "BatchNormalization(axis=1)(x, training=False)"),
        ("y = bn(x, training=True)", "bn(x, training=True)"),
        ("y = bn(*x, True)", "bn(*x, True)"),
        ("bn = other()\ny = bn(x, True)", "bn(x, True)"),
    ],
)
def test_training_by_place_is_named(more: str, written: str) -> None:
    assert written in fixed(f"{V1}bn = BatchNormalization()\n{more}\n")


def test_a_double_keeps_its_type() -> None:
    code = TF + "x = tf.constant([[1.0]], tf.float64)\ny = tf.layers.batch_normalization(x)\n"
    assert trust(code) == {Applicability.UNSAFE}
    assert "BatchNormalization(dtype=x.dtype)(x, training=False)" in fixed(code, unsafe=True) or (
        "BatchNormalization(dtype=x.dtype)(x)" in fixed(code, unsafe=True)
    )


@pytest.mark.parametrize(
    "made",
    ["tf.layers.batch_normalization(tf.cast(x, tf.float64))", "tf.layers.batch_normalization(np.random.rand(4, 2))"],
)
def test_a_double_without_a_name_is_left(made: str) -> None:
    assert unchanged(f"import numpy as np\n{TF}y = {made}\n")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import pandas as pd\nx = pd.read_csv('a.csv').values\ny = NORM\n", Applicability.UNSAFE),
        ("import pandas as pd\nf = pd.read_csv('a.csv')\nx = f.to_numpy()\ny = NORM\n", Applicability.UNSAFE),
        ("import pandas as pd\nx = pd.read_csv('a.csv').values.astype('float32')\ny = NORM\n", Applicability.SAFE),
        ("import pandas as pd\nx = next(d.values())\ny = NORM\n", Applicability.SAFE),
        ("x = options.values\ny = NORM\n", Applicability.SAFE),
    ],
)
def test_the_numbers_of_a_frame_are_doubles(code: str, expected: Applicability) -> None:
    assert trust(TF + code.replace("NORM", "tf.layers.batch_normalization(x)")) == {expected}


def test_numbers_that_are_made_single_are_no_doubles() -> None:
    code = f"import numpy as np\n{TF}x = np.ones((2, 3)).astype('float32')\ny = tf.layers.batch_normalization(x)\n"
    assert trust(code) == {Applicability.SAFE}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("gamma_initializer='ones'", Applicability.SAFE),
        ("gamma_initializer='random_normal'", Applicability.SAFE),
        ("gamma_initializer='he_normal'", Applicability.UNSAFE),
        ("beta_initializer='glorot_uniform'", Applicability.UNSAFE),
        ("gamma_initializer=keras.initializers.VarianceScaling()", Applicability.UNSAFE),
        ("gamma_initializer=start", Applicability.UNSAFE),
    ],
)
def test_an_initializer_that_starts_elsewhere(given: str, expected: Applicability) -> None:
    code = f"import keras\n{V1}def start(shape, name=None):\n    return shape\na = BatchNormalization({given})\n"
    assert trust(code) == {expected}


def test_two_names_do_not_become_one() -> None:
    code = "from keras.layers import BatchNormalization as B\na = [B(name='a/b'), B(name='a_b'), B(name='c/d')]\n"
    assert fixed(code, unsafe=True).endswith("a = [B(name='a_b_1'), B(name='a_b'), B(name='c_d')]\n")


def test_names_that_would_meet_are_told_apart() -> None:
    code = "from keras.layers import BatchNormalization as B\na = [B(name='a/b_c'), B(name='a_b/c')]\n"
    assert fixed(code, unsafe=True).endswith("a = [B(name='a_b_c'), B(name='a_b_c_1')]\n")


EARLY = (
    "import numpy as np\nimport tensorflow as tf\n\n\nclass Net(tf.Module):\n    def __init__(self, x):\n"
    "        super().__init__()\n        self.rate = 0.5\n        self.out = self.call(x)\n\n    def call(self, x):\n"
    "        return tf.layers.batch_normalization(x, momentum={}, training=False)\n\n\n"
    "Net(np.ones((2, 3), 'float32'))\n"
)


def test_a_layer_stands_above_the_line_that_needs_it() -> None:
    lines = fixed(EARLY.format("self.rate"), unsafe=True).splitlines()
    made = next(number for number, line in enumerate(lines) if "self.batch_normalization =" in line)
    assert "self.rate" in lines[made - 1]
    assert "self.call(x)" in lines[made + 1]


def test_a_layer_that_would_stand_above_its_arguments_is_left() -> None:
    late = EARLY.format("self.late").replace("self.call(x)\n\n", "self.call(x)\n        self.late = 0.5\n\n")
    assert unchanged(late)


RUN = [
    EARLY.format("self.rate"),
    "import numpy as np\nimport tensorflow as tf\nx = tf.constant(np.arange(8.0).reshape(4, 2) * 1e-9 + 1.0)\n"
    "assert x.dtype == tf.float64\ny = tf.layers.batch_normalization(x, training=True)\n"
    "assert y.dtype == tf.float64 and float(y[0, 0]) < -1e-8\n",
    "import numpy as np\nimport tensorflow as tf\nbn = tf.layers.BatchNormalization()\n"
    "bn(np.ones((2, 3), 'float32'), False)\n",
    "import numpy as np\nimport keras\nfrom keras.layers import BatchNormalization as B\n"
    "i = keras.Input((3,))\nm = keras.Model(i, B(name='a/b')(B(name='a_b')(i)))\n",
]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    return endings_of_texts((fixed(code, unsafe=True) for code in RUN), tmp_path_factory.mktemp("ended"))


@pytest.mark.tensorflow
@pytest.mark.parametrize("code", RUN)
def test_what_is_written_runs(ended: dict[str, str | None], code: str) -> None:
    assert ended[fixed(code, unsafe=True)] is None
