"""The closing words of `--strategy legacy`: which file went which way, and what no strategy makes run."""

from __future__ import annotations

from pathlib import Path

from normfix.report.strategy import split, waiting
from tests.fix.programs import INPUT, NORM, PLAIN, results


def said(folder: Path, **files: str) -> str:
    """The words for a project."""
    found = list(results(folder, **files).values())
    return split(found, [one for one in found if one.legacy])


def test_what_the_programs_need_is_said(tmp_path: Path) -> None:
    words = said(tmp_path, train=PLAIN + INPUT + NORM)
    assert "need tf_keras beside TensorFlow" in words
    assert 'strategy = "legacy"' in words
    assert "tf_keras and tf-slim" in said(tmp_path, train=PLAIN + INPUT + "y = tf.contrib.layers.batch_norm(x)\n")


def test_the_strategy_is_named_once_for_all_files(tmp_path: Path) -> None:
    files = {f"train_{index}": PLAIN + INPUT + NORM + NORM for index in range(3)}
    found = list(results(tmp_path, strategy="keras", **files).values())
    words = waiting([one for one in found if one.waiting])
    assert words.count("--strategy legacy") == 1
    assert all(name in words for name in files)
    assert not any("--strategy" in str(one.withheld) for each in found for one in each.findings)
    assert not waiting([])


def test_a_file_that_is_left_is_not_said_to_be_brought_over(tmp_path: Path) -> None:
    files = {"train": PLAIN + INPUT + NORM, "old": PLAIN + INPUT + NORM + "tf.estimator.Estimator(None)\n"}
    words = said(tmp_path, **files)
    assert "Left as they are: " in words
    assert "brought to Keras layers" not in words
