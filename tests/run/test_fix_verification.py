"""`verify` and `fix --verify` from the outside: without a TensorFlow, and with one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Command

OLD = "from keras.layers.normalization import BatchNormalization\n"


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No answer of an earlier session stands in for TensorFlow here."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("kept")))
        yield


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter without any package."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def test_no_call_to_try(normfix: Command, tmp_path: Path, bare: str) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    result = normfix("verify", "--python", bare, "a.py")
    assert (result.returncode, result.stdout) == (0, b"")
    assert result.stderr == b"No normalization calls found.\n"


def test_nothing_to_fix_needs_no_tensorflow(normfix: Command, tmp_path: Path, bare: str) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    assert normfix("fix", "--verify", "--python", bare).returncode == 0


@pytest.mark.parametrize("arguments", [["verify"], ["fix", "--verify", "."]])
def test_no_tensorflow_is_one_line_and_status_two(
    normfix: Command, tmp_path: Path, bare: str, arguments: list[str]
) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    result = normfix(*arguments, "--python", bare)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == f"error: there is no TensorFlow in {bare} (--python)\n"
    assert file.read_text(encoding="utf-8") == OLD


def test_no_tensorflow_in_json(normfix: Command, bare: str) -> None:
    result = normfix("verify", "--python", bare, "--output-format", "json")
    assert result.returncode == 2
    assert "there is no TensorFlow" in json.loads(result.stdout)["failure"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "--python", "no-such-python"], "no-such-python"),
        (["verify", "-"], "`verify` reads files, not standard input"),
        (["verify", "missing.py"], "missing.py: no such file or folder"),
        (["verify", "broken.py"], "broken.py:1:"),
    ],
)
def test_what_cannot_be_done(normfix: Command, tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "broken.py").write_text("print 'two'\n", encoding="utf-8")
    result = normfix(*arguments)
    errors = result.stderr.decode()
    assert result.returncode == 2
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
    assert words in errors


@pytest.mark.tensorflow
def test_call_sites_on_the_installed_tensorflow(normfix: Command, tmp_path: Path) -> None:
    text = "import tensorflow as tf\ntf.keras.layers.BatchNormalization()\ntf.keras.layers.BatchNormalization(mode=2)\n"
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = normfix("verify", "a.py", "--python", sys.executable)
    out = result.stdout.decode()
    assert result.returncode == 1
    assert "a.py:3:1: tensorflow.keras.layers.BatchNormalization(mode=2) cannot be built" in out
    assert "1 of 2 passed on TensorFlow" in out


@pytest.mark.tensorflow
def test_fixes_that_are_proved_are_made(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    result = normfix("fix", "--verify", "--python", sys.executable)
    assert result.returncode == 0, result.stderr
    assert file.read_text(encoding="utf-8") == OLD.replace(".normalization", "")


@pytest.mark.tensorflow
def test_fixes_whose_target_does_not_run_are_withheld(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(OLD, encoding="utf-8")
    # A keras that has no BatchNormalization stands in front of the real one.
    stub = tmp_path / "stub" / "keras"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("from keras import layers\n", encoding="utf-8")
    (stub / "layers.py").write_text("", encoding="utf-8")
    result = normfix("fix", "--verify", "--python", sys.executable, "old.py", env={"PYTHONPATH": str(stub.parent)})
    assert result.returncode in (1, 2)
    assert file.read_text(encoding="utf-8") == OLD
    assert b"Traceback" not in result.stderr


def fixed_and_tried(normfix: Command) -> subprocess.CompletedProcess[bytes]:
    """`fix --verify` of `old.py` on the TensorFlow beside this Python."""
    return normfix("fix", "--isolated", "--verify", "--python", sys.executable, "old.py")


CALLS = (
    "import tensorflow as tf\n"
    "from keras.layers.normalization import BatchNormalization\n"
    "a = BatchNormalization(axis=-1, mode=0)\n"
    "b = tf.layers.batch_normalization(tf.ones((2, 4)), momentum=0.9)\n"
    "c = tf.contrib.layers.layer_norm(tf.ones((2, 4)))\n"
)


@pytest.mark.tensorflow
def test_targets_and_calls_of_later_passes_are_tried_as_well(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(CALLS, encoding="utf-8")
    result = fixed_and_tried(normfix)
    assert result.returncode == 0, result.stderr
    assert file.read_text(encoding="utf-8") == (
        "import tensorflow as tf\n"
        "from keras.layers import BatchNormalization\n"
        "a = BatchNormalization(axis=-1)\n"
        "b = tf.keras.layers.BatchNormalization(momentum=0.9)(tf.ones((2, 4)), training=False)\n"
        "c = tf.keras.layers.GroupNormalization(groups=1, epsilon=1e-12)(tf.ones((2, 4)))\n"
    )
    assert b"no old call runs any more, so old and new were not compared.\n" in result.stderr


@pytest.mark.tensorflow
def test_a_call_that_does_not_build_is_withheld_and_its_neighbours_are_not(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    text = (
        "from keras.layers.normalization import BatchNormalization, LayerNormalization\n"
        "a = BatchNormalization()\nb = LayerNormalization(foo=1)\n"
    )
    file.write_text(text, encoding="utf-8")
    result = fixed_and_tried(normfix)
    assert result.returncode == 1
    said = " ".join(result.stderr.decode().split())
    assert "keras.layers.LayerNormalization(foo=1) cannot be built: ValueError: Unrecognized keyword" in said
    assert file.read_text(encoding="utf-8").splitlines()[:2] == [
        "from keras.layers.normalization import LayerNormalization",
        "from keras.layers import BatchNormalization",
    ]


@pytest.mark.tensorflow
def test_old_and_new_are_compared_where_the_old_still_runs(normfix: Command, tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text(
        "import keras\na = keras.src.layers.LayerNormalization(axis=1)\n", encoding="utf-8"
    )
    result = fixed_and_tried(normfix)
    assert result.returncode == 0, result.stderr
    assert (
        b"same weights and input; the largest difference is 0.\n  old.py:2:5: keras.src.layers.Layer" in result.stderr
    )


PRIVATE = (
    "from tensorflow.python.keras.layers import BatchNormalization, Dense, Input, Lambda\n"
    "from tensorflow.python.keras.models import Model\n"
    "x = Input((4,))\n"
    "m = Model(x, BatchNormalization()(Dense(3)(x)))\n"
)


@pytest.mark.tensorflow
def test_names_beside_a_normalization_are_only_looked_up(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text(PRIVATE, encoding="utf-8")
    result = fixed_and_tried(normfix)
    assert result.returncode == 0, result.stderr
    assert file.read_text(encoding="utf-8") == PRIVATE.replace(".python", "")


@pytest.mark.tensorflow
def test_private_and_public_keras_are_not_mixed(normfix: Command, tmp_path: Path) -> None:
    file, other = tmp_path / "old.py", tmp_path / "other.py"
    text = PRIVATE.replace("Normalization()", "Normalization(foo=1)")
    file.write_text(text, encoding="utf-8")
    other.write_text(PRIVATE, encoding="utf-8")
    result = normfix("fix", "--isolated", "--verify", "--python", sys.executable, "old.py", "other.py")
    assert result.returncode == 1
    said = " ".join(result.stderr.decode().split())
    assert file.read_text(encoding="utf-8") == text
    assert "two Kerases in one file do not mix, and it does not run here: tensorflow.keras.layers.BatchNorm" in said
    assert other.read_text(encoding="utf-8") == PRIVATE.replace(".python", "")


GRAPH = (
    "import tensorflow as tf\n"
    "x = tf.placeholder(tf.float32, [None, 4])\n"
    "y = tf.layers.batch_normalization(x, training=True)\n"
)
PARTS = (
    "import functools\nimport tensorflow as tf\n"
    "norm = functools.partial(tf.layers.batch_normalization, training=True, renorm=True)\n"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GRAPH, "graph program"),
        (PARTS, "line 3 gives `renorm`"),
    ],
)
def test_a_reason_of_its_own_is_said(normfix: Command, tmp_path: Path, bare: str, text: str, words: str) -> None:
    (tmp_path / "old.py").write_text(text, encoding="utf-8")
    result = normfix("fix", "--isolated", "--verify", "--python", bare, "old.py")
    said = " ".join((result.stdout + result.stderr).decode().split())
    assert result.returncode == 1
    assert words in said
    assert "was not tried" not in said
