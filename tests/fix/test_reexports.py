"""Names that another file of the project takes from the one that is fixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

OPS = "import tf_slim as slim\n\n\ndef build_norm(x):\n    return slim.batch_norm(x, is_training=True)\n"


def fixed(folder: Path, **files: str) -> dict[str, str]:
    """What a run makes of some files."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    paths = [folder / f"{name}.py" for name in files]
    results = list(run(paths, shipped_table(), Options(fix=True)))
    return {Path(one.path).stem: one.fixed_text for one in results if one.fixed_text is not None}


@pytest.mark.parametrize(
    "other",
    [
        "from ops import slim\n\ny = slim.conv2d\n",
        "from ops import *\n\ny = slim.conv2d\n",
        "import ops\n\ny = ops.slim.conv2d\n",
        "import ops as o\n\ny = o.slim.conv2d\n",
    ],
)
def test_an_import_that_another_file_takes_stays(tmp_path: Path, other: str) -> None:
    assert fixed(tmp_path, ops=OPS, net=other)["ops"].startswith("import tf_slim as slim\nimport tensorflow as tf\n")


@pytest.mark.parametrize(
    "other", ["import ops\n\ny = ops.build_norm(1)\n", "from ops import *\n\nslim = 1\ny = slim\n"]
)
def test_an_import_that_nobody_takes_goes(tmp_path: Path, other: str) -> None:
    assert fixed(tmp_path, ops=OPS, net=other)["ops"].startswith("import tensorflow as tf\n")


def test_an_alias_of_the_project_goes_on_serving(tmp_path: Path) -> None:
    net = "from compat import tf\n\ny = tf.layers.batch_normalization(1, training=True)\n"
    after = "from compat import tf\n\ny = tf.keras.layers.BatchNormalization()(1, training=True)\n"
    assert fixed(tmp_path, compat="import tensorflow as tf\n", net=net)["net"] == after


ADDED = "from tensorflow_addons.layers import InstanceNormalization as IN\n"


def withheld(folder: Path, **files: str) -> dict[str, str]:
    """Why the first finding of each of some files stays."""
    fixed(folder, **files)
    paths = [folder / f"{name}.py" for name in files]
    results = run(paths, shipped_table(), Options(fix=True, unsafe_fixes=True))
    return {Path(one.path).stem: one.findings[0].withheld or "" for one in results if one.findings}


@pytest.mark.parametrize(
    "other",
    [
        "import ops\n\nx = getattr(ops, 'IN')()\n",
        "from ops import IN\n\nx = isinstance(y, IN)\n",
        "import ops\n\nx = vars(ops)['IN']\n",
        "from ops import *\n\n\nclass Net(IN):\n    _own = 1\n\n    def _moments(self):\n        pass\n",
    ],
)
def test_a_class_with_other_arguments_does_not_take_the_name_of_another(tmp_path: Path, other: str) -> None:
    line = other.count("\n", 0, other.index("IN")) + 1
    words = f"`net.py:{line}` uses `IN` of this file, and it must stay what it is"
    assert withheld(tmp_path, ops=ADDED, net=other)["ops"] == words


def test_users_change_first_and_then_the_name_that_they_had(tmp_path: Path) -> None:
    head = "import tensorflow as tf\nimport tensorflow_addons as tfa\n"
    ops = f"{head}\n\ndef norm():\n    return tfa.layers.GroupNormalization(4)\n"
    net = "from ops import *\n\nlayer = tfa.layers.GroupNormalization(8)\n"
    assert fixed(tmp_path, ops=ops, net=net) == {
        "ops": ops.replace("import tensorflow_addons as tfa\n", "").replace("tfa.", "tf.keras."),
        "net": "from ops import *\nimport tensorflow as tf\n\nlayer = tf.keras.layers.GroupNormalization(8)\n",
    }


def test_a_dead_import_that_stays_is_found(tmp_path: Path) -> None:
    net = "from ops import *\n\nloss = tfa.losses.TripletSemiHardLoss()\n"
    ops = "import tensorflow as tf\nimport tensorflow_addons as tfa\n\nlayer = tf.keras.layers.GroupNormalization(4)\n"
    words = "`net.py:3` uses `tfa` of this file, and it must stay what it is"
    assert withheld(tmp_path, ops=ops, net=net) == {"ops": words}
    assert fixed(tmp_path, ops=ops, net="")["ops"] == ops.replace("import tensorflow_addons as tfa\n", "")


@pytest.mark.parametrize(
    ("rest", "line"),
    [("del tfa\n", 3), ("def f(x):\n    # type: (tfa.layers.GroupNormalization) -> None\n    pass\n", 4)],
)
def test_what_else_a_file_needs_a_name_for(tmp_path: Path, rest: str, line: int) -> None:
    ops = f"import tensorflow_addons as tfa\nlayer = tfa.layers.GroupNormalization(4)\n{rest}"
    after = fixed(tmp_path, ops=ops)["ops"]
    assert after.startswith("import tensorflow_addons as tfa\nimport tensorflow as tf\n")
    assert withheld(tmp_path, ops=after) == {"ops": f"line {line + 1} needs `tfa` as well"}


@pytest.mark.parametrize(
    "line",
    [
        "from tensorflow.contrib.layers import batch_norm\n",
        "from tensorflow.contrib.layers import batch_norm  # noqa: E402\n",
        "from tensorflow.contrib.layers import batch_norm  # noqa: F401\n\nlayer = batch_norm(1)\n",
        "from keras.layers.normalization import BatchNormalization  # noqa: F401\n",
    ],
)
def test_an_import_that_nobody_needs_is_mended(tmp_path: Path, line: str) -> None:
    assert "contrib" not in fixed(tmp_path, ops=line)["ops"]


@pytest.mark.parametrize("comment", ["# noqa: F401", "#noqa:E501,F401", "# for others  # noqa: F401 isort:skip"])
def test_an_import_that_is_kept_for_others_does_not_change_its_kind(tmp_path: Path, comment: str) -> None:
    line = f"from tensorflow.contrib.layers import batch_norm  {comment}\n"
    assert withheld(tmp_path, ops=line) == {"ops": "line 1 hands `batch_norm` on, and it must stay what it is"}
