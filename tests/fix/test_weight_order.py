"""Lists of weights in a program whose layer has them in another order than before."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.source.text import Applicability
from tests.fix.test_hazards_of_other_files import mended

SPECTRAL = (
    "import tensorflow as tf\nimport tensorflow_addons as tfa\n\n"
    "layer = tfa.layers.SpectralNormalization(tf.keras.layers.Dense(3))\n"
)
GROUP = "import tensorflow_addons as tfa\n\nlayer = tfa.layers.GroupNormalization(groups=4)\n"


@pytest.mark.parametrize(
    "files",
    [
        {"ops": SPECTRAL},
        {"ops": f"{SPECTRAL}new.set_weights(layer.get_weights())\n"},
        {"ops": f"{SPECTRAL}layer.save_weights('a')\nprint(layer.weights)\n"},
        {"ops": f"{GROUP}layer.set_weights([1, 2])\n"},
        {"ops": SPECTRAL, "apart": "def read(model):\n    return model.get_weights()[1]\n"},
    ],
)
def test_where_nothing_goes_by_the_order_a_fix_stays_safe(tmp_path: Path, files: dict[str, str]) -> None:
    assert {trust for trust, _ in mended(tmp_path, **files)} == {Applicability.SAFE}


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"ops": f"{SPECTRAL}layer.set_weights([a, b, c])\n"}, "line 5"),
        ({"ops": f"{SPECTRAL}bias = layer.get_weights()[1]\n"}, "line 5"),
        ({"ops": f"{SPECTRAL}vector = layer.weights[-1]\n"}, "line 5"),
        ({"ops": SPECTRAL, "net": "import ops\n\nops.layer.set_weights(load())\n"}, "`net.py:3`"),
    ],
)
def test_a_list_of_weights_makes_a_fix_unsafe(tmp_path: Path, files: dict[str, str], place: str) -> None:
    ((trust, note),) = mended(tmp_path, **files)
    assert trust is Applicability.UNSAFE
    assert f"{place} goes by the order of weights" in note
