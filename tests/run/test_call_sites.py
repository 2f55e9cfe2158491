"""Which calls `verify PATHS` tries, and with which arguments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from normfix.checks.finding import Finding
from normfix.run.call_sites import call_sites, checks_for
from normfix.run.request import FileRequest, settings_for
from normfix.runtime.checks import LiteralCall
from normfix.semantics.project import Project
from normfix.table.load import shipped_table

CALL = "from keras.layers import BatchNormalization\nx = BatchNormalization(momentum=0.9)\n"


def sites(tmp_path: Path, text: str) -> list[LiteralCall]:
    file = tmp_path / "a.py"
    file.write_text(text, encoding="utf-8")
    return list(call_sites([file], shipped_table(), Project(shipped_table()), []))


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


def test_what_cannot_be_read_is_said_and_the_rest_is_found(tmp_path: Path) -> None:
    texts = {"a.py": b"print 'two'\n", "b.py": b"\n\xff\n", "c.ipynb": b"[]", "z.py": CALL.encode()}
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
    problems: list[Finding] = []
    files = [tmp_path / name for name in (*texts, "missing.py")]
    (site,) = call_sites(files, shipped_table(), Project(shipped_table()), problems)
    assert site.path == str(tmp_path / "z.py")
    assert [(Path(one.path).name, one.code, one.start.line) for one in problems] == [
        ("a.py", "NF001", 1),
        ("b.py", "NF002", 2),
        ("c.ipynb", "NF002", 1),
        ("missing.py", "NF002", 1),
    ]


def test_a_notebook_has_its_calls_at_their_cells(tmp_path: Path) -> None:
    cells = [{"cell_type": "markdown", "source": "# Title"}]
    cells += [{"cell_type": "code", "source": part} for part in CALL.splitlines(keepends=True)]
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (site,) = call_sites([file], shipped_table(), Project(shipped_table()), [])
    assert (site.cell, site.line, site.column, site.keywords) == (3, 1, 5, (("momentum", "0.9"),))
    assert site.place == f"{file}:cell 3:1:5"


BROKEN = "def broken(:\n"
BASE = "from tensorflow.keras.layers import BatchNormalization as BN\nfrom tensorflow.keras import layers as L\n"
ROADS = (
    "from keras import layers\nlayers.LayerNormalization()\n",
    "from base import BN\nBN(momentum=0.9)\n",
    "from base import L\nL.LayerNormalization()\n",
    "from base import *\nBN(momentum=0.9)\n",
    "import base\nbase.BN(momentum=0.9)\n",
    "from functools import partial\nimport base as b\npartial(b.BN, momentum=0.9)\n",
    "import base\nname = base.BN\nname(momentum=0.9)\n",
    "import importlib\nimportlib.import_module('keras.layers').LayerNormalization()\n",
    "from again import Norm\nNorm(4)\n",
)


@pytest.mark.parametrize("road", ROADS)
def test_files_of_a_folder_have_the_calls_that_named_ones_have(tmp_path: Path, road: str) -> None:
    texts = {"base.py": BASE, "again.py": "import base\nNorm = base.BN\n", "m.py": road, "broken.py": BROKEN}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    files = sorted(map(str, tmp_path.iterdir()))
    settings = settings_for(FileRequest(paths=(str(tmp_path),), isolated=True))
    found, problems = checks_for(files, settings, ())
    assert (found, problems) == (checks_for(files, settings, files)[0], [])
    assert [one.site.path for one in found if one.site is not None] == [str(tmp_path / "m.py")]


@pytest.mark.parametrize(
    "text",
    [
        "import torch.nn as nn\nnn.BatchNorm2d(3)\n",
        "from base import Dense\nDense(4)\n",
        "import other\nother.batch_norm(4)\n",
    ],
)
def test_files_of_a_folder_that_call_no_normalization_are_not_parsed(tmp_path: Path, text: str) -> None:
    file = tmp_path / "m.py"
    (tmp_path / "base.py").write_text("from tensorflow.keras.layers import Dense\n")
    (tmp_path / "other.py").write_text("def batch_norm(x):\n    return x\n")
    file.write_text(text + BROKEN)
    settings = settings_for(FileRequest(paths=(str(tmp_path),), isolated=True))
    assert checks_for([str(file)], settings, ()) == ((), [])
    assert [one.code for one in checks_for([str(file)], settings, [str(file)])[1]] == ["NF001"]
