"""What an expression begins with need not have a name: `(a or b)[0].c`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command

NAMELESS = (
    "[1][0].real",
    "(a or b)[0].c",
    "'{}'.format(1).real",
    "(lambda: 0)().real",
    "{1: 2}[1].real",
    "''[0].x.y()",
)


@pytest.mark.parametrize("expression", NAMELESS)
def test_beside_names_of_another_file(normfix: Command, tmp_path: Path, expression: str) -> None:
    (tmp_path / "base.py").write_text("import tensorflow as tf\nx = 1\n")
    (tmp_path / "m.py").write_text(
        f"from base import *\nimport tensorflow as tf\ntf.layers.batch_normalization(x)\ny = {expression}\n"
    )
    done = normfix("check", "--no-cache", "--output-format", "concise", ".")
    assert done.stdout.decode().startswith("m.py:3:1: NF301 ")
    assert done.stdout.count(b"\n") == 1


@pytest.mark.parametrize("expression", NAMELESS)
def test_below_a_star_that_goes(normfix: Command, tmp_path: Path, expression: str) -> None:
    file = tmp_path / "m.py"
    star = "from keras.layers.normalization import *\n"
    file.write_text(f"{star}a = b = (1,)\ny = {expression}\nlayer = BatchNormalization()\n")
    assert normfix("fix", "--unsafe-fixes", "m.py").returncode == 0
    assert file.read_text() == file.read_text().replace(star, "")
    assert file.read_text().startswith("from keras.layers import BatchNormalization\n")
