"""Imports that move, and names that are new: nothing that binds or reads them stands between, above or below."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table
from tests.support import fixed

MERGES = {
    "nothing between": (
        "from keras.layers import Conv2D\n\nx = 1\nfrom keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import Conv2D, BatchNormalization\n\nx = 1\n",
    ),
    "another import between": (
        "from keras.layers import Conv2D\nimport os\nfrom keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import Conv2D, BatchNormalization\nimport os\n",
    ),
}
STAYS = {
    "an assignment": "BatchNormalization = 3\n",
    "a function": "def BatchNormalization(): ...\n",
    "a class": "class BatchNormalization: ...\n",
    "another import": "from own import BatchNormalization\n",
    "an alias": "import own as BatchNormalization\n",
    "a star": "from own import *\n",
    "a read": "print(BatchNormalization)\n",
    "a loop": "for BatchNormalization in ():\n    pass\n",
    "a handler": "try:\n    pass\nexcept OSError as BatchNormalization:\n    pass\n",
    "a walrus": "print(BatchNormalization := 1)\n",
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=name) for name, case in MERGES.items()])
def test_an_import_joins_another_one(before: str, after: str) -> None:
    assert fixed(before) == after


@pytest.mark.parametrize("between", [pytest.param(text, id=name) for name, text in STAYS.items()])
def test_an_import_is_rewritten_where_it_stands(between: str) -> None:
    code = f"from keras.layers import Conv2D\n{between}from keras.layers.normalization import BatchNormalization\n"
    assert fixed(code) == code.replace(".normalization", "")


def project(folder: Path, **files: str) -> dict[str, str]:
    """What a run makes of the files of a project."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    paths = [folder / f"{name}.py" for name in files]
    results = run(paths, shipped_table(), Options(fix=True))
    return {Path(one.path).stem: one.fixed_text for one in results if one.fixed_text is not None}


USE = "layer = tfa.layers.GroupNormalization(4)\nloss = tfa.losses.TripletSemiHardLoss()\n"
OWN = "tf = 1\n"


@pytest.mark.parametrize(
    ("net", "files", "new"),
    [
        (f"import tensorflow_addons as tfa\n{USE}", {}, "import tensorflow as tf"),
        (f"from own import *\nimport tensorflow_addons as tfa\n{USE}", {"own": OWN}, "import tensorflow as tf"),
        (f"import tensorflow_addons as tfa\n{USE}from own import *\n", {"own": "x = 1\n"}, "import tensorflow as tf"),
        (
            f"import tensorflow_addons as tfa\n{USE}from own import *\n",
            {"own": "import tensorflow as tf\n"},
            "import tensorflow as tf",
        ),
        (
            f"from own import *\nimport tensorflow_addons as tfa\n{USE}print(tf)\n",
            {"own": OWN},
            "from tensorflow.keras import layers",
        ),
        (
            f"import tensorflow_addons as tfa\n{USE}from own import *\nprint(x)\n",
            {"own": OWN},
            "from tensorflow.keras import layers",
        ),
        (
            f"import tensorflow_addons as tfa\n{USE}",
            {"other": "tf = 1\nfrom net import *\nprint(tf)\n"},
            "from tensorflow.keras import layers",
        ),
        (
            f"import tensorflow_addons as tfa\n{USE}",
            {"other": "import tensorflow as tf\nfrom net import *\nprint(tf)\n"},
            "import tensorflow as tf",
        ),
    ],
)
def test_a_new_name_is_nobody_elses(tmp_path: Path, net: str, files: dict[str, str], new: str) -> None:
    assert f"{new}\n" in project(tmp_path, net=net, **files)["net"]


def test_a_star_that_may_bring_anything_leaves_no_new_name(tmp_path: Path) -> None:
    assert project(tmp_path, net=f"import tensorflow_addons as tfa\n{USE}from unknown import *\n") == {}


def test_a_name_that_an_import_above_has_is_not_imported_again() -> None:
    code = "from keras.layers import Flatten, LayerNormalization\n"
    code += "from keras.layers.normalization import LayerNormalization\n"
    code += "from keras.layers.core import Flatten, Activation\n"
    after = fixed(code)
    assert (after.count("Flatten"), after.count("LayerNormalization"), after.count("Activation")) == (1, 1, 1)
