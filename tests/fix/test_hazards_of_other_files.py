"""What reaches a layer from another file, and changes its numbers: no fix is silently safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.source.text import Applicability
from normfix.table.load import shipped_table

V1 = "from keras.layers.normalization import BatchNormalization\n"
BUILD = f"{V1}\n\ndef build(**options):\n    return BatchNormalization(**options)\n"
PLAIN = f"{V1}\n\ndef build(x, trainable=True):\n    return BatchNormalization()(other(x, trainable))\n"
BASE = f"{V1}\n\nclass Norm(BatchNormalization):\n    pass\n"
NET = f"{V1}\n\nclass Net:\n    def __init__(self):\n        self.norm = BatchNormalization()\n"
GIVEN = f"{V1}from config import OPTIONS\n\nnorm = BatchNormalization(**OPTIONS)\n"


def mended(folder: Path, **files: str) -> list[tuple[Applicability, str]]:
    """How far each fix of `ops.py` can be trusted, and what is said of it."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    results = {Path(one.path).stem: one for one in run(sorted(folder.glob("*.py")), shipped_table(), Options())}
    fixes = [one.fix for one in results["ops"].findings if one.fix is not None]
    return [(one.applicability, "; ".join(one.notes)) for one in fixes]


@pytest.mark.parametrize(
    "files",
    [
        {"ops": BUILD, "net": "import ops\n\nnorm = ops.build(momentum=0.9)\n"},
        {"ops": BUILD, "net": "import ops\n\nnorm = ops.build(trainable=True)\nnorm.trainable = True\n"},
        {"ops": BUILD, "net": "import ops\n\nnorm = ops.build()\ndense = other(3, trainable=False)\n"},
        {"ops": BUILD, "net": "import ops\nimport keras\n\nx = keras.applications.VGG16()\nx.trainable = False\n"},
        {"ops": BUILD, "net": "def build():\n    return 1\n\n\nnorm = build(trainable=False)\n"},
        {"ops": BUILD, "apart": "def freeze(model):\n    model.trainable = False\n"},
        {"ops": PLAIN, "net": "import ops\n\nnorm = ops.build(1, trainable=False)\n"},
        {"ops": BASE, "net": "from ops import Norm\n\n\nclass Mine(Norm):\n    trainable = True\n"},
        {"ops": NET, "net": "from ops import Net\n\nnet = Net()\nnet.dense.trainable = False\n"},
        {"ops": GIVEN, "config": "OPTIONS = {'momentum': 0.9}\ntrainable = False\n"},
        {"ops": f"{V1}\nprint(BatchNormalization)\n", "net": "import ops\n\nx = other(trainable=False)\n"},
    ],
)
def test_what_others_do_not_freeze_stays_safe(tmp_path: Path, files: dict[str, str]) -> None:
    found = mended(tmp_path, **files)
    assert {trust for trust, _ in found} == {Applicability.SAFE}
    assert not any("`trainable`" in note for _, note in found)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"ops": f"{BUILD}\n\nnorm = build(trainable=False)\n"}, "line 8"),
        ({"ops": BUILD, "net": "import ops\n\nnorm = ops.build(trainable=False)\n"}, "`net.py:3`"),
        ({"ops": BUILD, "net": "from ops import build as b\n\nnorm = b(**{'trainable': 0})\n"}, "`net.py:3`"),
        ({"ops": BUILD, "net": "from ops import *\n\nnorm = build()\nnorm.trainable = False\n"}, "`net.py:4`"),
        (
            {
                "ops": BUILD,
                "net": "import ops\n\n\ndef net(**kw):\n    return ops.build(**kw)\n",
                "main": "import net\n\nx = net.net(trainable=False)\n",
            },
            "`main.py:3`",
        ),
        (
            {"ops": BUILD, "net": "import ops\n\nm = ops.build()\nfor one in m.layers:\n    one.trainable = 0\n"},
            "`net.py:5`",
        ),
        (
            {
                "ops": BUILD,
                "tools": "def freeze(model):\n    model.trainable = False\n",
                "main": "import ops\nimport tools\n\ntools.freeze(ops.build())\n",
            },
            "`tools.py:2`",
        ),
        (
            {
                "ops": BASE,
                "net": "from ops import Norm\n\n\nclass Mine(Norm):\n    def __init__(self):\n"
                "        super().__init__(trainable=False)\n",
            },
            "`net.py:6`",
        ),
        ({"ops": BASE, "net": "import ops\n\nnorm = ops.Norm(trainable=False)\n"}, "`net.py:3`"),
        ({"ops": NET, "net": "from ops import Net\n\nnet = Net()\nnet.norm.trainable = False\n"}, "`net.py:4`"),
        (
            {"ops": f"{V1}\nNORM = BatchNormalization()\n", "net": "import ops\n\nops.NORM.trainable = False\n"},
            "`net.py:3`",
        ),
        (
            {"ops": V1, "net": "from ops import BatchNormalization\n\nx = BatchNormalization(trainable=False)\n"},
            "`net.py:3`",
        ),
        ({"ops": GIVEN, "config": "OPTIONS = dict(trainable=False)\n"}, "line 4"),
        ({"ops": f"{NET}\n\nnet = Net()\nnet.norm.trainable = False\n"}, "line 10"),
    ],
)
def test_what_others_freeze_is_said(tmp_path: Path, files: dict[str, str], place: str) -> None:
    found = mended(tmp_path, **files)
    assert {trust for trust, _ in found} == {Applicability.UNSAFE}
    assert all(f"{place} sets `trainable`" in note for _, note in found)


