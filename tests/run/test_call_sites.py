"""Which calls `verify PATHS` tries, and with which arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.call_sites import UnreadableError, call_sites
from normfix.runtime.checks import CallSite
from normfix.table.load import shipped_table


def sites(tmp_path: Path, text: str) -> list[CallSite]:
    file = tmp_path / "a.py"
    file.write_text(text, encoding="utf-8")
    return list(call_sites([file], shipped_table()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BatchNormalization(axis=1)\n",
        "import torch\ntorch.nn.BatchNorm2d(3)\n",
        "from keras.layers import Dense\nDense(3)\n",
        "from keras.layers.core import Dense\nDense(3)\n",
        "from keras.layers import BatchNormalization\nlayer = BatchNormalization\n",
        "from keras.layers import BatchNormalization\ndef f(BatchNormalization):\n    BatchNormalization()\n",
    ],
)
def test_no_normalization_is_called(tmp_path: Path, text: str) -> None:
    assert sites(tmp_path, text) == []


def test_literal_arguments_are_kept_as_they_are_written(tmp_path: Path) -> None:
    text = "import tensorflow as tf\nx = tf.keras.layers.LayerNormalization((1, 2), epsilon = 1e-3, center=flag)(y)\n"
    (site,) = sites(tmp_path, text)
    assert (site.place, site.target) == (f"{tmp_path}/a.py:2:5", "tensorflow.keras.layers.LayerNormalization")
    assert (site.positional, site.keywords, site.complete) == (("(1, 2)",), (("epsilon", "1e-3"),), False)


@pytest.mark.parametrize(
    ("arguments", "positional", "keywords", "complete"),
    [
        ("", (), (), True),
        ("-1, 0.9", ("-1", "0.9"), (), True),
        ("axis, 0.9", (), (), False),
        ("1, *rest", ("1",), (), False),
        ("fused=True, **more", (), (("fused", "True"),), False),
        ("name='é', axis=[1]", (), (("name", "'é'"), ("axis", "[1]")), True),
    ],
)
def test_what_is_not_literal_is_left_out_and_said(
    tmp_path: Path,
    arguments: str,
    positional: tuple[str, ...],
    keywords: tuple[tuple[str, str], ...],
    complete: bool,
) -> None:
    text = f"from keras.layers import BatchNormalization as BN\nBN({arguments})\n"
    (site,) = sites(tmp_path, text)
    assert (site.positional, site.keywords, site.complete) == (positional, keywords, complete)


def test_old_spellings_are_tried_as_they_stand(tmp_path: Path) -> None:
    text = "import tensorflow as tf\ntf.layers.batch_normalization(x)\n"
    (site,) = sites(tmp_path, text)
    assert (site.target, site.complete) == ("tensorflow.layers.batch_normalization", True)


def test_of_a_guarded_import_the_spelling_of_today_is_tried(tmp_path: Path) -> None:
    text = (
        "try:\n    from keras.layers.normalization import BatchNormalization\n"
        "except ImportError:\n    from keras.layers import BatchNormalization\nBatchNormalization()\n"
    )
    (site,) = sites(tmp_path, text)
    assert site.target == "keras.layers.BatchNormalization"


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"a\.py:1:"):
        sites(tmp_path, "print 'two'\n")
    (tmp_path / "b.py").write_bytes(b"\n\xff\n")
    with pytest.raises(UnreadableError, match=r"b\.py:2: "):
        list(call_sites([tmp_path / "b.py"], shipped_table()))
    with pytest.raises(UnreadableError, match="No such file"):
        list(call_sites([tmp_path / "missing.py"], shipped_table()))
