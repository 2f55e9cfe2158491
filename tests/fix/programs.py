"""Graph programs for tests: their usual lines, and what the strategy `legacy` makes of them."""

from __future__ import annotations

from pathlib import Path

from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run
from normfix.table.load import shipped_table

TOP = 'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n'
V1 = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
PLAIN = "import tensorflow as tf\n"
INPUT = "x = tf.placeholder(tf.float32, [None, 4])\n"
IMAGES = "x = tf.placeholder(tf.float32, [None, 8, 8, 4])\n"
NORM = "y = tf.layers.batch_normalization(x, training=True)\n"
MODEL = PLAIN + "\n\ndef network(x):\n    return tf.layers.batch_normalization(x, training=True)\n"
TRAIN = "from model import network\nimport tensorflow as tf\n" + INPUT + "y = network(x)\ntf.Session().run(y)\n"


def results(folder: Path, *, strategy: str = "legacy", only: str = "*.py", **files: str) -> dict[str, FileResult]:
    """The result for each file of a project, by its name without the suffix."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    options = Options(fix=True, strategy=strategy)
    return {Path(one.path).stem: one for one in run(sorted(folder.glob(only)), shipped_table(), options)}


def fixed(folder: Path, text: str) -> str:
    """A program of one file after its fix, which a second run must leave alone."""
    result = results(folder, train=text).get("train")
    if result is None:
        return text
    assert not result.findings, [one.withheld for one in result.findings]
    assert result.fixed_text is not None
    assert not results(folder, train=result.fixed_text)
    return result.fixed_text


def reasons(result: FileResult) -> list[str]:
    return [str(one.withheld) for one in result.findings]
