"""Names that layers have from their class, where a fix gives them a class of another name."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.checks.finding import Finding
from normfix.run.options import Options
from normfix.run.session import run
from normfix.source.text import Applicability
from normfix.table.load import shipped_table

TABLE = shipped_table()
ADDED = "import tensorflow as tf\nimport tensorflow_addons as tfa\n"
MADE = f"{ADDED}layer = tfa.layers.InstanceNormalization()\n"
OLD_KERAS = "from keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization()\n"


def first(folder: Path, **files: str) -> Finding:
    """The first finding of `net.py` in a project."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    results = {Path(one.path).stem: one for one in run(sorted(folder.glob("*.py")), TABLE, Options())}
    return results["net"].findings[0]


def told(folder: Path, **files: str) -> str | None:
    """What makes the fix of `net.py` an unsafe one; None where it is safe."""
    fix = first(folder, **files).fix
    assert fix is not None
    return None if fix.applicability is Applicability.SAFE else " ".join(fix.notes)


@pytest.mark.parametrize(
    "text",
    [
        MADE,
        f'{MADE}NORMS = {{"instance_normalization": layer}}\n',
        f'{MADE}parser.add_argument("--norm", choices=["instance", "batch"])\n',
        f'{MADE}x = model.get_layer("dense_1")\n',
        f'{MADE}x = [one for one in model.layers if "norm" in one.name]\n',
        f'{MADE}if __name__ == "__main__":\n    layer.build("instance_normalization")\n',
        f'{MADE}# model.get_layer("instance_normalization")\n',
        f'{ADDED}layer = tfa.layers.InstanceNormalization(name="n")\nx = model.get_layer("instance_normalization")\n',
        f'{ADDED}layer = tfa.layers.GroupNormalization(4)\nx = model.get_layer("group_normalization")\n',
        f'{OLD_KERAS}x = model.get_layer("batch_normalization")\n',
        f'{OLD_KERAS}x = model.get_layer("bn_1")\n',
    ],
)
def test_what_goes_by_no_such_name_is_safe(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, net=text) is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('x = model.get_layer("instance_normalization")', "`instance_normalization`"),
        ('x = model.get_layer(name="instance_normalization_3")', "`instance_normalization_3`"),
        ('x = model.get_layer(f"instance_normalization_{i}")', "`instance_normalization_`"),
        ('x = [one for one in model.layers if "instance" in one.name]', "`instance`"),
        ('x = [one for one in model.layers if one.name.startswith("instance_norm")]', "`instance_norm`"),
        ('x = [one for one in model.layers if type(one).__name__ == "InstanceNormalization"]', "`GroupNormalization`"),
        # What the new class is called may mean another layer from now on.
        ('x = model.get_layer("group_normalization")', "`group_normalization`"),
    ],
)
def test_what_goes_by_such_a_name_is_said(tmp_path: Path, more: str, words: str) -> None:
    said = told(tmp_path, net=f"{MADE}{more}\n")
    assert said is not None
    assert "line 4 goes by" in said
    assert words in said


def test_a_name_of_a_class_counts_where_each_layer_has_a_name(tmp_path: Path) -> None:
    layer = f'{ADDED}layer = tfa.layers.InstanceNormalization(name="n")\n'
    assert told(tmp_path, net=f'{layer}x = type(layer).__name__ == "InstanceNormalization"\n') is not None


def test_standalone_keras_counted_from_one(tmp_path: Path) -> None:
    said = told(tmp_path, net=f'{OLD_KERAS}x = model.get_layer("batch_normalization_1")\n')
    assert said is not None
    assert "today's first layer has no number" in said


def test_another_file_of_the_program_goes_by_it(tmp_path: Path) -> None:
    train = 'from net import layer\n\nx = model.get_layer("instance_normalization")\n'
    said = told(tmp_path, net=MADE, train=train)
    assert said is not None
    assert "`train.py:3` goes by" in said


def test_a_file_of_another_program_does_not(tmp_path: Path) -> None:
    assert told(tmp_path, net=MADE, other='x = model.get_layer("instance_normalization")\n') is None
