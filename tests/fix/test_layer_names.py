"""Names of layers and collections that other code speaks of make a fix unsafe, or are said beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.source.text import Applicability, Fix
from tests.fix.programs import IMAGES, PLAIN, results
from tests.support import findings, fixed, unchanged

LAYER = "import tensorflow as tf\n\nlayer = tf.keras.layers.BatchNormalization(name='block/norm')\n"
SLIM = PLAIN + "import tf_slim as slim\n" + IMAGES


@pytest.mark.parametrize(
    "more",
    [
        "# 'block/norm'\n",
        "def f():\n    'The layer block/norm.'\n",
        "print('block')\n",
        "two = tf.keras.layers.BatchNormalization(name='block/norm')\n",
    ],
)
def test_a_name_that_nobody_else_says_loses_its_slash(more: str) -> None:
    assert fixed(LAYER + more) == (LAYER + more).replace("name='block/norm", "name='block_norm")


@pytest.mark.parametrize("more", ["model.get_layer('block/norm')\n", "MAP = {'bert/block/norm/gamma': 'a'}\n"])
def test_a_name_that_the_file_says_elsewhere_is_left_to_the_person(more: str) -> None:
    (finding,) = findings(LAYER + more)
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE
    assert finding.fix.notes == ("line 4 says `block/norm` as well, and would have to change with it",)
    assert unchanged(LAYER + more, unsafe=False)


def test_a_name_that_another_file_of_the_program_says(tmp_path: Path) -> None:
    converter = "from net import layer\nMAP = {'block/norm/gamma': layer}\n"
    made = results(tmp_path, strategy="keras", net=LAYER, convert=converter)
    assert made["net"].fixed_text is None
    other = results(tmp_path, strategy="keras", net=LAYER, convert=converter.replace("from net", "from away"))
    assert other["net"].fixed_text is not None


def fix_of(folder: Path, call: str) -> Fix:
    (made,) = results(
        folder,
        strategy="keras",
        train=SLIM.replace(IMAGES, "x = tf.ones((2, 8, 8, 4))\n") + f"y = slim.batch_norm({call})\n",
    ).values()
    (fix,) = (one.fix for one in (*made.findings, *made.fixed) if one.code == "NF451" and one.fix)
    return fix


@pytest.mark.parametrize("call", ["x", "x, variables_collections=None"])
def test_collections_that_nobody_misses(tmp_path: Path, call: str) -> None:
    fix = fix_of(tmp_path, call)
    assert fix.applicability is Applicability.SAFE
    assert not any("is put into" in note for note in fix.notes)


@pytest.mark.parametrize("name", ["variables_collections", "outputs_collections"])
def test_collections_that_are_lost(tmp_path: Path, name: str) -> None:
    fix = fix_of(tmp_path, f"x, {name}=['mine']")
    assert f"nothing is put into what `{name}` names any more" in fix.notes
    read = fix_of(tmp_path, f"x, {name}=['mine'])\nprint(slim.get_model_variables()")
    assert read.applicability is Applicability.UNSAFE
    assert any(f"reads collections, perhaps those that `{name}` names" in note for note in read.notes)


def test_slims_model_variables_are_said(tmp_path: Path) -> None:
    fix = fix_of(tmp_path, "x)\nprint(slim.get_model_variables()")
    assert any("asks slim for model variables" in note for note in fix.notes)
