"""Layers under names that another file of the project gave them: found without a word that a search would find."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

USE = "from base import BN\n\nbn = BN(mode=0, axis=1)\n"


def found(folder: Path, **files: str) -> list[str]:
    """The findings in a project, each as `file:line code`."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    paths = [folder / f"{name}.py" for name in files]
    results = run(paths, shipped_table(), Options())
    return [f"{Path(one.path).stem}:{two.start.line} {two.code}" for one in results for two in one.findings]


@pytest.mark.parametrize(
    "base",
    [
        "BN = 1\n",
        "from own import BatchNormalization as BN\n",
        "from keras.layers import BatchNormalization as BN\nBN = None\n",
        "from keras.layers import Dense as BN\n",
    ],
)
def test_a_name_of_something_else_is_none(tmp_path: Path, base: str) -> None:
    assert found(tmp_path, base=base, net=USE) == []


@pytest.mark.parametrize(
    "base",
    [
        "from keras.layers import BatchNormalization as BN\n",
        "import keras\n\nBN = keras.layers.BatchNormalization\n",
        "import tensorflow as tf\n\nBN = tf.keras.layers.BatchNormalization  # short\n",
    ],
)
@pytest.mark.parametrize(
    "net",
    [
        USE,
        "import base\n\nbn = base.BN(mode=0, axis=1)\n",
        "from base import *\n\nbn = BN(mode=0, axis=1)\n",
        "from base import BN as B\n\nbn = B(mode=0, axis=1)\n",
    ],
)
def test_arguments_of_a_layer_with_a_name_of_its_own(tmp_path: Path, base: str, net: str) -> None:
    assert found(tmp_path, base=base, net=net) == ["net:3 NF701"]


def test_a_name_that_goes_through_a_package(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("from .base import *\n", encoding="utf-8")
    base, net = tmp_path / "pkg" / "base.py", tmp_path / "net.py"
    base.write_text("from keras.layers import BatchNormalization as BN\n", encoding="utf-8")
    net.write_text("import pkg\n\nbn = pkg.BN(mode=0)\n", encoding="utf-8")
    results = list(run([base, net], shipped_table(), Options()))
    assert [(Path(one.path).name, len(one.findings)) for one in results] == [("net.py", 1)]
