"""Which names of its own a file gives to symbols, read off its bytes."""

from __future__ import annotations

import pytest

from normfix.prefilter.other_names import other_names

SYMBOLS = frozenset({b"BatchNormalization", b"layer_norm", b"layers"})


@pytest.mark.parametrize(
    "text",
    [
        b"from a import BatchNormalization\n",
        b"from a import other as BN\n",
        b"# the same layers as in the paper\n",
        b'"""Takes layers as input."""\n',
        b"with layers as scope:\n    pass\n",
        b"    bn = BatchNormalization\n",
        b"bn = BatchNormalization()\n",
        b"from a import layer_norm as BatchNormalization\n",
    ],
)
def test_what_gives_no_other_name(text: bytes) -> None:
    assert list(other_names(text, SYMBOLS)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"from a import BatchNormalization as BN\n", [b"BN"]),
        (
            b"from a import (\n    other as o,\n    BatchNormalization as BN,  # ours\n    layer_norm as ln,\n)\n",
            [b"BN", b"ln"],
        ),
        (b"import tensorflow.layers as tfl\n", [b"tfl"]),
        (b"if new:\n    from a import BatchNormalization as BN; x = 1\n", [b"BN"]),
        (b"from a import BatchNormalization \\\n    as BN\n", [b"BN"]),
        (b"BN = keras.layers.BatchNormalization\n", [b"BN"]),
        (b"norm = layer_norm  # the old one\n", [b"norm"]),
    ],
)
def test_what_gives_another_name(text: bytes, names: list[bytes]) -> None:
    assert list(other_names(text, SYMBOLS)) == names
