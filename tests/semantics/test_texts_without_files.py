"""A text that is in no file of its project, or in none that a program could be of, counts as the project's files do."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.source.text import Applicability
from tests.support import findings

TF = "import tensorflow as tf\n"
OLD = "tf.keras.layers.experimental.SyncBatchNormalization()"
SPECTRAL = f"{TF}import tensorflow_addons as tfa\nlayer = tfa.layers.SpectralNormalization(tf.keras.layers.Dense(3))\n"
NET = (
    f"{TF}class Net(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n"
    f"        self.norm = {OLD}\n    def call(self, x{{}}):\n        return self.norm(x)\n"
)
HAZARDS = [
    NET.format(""),
    f"{TF}norm = {OLD}\nx = tf.keras.Input((3,))\ny = norm(x, training=True)\n",
    f"{TF}class Net(tf.Module):\n    def __init__(self):\n        self.norm = {OLD}\n",
    f"{TF}norm = tf.keras.layers.TimeDistributed({OLD})\n",
    f"{SPECTRAL}bias = layer.get_weights()[1]\n",
    f"{TF}norm = {OLD}\nmoving = [v for v in net.variables if 'sync_batch_normalization' in v.name]\n",
]


def trust(code: str, path: str) -> set[Applicability]:
    return {one.fix.applicability for one in findings(code, path) if one.fix is not None}


@pytest.mark.parametrize("code", HAZARDS)
@pytest.mark.parametrize("path", ["-", "net.py", "folder/net.py"])
def test_what_makes_a_fix_unsafe_is_seen_in_a_text(code: str, path: str) -> None:
    assert trust(code, path) == {Applicability.UNSAFE}


@pytest.mark.parametrize("code", HAZARDS)
def test_it_is_seen_in_a_document(tmp_path: Path, code: str) -> None:
    file = tmp_path / "page.md"
    file.write_text(page := f"# A page\n\n```python\n{code}```\n", encoding="utf-8")
    assert trust(page, str(file)) == {Applicability.UNSAFE}


@pytest.mark.parametrize("code", [NET.format(", training=None"), SPECTRAL, f"{TF}norm = {OLD}\n"])
def test_a_text_without_it_stays_safe(code: str) -> None:
    assert trust(code, "-") == {Applicability.SAFE}


def test_an_editor_that_has_mended_the_file_is_believed(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(NET.format(""), encoding="utf-8")
    assert trust(NET.format(", training=None"), str(file)) == {Applicability.SAFE}
