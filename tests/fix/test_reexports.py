"""Names that another file of the project takes from the one that is fixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.session import Options, run
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


@pytest.mark.parametrize("other", ["import ops\n\ny = ops.build_norm\n", "from ops import *\n\nslim = 1\ny = slim\n"])
def test_an_import_that_nobody_takes_goes(tmp_path: Path, other: str) -> None:
    assert fixed(tmp_path, ops=OPS, net=other)["ops"].startswith("import tensorflow as tf\n")


def test_an_alias_of_the_project_goes_on_serving(tmp_path: Path) -> None:
    net = "from compat import tf\n\ny = tf.layers.batch_normalization(1, training=True)\n"
    after = "from compat import tf\n\ny = tf.keras.layers.BatchNormalization()(1, training=True)\n"
    assert fixed(tmp_path, compat="import tensorflow as tf\n", net=net)["net"] == after
