"""`verify` on a real installation, whole and with one layer damaged."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import Command


@pytest.mark.tensorflow
@pytest.mark.parametrize("damaged", [False, True])
def test_a_layer_that_is_broken_anew_is_a_failure(normfix: Command, tmp_path: Path, damaged: bool) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    (packages,) = (tmp_path / "env" / "lib").glob("python*/site-packages")
    others = [folder for folder in sys.path if Path(folder).name == "site-packages"]
    (packages / "others.pth").write_text("\n".join(others), encoding="utf-8")
    found = importlib.util.find_spec("tf_keras")
    assert found is not None
    assert found.origin is not None
    shutil.copytree(Path(found.origin).parent, packages / "tf_keras", ignore=shutil.ignore_patterns("__pycache__"))
    if damaged:
        file = packages / "tf_keras" / "src" / "layers" / "normalization" / "unit_normalization.py"
        text = file.read_text(encoding="utf-8")
        assert "def call(self, inputs):\n" in text
        file.write_text(text.replace("def call(self, inputs):\n", "def call(self, inputs):\n        1 / 0\n"))
    result = normfix("verify", "--no-cache", "--python", str(python))
    said = result.stdout.decode()
    assert "known: set TF_USE_LEGACY_KERAS=1" in said
    assert ("tf_keras.layers.UnitNormalization cannot be built" in said) is damaged
    assert result.returncode == int(damaged)
