"""`--strategy legacy`: what a graph program gets, what it keeps, and which files it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table
from tests.fix.programs import IMAGES, INPUT, MODEL, NORM, PLAIN, TOP, TRAIN, V1, fixed, reasons, results

# -- left alone


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\n" + V1 + INPUT + NORM,
        "import os\nos.environ.setdefault('TF_USE_LEGACY_KERAS', '1')\n"
        + V1
        + INPUT
        + "y = tf.layers.BatchNormalization(fused=True)(x)\n",
        "from os import environ\nenviron.update({'TF_USE_LEGACY_KERAS': '1'})\nimport tensorflow as tf\n"
        "tf.compat.v1.disable_v2_behavior()\n"
        "x = tf.compat.v1.placeholder(tf.float32, [None, 4])\ny = tf.compat.v1.layers.batch_normalization(x)\n",
        PLAIN + INPUT + "y = tf.nn.relu(x)\n",
        PLAIN + "y = tf.keras.layers.BatchNormalization()(tf.ones((2, 4)))\n",
    ],
    ids=["set", "setdefault", "update", "no normalization", "no graph"],
)
def test_a_program_that_needs_nothing(tmp_path: Path, text: str) -> None:
    assert not results(tmp_path, train=text)


def test_a_file_that_is_no_graph_program_gets_a_keras_layer(tmp_path: Path) -> None:
    text = PLAIN + "y = tf.layers.batch_normalization(tf.ones((2, 4)), training=True)\n"
    found = results(tmp_path, eager=text, train=PLAIN + INPUT + NORM)
    assert found["eager"].fixed_text == text.replace(
        "tf.layers.batch_normalization(", "tf.keras.layers.BatchNormalization()("
    )
    assert (found["eager"].legacy, found["train"].legacy) == (False, True)


def test_the_keras_strategy_is_the_default(tmp_path: Path) -> None:
    (found,) = results(tmp_path, strategy=Options().strategy, train=PLAIN + INPUT + NORM).values()
    assert found.fixed_text is None
    assert found.waiting
    assert "makes this a graph program" in reasons(found)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAIN + "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\n" + INPUT + NORM, "line 3 sets"),
        (PLAIN + INPUT + NORM + "tf.estimator.Estimator(None)\n", "TensorFlow no longer has"),
    ],
    ids=["set too late", "estimator"],
)
def test_what_cannot_be_brought_over_is_left_with_the_reason(tmp_path: Path, text: str, words: str) -> None:
    (found,) = results(tmp_path, train=text).values()
    assert found.fixed_text is None
    assert all(words in reason for reason in reasons(found))


# -- the preamble


def test_the_whole_program(tmp_path: Path) -> None:
    assert fixed(tmp_path, PLAIN + INPUT + NORM) == TOP + V1 + INPUT + NORM


@pytest.mark.parametrize(
    ("above", "between"),
    [
        ("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n", ""),
        ('"""What it does."""\n\nfrom __future__ import division\n', ""),
        ("import sys\n", "import numpy as np\n"),
    ],
    ids=["shebang and coding", "docstring and future", "other imports"],
)
def test_the_switch_stands_above_the_import_and_below_the_head(tmp_path: Path, above: str, between: str) -> None:
    text = above + between + PLAIN + INPUT + NORM
    assert fixed(tmp_path, text) == above + between + TOP + V1 + INPUT + NORM


def test_os_is_imported_once(tmp_path: Path) -> None:
    switch = TOP.partition("\n")[2]
    text = "import os\nimport sys\n"
    assert fixed(tmp_path, text + PLAIN + INPUT + NORM) == text + switch + V1 + INPUT + NORM


def test_the_switch_stands_above_a_block_that_imports(tmp_path: Path) -> None:
    text = "def load():\n    import tensorflow as tf\n    return tf.placeholder(tf.float32, [])\n\n\n"
    found = fixed(tmp_path, text + PLAIN + INPUT + NORM)
    assert found.startswith(TOP + "def load():\n    import tensorflow.compat.v1 as tf\n")


def test_windows_newlines_stay(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_bytes((PLAIN + INPUT + NORM).replace("\n", "\r\n").encode())
    (found,) = run([tmp_path / "train.py"], shipped_table(), Options(fix=True, strategy="legacy"))
    assert found.fixed_text == (TOP + V1 + INPUT + NORM).replace("\n", "\r\n")


@pytest.mark.parametrize("line", ["tf.disable_v2_behavior()\n", "tf.disable_eager_execution()\n"])
def test_a_program_on_the_old_interface_only_needs_the_switch(tmp_path: Path, line: str) -> None:
    text = "import tensorflow.compat.v1 as tf\n" + line + INPUT + NORM
    assert fixed(tmp_path, text) == TOP + text


def test_tensorflow_under_its_own_name(tmp_path: Path) -> None:
    text = "import tensorflow\nx = tensorflow.placeholder('float32')\ny = tensorflow.layers.batch_normalization(x)\n"
    v1 = "import tensorflow.compat.v1 as tensorflow\ntensorflow.disable_v2_behavior()\n"
    assert fixed(tmp_path, text) == TOP + v1 + text.partition("\n")[2]


def test_where_the_name_must_stay_plain_the_call_is_spelled_out(tmp_path: Path) -> None:
    text = PLAIN + "tf.compat.v1.disable_eager_execution()\nx = tf.compat.v1.placeholder('float32', [2, 4])\n"
    expected = "y = tf.compat.v1.layers.batch_normalization(x, training=True)\n"
    assert fixed(tmp_path, text + NORM) == TOP + text + expected


def test_the_finding_names_the_package_that_is_needed(tmp_path: Path) -> None:
    (found,) = results(tmp_path, train=PLAIN + INPUT + NORM).values()
    (first,) = (one for one in found.fixed if one.code == "NF005")
    assert first.fix is not None
    assert first.fix.notes == ("needs tf_keras beside TensorFlow: pip install tf_keras",)


# -- several files


def test_the_switch_goes_where_the_program_starts(tmp_path: Path) -> None:
    found = results(tmp_path, model=MODEL, train=TRAIN)
    assert found["model"].fixed_text == MODEL.replace(PLAIN, "import tensorflow.compat.v1 as tf\n")
    assert found["train"].fixed_text == TOP + TRAIN.replace(PLAIN, V1)
    texts = {name: str(one.fixed_text) for name, one in found.items()}
    assert not results(tmp_path, **texts)


def test_a_part_alone_waits_for_the_start_of_the_program(tmp_path: Path) -> None:
    found = results(tmp_path, only="model.py", model=MODEL, train=TRAIN)
    assert found["model"].fixed_text is None
    assert "`train.py` starts this program" in reasons(found["model"])[0]


def test_a_part_alone_is_fixed_once_the_start_is_set(tmp_path: Path) -> None:
    found = results(tmp_path, only="model.py", model=MODEL, train=TOP + TRAIN.replace(PLAIN, V1))
    assert found["model"].fixed_text == MODEL.replace(PLAIN, "import tensorflow.compat.v1 as tf\n")


def test_a_start_that_leads_to_tensorflow_by_another_file(tmp_path: Path) -> None:
    found = results(tmp_path, main="import run_it\n", run_it=TRAIN, model=MODEL)
    assert found["main"].fixed_text == TOP + "import run_it\n"
    assert "TF_USE_LEGACY_KERAS" not in str(found["run_it"].fixed_text)
    assert "tf.disable_v2_behavior()" in str(found["run_it"].fixed_text)


def test_a_file_that_is_imported_and_can_be_run_is_a_start_as_well(tmp_path: Path) -> None:
    main = 'if __name__ == "__main__":\n    network(None)\n'
    found = results(tmp_path, model=MODEL + main, train=TRAIN)
    assert str(found["model"].fixed_text).startswith(TOP)
    assert str(found["train"].fixed_text).startswith(TOP)


# -- calls


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.contrib.layers.layer_norm(x, scope='n', reuse=t)", "slim.layer_norm(x, scope='n', reuse=t)"),
        (
            "tf.layers.BatchNormalization(axis=[1], fused=True)(x)",
            "tf.layers.BatchNormalization(axis=[1], fused=True)(x)",
        ),
    ],
)
def test_calls(tmp_path: Path, old: str, new: str) -> None:
    first, second = V1.splitlines(keepends=True)
    slim = "import tf_slim as slim\n" if "slim." in new else ""
    rest = f"t = d = 0.5\n{IMAGES}y = "
    assert fixed(tmp_path, f"{PLAIN}{rest}{old}\n") == f"{TOP}{first}{slim}{second}{rest}{new}\n"


@pytest.mark.parametrize(
    "call",
    [
        "batch_norm(x)",
        "batch_norm(x, 0.9, True, True, is_training=t, scope='a/b')",
        "batch_norm(x, activation_fn=tf.abs, data_format='NCHW', scale=True, decay=d)",
        "batch_norm(x, d, reuse=True, updates_collections=tf.GraphKeys.UPDATE_OPS)",
        "batch_norm(x, updates_collections=None, is_training=False)",
        "batch_norm(x, updates_collections='mine', outputs_collections='out')",
        "batch_norm(x, **{'decay': d})",
        "fully_connected(x, 3, normalizer_fn=tf.contrib.layers.batch_norm, normalizer_params={'scale': True})",
    ],
)
def test_functions_of_contrib_are_those_of_tf_slim(tmp_path: Path, call: str) -> None:
    text = fixed(tmp_path, f"{PLAIN}t = d = 0.5\n{IMAGES}y = tf.contrib.layers.{call}\n")
    assert f"y = slim.{call.replace('tf.contrib.layers.', 'slim.')}\n" in text
    assert text.count("import tf_slim as slim\n") == 1
    assert text.count("slim.layers.normalization_layers.BatchNormalization = ") == 1


def test_names_of_one_line_go_together(tmp_path: Path) -> None:
    line = "from tensorflow.layers import batch_normalization, dense\n"
    use = "y = dense(batch_normalization(x), 2)\n"
    assert line.replace("tensorflow.", "tensorflow.compat.v1.") in fixed(tmp_path, PLAIN + line + INPUT + use)


def test_names_of_tensorflow_come_from_its_first_interface(tmp_path: Path) -> None:
    text = "from tensorflow import layers, placeholder, Session\n"
    text += "x = placeholder('float32', [None, 4])\nSession().run(layers.batch_normalization(x))\n"
    found = fixed(tmp_path, text)
    assert "from tensorflow.compat.v1 import layers, placeholder, Session\n" in found
    assert "\ndisable_v2_behavior()\n" in found


def test_what_no_package_has_stays_a_finding(tmp_path: Path) -> None:
    for strategy in ("keras", "legacy"):
        text = PLAIN + INPUT + NORM + "cell = tf.contrib.rnn.LayerNormBasicLSTMCell(4)\n"
        (found,) = results(tmp_path, strategy=strategy, train=text).values()
        (left,) = (one for one in found.findings if one.code == "NF906")
        assert (left.symbol, left.fix) == ("tensorflow.contrib.rnn.LayerNormBasicLSTMCell", None)


def test_a_library_file_that_a_script_of_another_folder_runs(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    for name in ("nets", "scripts"):
        (tmp_path / name).mkdir()
    (tmp_path / "nets" / "model.py").write_text(MODEL, encoding="utf-8")
    (tmp_path / "scripts" / "train.py").write_text(TRAIN.replace("model", "nets.model"), encoding="utf-8")
    files = sorted(tmp_path.rglob("*.py"))
    for strategy in ("keras", "legacy"):
        found = {Path(one.path).stem: one for one in run(files, shipped_table(), Options(fix=True, strategy=strategy))}
        assert "keras.layers" not in str(found["model"].fixed_text)
    assert found["model"].legacy
    assert str(found["train"].fixed_text).count("TF_USE_LEGACY_KERAS") == 1


def test_a_library_file_that_nobody_is_seen_to_import_is_left_to_the_person(tmp_path: Path) -> None:
    found = results(tmp_path, strategy="keras", model=MODEL, train=PLAIN + INPUT + NORM)
    assert found["model"].fixed_text is None
    assert "nobody is seen to import this file" in reasons(found["model"])[0]


def test_slim_as_a_package_is_no_finding_where_it_runs(tmp_path: Path) -> None:
    text = "import tf_slim as slim\n" + PLAIN + INPUT + "y = slim.layer_norm(x)\n"
    assert fixed(tmp_path, text) == TOP + "import tf_slim as slim\n" + V1 + INPUT + "y = slim.layer_norm(x)\n"


@pytest.mark.parametrize(
    "line",
    [
        "from tensorflow.contrib.nothing import here\nhere(1)\n",
        "import tensorflow.contrib.nothing as here\nhere.there(1)\n",
        "here = tf.contrib.nothing\n",
        "tf.contrib.nothing.here(1)\n",
    ],
)
def test_what_is_left_of_contrib_in_any_file_of_a_program_is_found_at_every_run(tmp_path: Path, line: str) -> None:
    part = "import tensorflow as tf\n" + line + "\n\ndef data():\n    return tf.ones([2, 4])\n"
    texts = {"part": part, "train": PLAIN + "import part\n" + INPUT + NORM}
    first = results(tmp_path, **texts)
    assert {one.code for one in first["part"].findings} == {"NF906"}
    (tmp_path / "part.py").write_text(str(first["part"].fixed_text), encoding="utf-8")
    again = results(tmp_path, strategy=Options().strategy, part=str(first["part"].fixed_text))
    assert {one.code for one in again["part"].findings} <= {"NF903", "NF906"}
    assert again["part"].findings


def test_a_name_of_contrib_that_is_elsewhere_is_not_gone(tmp_path: Path) -> None:
    text = PLAIN + INPUT + NORM + "step = tf.contrib.tpu.CrossShardOptimizer(tf.train.GradientDescentOptimizer(0.1))\n"
    assert "step = tf.tpu.CrossShardOptimizer(" in fixed(tmp_path, text)


def test_what_is_imported_by_a_file_that_nobody_is_seen_to_import_changes_with_it(tmp_path: Path) -> None:
    texts = {
        "pkg/__init__.py": "",
        "pkg/train.py": "from pkg.bn import norm\n" + PLAIN + INPUT + "y = norm(x)\n",
        "pkg/bn.py": PLAIN + "def norm(x):\n    return tf.layers.batch_normalization(x)\n",
        "pkg/net.py": "from pkg import dilated\nfrom pkg.bn import norm\n"
        + PLAIN
        + "def net(x):\n    return norm(x)\n",
        "pkg/dilated.py": PLAIN + "def dilated(x):\n    return tf.space_to_batch_nd(x, [2], [[0, 0]])\n",
        "plain.py": PLAIN + "def plain(x):\n    return tf.reshape(x, [1])\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    files = sorted(str(one) for one in tmp_path.rglob("*.py"))
    options = Options(workers=1, strategy="legacy", fix=True)
    first = {one.path: one.fixed_text for one in run(files, shipped_table(), options) if one.fixed_text is not None}
    for path, text in first.items():
        Path(path).write_text(text)
    assert "import tensorflow.compat.v1 as tf" in first[str(tmp_path / "pkg/dilated.py")]
    assert str(tmp_path / "plain.py") not in first
    assert not [one.path for one in run(files, shipped_table(), options) if one.fixed_text is not None]
