"""The closing words of `--strategy legacy`: which file went which way, and what no strategy makes run."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.report.strategy import split
from tests.fix.programs import INPUT, NORM, PLAIN, results


def said(folder: Path, **files: str) -> str:
    """The words for a project."""
    found = list(results(folder, **files).values())
    return split(found, [one for one in found if one.legacy])


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "tf.contrib.rnn.BasicLSTMCell(4)\n",
        PLAIN + "from tensorflow.contrib.framework import arg_scope\n",
        PLAIN + "from tensorflow import contrib\n",
        PLAIN + "import tensorflow.contrib.rnn as rnn\n",
        PLAIN + "def cell():\n    return tf.contrib.rnn.BasicLSTMCell\n",
    ],
)
def test_files_that_still_use_contrib_are_named(tmp_path: Path, text: str) -> None:
    words = said(tmp_path, train=text + INPUT + NORM)
    assert "1 file still uses `tensorflow.contrib`, which no TensorFlow 2 has: " in words
    assert "train.py. What needs them does not run" in words


@pytest.mark.parametrize(
    "text",
    [
        "# tensorflow.contrib\n" + PLAIN,
        PLAIN + "try:\n    from tensorflow.contrib import rnn\nexcept ImportError:\n    rnn = None\n",
        PLAIN + "import other\nother.contrib.run()\n",
        PLAIN,
    ],
)
def test_other_files_are_not(tmp_path: Path, text: str) -> None:
    assert "contrib" not in said(tmp_path, train=text + INPUT + NORM)


def test_many_files_are_counted(tmp_path: Path) -> None:
    files = {f"train_{index}": PLAIN + "tf.contrib.rnn.f()\n" + INPUT + NORM for index in range(7)}
    words = said(tmp_path, **files)
    assert "7 files still use `tensorflow.contrib`" in words
    assert "and 2 more. What needs them" in words


def test_a_file_that_is_left_is_not_said_to_be_brought_over(tmp_path: Path) -> None:
    files = {"train": PLAIN + INPUT + NORM, "old": PLAIN + INPUT + NORM + "tf.estimator.Estimator(None)\n"}
    words = said(tmp_path, **files)
    assert "Left as they are: " in words
    assert "brought to Keras layers" not in words
