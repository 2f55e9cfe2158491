"""Slim in graph programs: where it becomes the package tf_slim, and where it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix.programs import IMAGES, INPUT, MODEL, NORM, PLAIN, TRAIN, V1, fixed, results

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
    text = fixed(tmp_path, PLAIN + line + IMAGES + KEPT + gone)
    assert new in text
    assert text.endswith(IMAGES + KEPT + gone)
    assert "contrib" not in text


def test_parts_of_slim_that_are_imported_by_name(tmp_path: Path) -> None:
    old = "from tensorflow.contrib.slim import conv2d, arg_scope as scope\n"
    old += "from tensorflow.contrib.slim.nets import resnet_v1\n"
    uses = "y = resnet_v1.resnet_v1_50(conv2d(x, 4, 3), scope)\n"
    text = fixed(tmp_path, PLAIN + old + IMAGES + NORM + uses)
    assert old.replace("tensorflow.contrib.slim", "tf_slim") in text
    assert text.endswith(IMAGES + NORM + uses)


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("slim = tf.contrib.slim\n", "slim.conv2d(x)\nslim.make_place_holder_tensors_for_base_features(x)\n"),
        ("slim = tf.contrib.slim\n", "run(slim)\n"),
        ("if NEW:\n    import tf_slim as slim\nelse:\n    from tensorflow.contrib import slim\n", "slim.conv2d(x)\n"),
    ],
    ids=["unknown part", "handed on", "choice"],
)
def test_slim_stays_where_it_cannot_mean_the_package(tmp_path: Path, line: str, use: str) -> None:
    (found,) = results(tmp_path, train=PLAIN + line + INPUT + NORM + use).values()
    assert line in str(found.fixed_text)


def test_parts_that_no_package_has_stay_in_the_line(tmp_path: Path) -> None:
    line = "from tensorflow.contrib.slim import conv2d, no_such_thing\n"
    (found,) = results(tmp_path, train=PLAIN + line + INPUT + NORM + "no_such_thing(conv2d(x))\n").values()
    assert "from tensorflow.contrib.slim import no_such_thing\n" in str(found.fixed_text)
    assert "from tf_slim import conv2d\n" in str(found.fixed_text)


def test_slim_that_another_file_takes_moves_with_it(tmp_path: Path) -> None:
    model = MODEL.replace(PLAIN, PLAIN + "slim = tf.contrib.slim\n") + "\n\nslim.conv2d(None)\n"
    found = results(tmp_path, model=model, train=TRAIN + "from model import slim\nslim.conv2d(x, 4, 3)\n")
    assert "import tf_slim as slim\n" in str(found["model"].fixed_text)
    assert "from model import slim\nslim.conv2d(x, 4, 3)\n" in str(found["train"].fixed_text)


def test_the_finding_on_slim_names_the_package(tmp_path: Path) -> None:
    (found,) = results(tmp_path, train=PLAIN + "slim = tf.contrib.slim\n" + IMAGES + KEPT).values()
    (slim,) = (one for one in found.fixed if one.code == "NF903")
    assert slim.replacement == "tf_slim"
    assert slim.fix is not None
    assert slim.fix.notes == ("needs tf-slim beside TensorFlow: pip install tf-slim",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "from tensorflow.contrib.layers.python.layers import utils\nutils.two_element_tuple(3)\n",
            "import tf_slim.layers.utils as utils\nutils.two_element_tuple(3)\n",
        ),
        (
            "from tensorflow.contrib.slim.python.slim.data import parallel_reader as p\np.get_data_files('x')\n",
            "from tf_slim.data import parallel_reader as p\np.get_data_files('x')\n",
        ),
        (
            "slim = tf.contrib.slim\nslim.utils.convert_collection_to_dict('x')\n",
            "import tf_slim as slim\nslim.utils.convert_collection_to_dict('x')\n",
        ),
    ],
    ids=["utils of layers", "data", "utils of slim"],
)
def test_private_modules_of_contrib_that_slim_has(tmp_path: Path, old: str, new: str) -> None:
    assert new in fixed(tmp_path, PLAIN + old + INPUT + NORM)


def test_an_assignment_that_nothing_reads_goes(tmp_path: Path) -> None:
    assert "slim" not in fixed(tmp_path, PLAIN + "slim = tf.contrib.slim\n" + INPUT + NORM)


def test_an_assignment_that_another_file_may_read_stays(tmp_path: Path) -> None:
    model = MODEL.replace(PLAIN, PLAIN + "slim = tf.contrib.slim\n")
    found = results(tmp_path, model=model, train=TRAIN + "import model as m\nprint(m)\n")
    assert "import tf_slim as slim\n" in str(found["model"].fixed_text)


def test_slim_of_a_file_that_is_half_way_over(tmp_path: Path) -> None:
    text = V1 + "slim = tf.contrib.slim\n" + IMAGES + KEPT
    assert "import tf_slim as slim\n" in fixed(tmp_path, text)


@pytest.mark.parametrize("is_own", [True, False])
def test_only_a_package_of_others_is_given_what_it_lacks(tmp_path: Path, is_own: bool) -> None:
    package = tmp_path / "tf_slim"
    if is_own:
        (package / "layers").mkdir(parents=True)
        (package / "__init__.py").write_text("from tf_slim.layers.layers import batch_norm\n")
        (package / "layers" / "__init__.py").write_text("")
        (package / "layers" / "layers.py").write_text("def batch_norm(x):\n    return x\n")
    train = V1 + "import tf_slim as slim\n" + INPUT + "y = slim.batch_norm(x)\ntf.Session().run(y)\n"
    found = results(tmp_path, train=train)
    lacks = "slim.layers.normalization_layers.BatchNormalization =" in str(found["train"].fixed_text)
    assert lacks is not is_own