TF = "import tensorflow as tf\n\n\ndef build(x):\n    return tf.layers.batch_normalization(x)\n"


@pytest.mark.parametrize(
    "given", ["x", "np.ones((2, 3), 'float32')", "np.float32(1)", "tf.cast(np.ones(3), tf.float32)", "other(np.ones)"]
)
def test_what_others_hand_in_as_single_stays_safe(tmp_path: Path, given: str) -> None:
    net = f"import numpy as np\nimport tensorflow as tf\nimport ops\n\ny = ops.build({given})\n"
    assert {trust for trust, _ in mended(tmp_path, ops=TF, net=net)} == {Applicability.SAFE}


@pytest.mark.parametrize("given", ["np.random.rand(4, 2)", "x=np.ones(3)", "tf.cast(x, tf.float64)", "a"])
def test_a_double_that_others_hand_in_keeps_its_type(tmp_path: Path, given: str) -> None:
    net = f"import numpy as np\nimport tensorflow as tf\nimport ops\n\na = np.ones(3)\ny = ops.build({given})\n"
    ((trust, note),) = mended(tmp_path, ops=TF, net=net)
    assert trust is Applicability.UNSAFE
    assert "`net.py:6` makes numbers of double precision" in note


STARTED = f"{V1}from starts import start\n\nnorm = BatchNormalization(gamma_initializer=start)\n"


def test_an_initializer_of_another_file_that_is_an_object_stays_safe(tmp_path: Path) -> None:
    starts = "import keras\n\nstart = keras.initializers.Ones()\n"
    assert {trust for trust, _ in mended(tmp_path, ops=STARTED, starts=starts)} == {Applicability.SAFE}


@pytest.mark.parametrize(
    "starts",
    ["def start(shape, name=None):\n    return shape\n", "start = lambda shape, dtype=None: 1\n"],
)
def test_an_initializer_that_is_a_function_of_another_file(tmp_path: Path, starts: str) -> None:
    found = mended(tmp_path, ops=STARTED, starts=starts)
    assert {trust for trust, _ in found} == {Applicability.UNSAFE}
    assert all("dtype" in note for _, note in found)


@pytest.mark.parametrize("start", ["'he_normal'", "keras.initializers.VarianceScaling()"])
def test_a_scale_that_another_file_takes_from_the_shape(tmp_path: Path, start: str) -> None:
    found = mended(tmp_path, ops=STARTED, starts=f"import keras\n\nstart = {start}\n")
    assert {trust for trust, _ in found} == {Applicability.UNSAFE}
    assert all("takes its scale from the shape" in note for _, note in found)
