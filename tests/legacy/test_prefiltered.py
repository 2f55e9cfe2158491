"""A file of a graph program without a normalization is scanned for what changes with the program alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.checks.finding import Finding
from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table
from tests.fix.programs import INPUT, NORM

COMPAT = "import tensorflow as tf\n\nslim = tf.contrib.slim\nestimator = tf.estimator\nRATE = len('a')\n"
TRAIN = "import tensorflow as tf\nimport compat\nimport user\n" + INPUT + NORM

USERS = {
    "what moved, under another name": ("from compat import slim as s\n\nops = s\ny = ops.flatten(1)\n", "NF906"),
    "what moved, by a star": ("from compat import *\n\ny = slim.flatten(1)\n", "NF906"),
    "what is gone": ("from compat import estimator\n\nestimator.train_and_evaluate()\n", "NF005"),
    "what is gone, under another name": (
        "from compat import estimator as e\n\nother = e\nother.train_and_evaluate()\n",
        "NF005",
    ),
    "what is gone, by a star": ("from compat import *\n\nestimator.train_and_evaluate()\n", "NF005"),
    "an import by its text": (
        "tf = __import__('tensorflow')\ntf.estimator.Run()\n",
        "NF005",
    ),
    "an import on a second line": ("import os, \\\n    tensorflow as tf\n\nx = tf.constant(os.sep)\n", "NF005"),
    "a name of the same spelling": ("class Own:\n    estimator = 1\n\n\nprint(Own.estimator)\n", ""),
    "a word in a comment": ("# Contributed by all who contribute to tensorflow.\nfrom compat import RATE\n", ""),
}


def found(folder: Path, *, full: bool) -> dict[str, list[Finding]]:
    options = Options(workers=1, strategy="legacy", full=full)
    results = run(sorted(folder.glob("*.py")), shipped_table(), options)
    return {Path(one.path).stem: list(one.findings) for one in results}


@pytest.mark.parametrize(("user", "code"), USERS.values(), ids=USERS)
def test_the_prefilter_leaves_out_nothing(user: str, code: str, tmp_path: Path) -> None:
    for name, text in {"compat": COMPAT, "train": TRAIN, "user": user}.items():
        (tmp_path / f"{name}.py").write_text(text)
    quick = found(tmp_path, full=False)
    assert quick == found(tmp_path, full=True)
    assert {one.code for one in quick.get("user", ())} == ({code} if code else set())
