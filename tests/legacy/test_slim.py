"""Slim in graph programs: where it becomes the package tf_slim, and where it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix.programs import IMAGES, INPUT, MODEL, NORM, PLAIN, TOP, TRAIN, V1, fixed, results

KEPT = "y = slim.conv2d(x, 4, 3, normalizer_fn=slim.layer_norm)\n"


@pytest.mark.parametrize(
    "line",
    [
        "import tensorflow.contrib.slim as slim\n",
        "from tensorflow.contrib import slim\n",
        "slim = tf.contrib.slim\n",
        "slim = tf.contrib.slim  # short\n",
    ],
)
def test_slim_becomes_its_own_package_where_that_has_all_that_is_used(tmp_path: Path, line: str) -> None:
    new = "import tf_slim as slim" + ("  # short\n" if "#" in line else "\n")
    gone = "y = slim.batch_norm(y, fused=False)\n"
    instead = "y = tf.layers.batch_normalization(y, fused=False, momentum=0.999, scale=False, training=True)\n"
    assert fixed(tmp_path, PLAIN + line + IMAGES + KEPT + gone) == TOP + V1 + new + IMAGES + KEPT + instead


def test_parts_of_slim_that_are_imported_by_name(tmp_path: Path) -> None:
    old = "from tensorflow.contrib.slim import conv2d, arg_scope as scope\n"
    old += "from tensorflow.contrib.slim.nets import resnet_v1\n"
    uses = "y = resnet_v1.resnet_v1_50(conv2d(x, 4, 3), scope)\n"
    expected = TOP + V1 + old.replace("tensorflow.contrib.slim", "tf_slim") + IMAGES + NORM + uses
    assert fixed(tmp_path, PLAIN + old + IMAGES + NORM + uses) == expected


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("slim = tf.contrib.slim\n", "slim.conv2d(x)\nslim.make_place_holder_tensors_for_base_features(x)\n"),
        ("slim = tf.contrib.slim\n", "run(slim)\n"),
        ("if NEW:\n    import tf_slim as slim\nelse:\n    from tensorflow.contrib import slim\n", "slim.conv2d(x)\n"),
        ("from tensorflow.contrib import slim, rnn\n", "slim.conv2d(x)\n"),
        ("from tensorflow.contrib.slim import conv2d, no_such_thing\n", "conv2d(x)\n"),
        ("import tensorflow.contrib.slim as slim  # noqa: F401\n", "slim.conv2d(x)\n"),
    ],
    ids=["unknown part", "handed on", "choice", "with others", "unknown name", "exported"],
)
def test_slim_stays_where_it_cannot_mean_the_package(tmp_path: Path, line: str, use: str) -> None:
    (found,) = results(tmp_path, train=PLAIN + line + INPUT + NORM + use).values()
    assert line in str(found.fixed_text)


def test_slim_that_another_file_takes_stays(tmp_path: Path) -> None:
    model = MODEL.replace(PLAIN, PLAIN + "slim = tf.contrib.slim\n") + "\n\nslim.conv2d(None)\n"
    found = results(tmp_path, model=model, train=TRAIN + "from model import slim\n")
    assert "slim = tf.contrib.slim\n" in str(found["model"].fixed_text)


def test_the_finding_on_slim_names_the_package(tmp_path: Path) -> None:
    (found,) = results(tmp_path, train=PLAIN + "slim = tf.contrib.slim\n" + IMAGES + KEPT).values()
    (slim,) = (one for one in found.fixed if one.code == "NF903")
    assert slim.replacement == "tf_slim"
    assert slim.fix is not None
    assert slim.fix.notes == ("needs tf-slim beside TensorFlow: pip install tf-slim",)
