"""Scripts of Databricks with cells of Python in comments: they are read, mended where they stand, and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.prefilter.prefilter import shipped_prefilter
from normfix.source.documents import read_document
from tests.conftest import Command
from tests.support import result

SCRIPT = """\
# Databricks notebook source
# MAGIC %md
# MAGIC from keras.layers.normalization import LRN2D

# COMMAND ----------

import tensorflow as tf

# COMMAND ----------

# MAGIC %python
# MAGIC from keras.layers.normalization import BatchNormalization
# MAGIC
# MAGIC !ls
# MAGIC def f(x):
# MAGIC     return BatchNormalization(mode=0)(x)

# COMMAND ----------

# MAGIC %sql
# MAGIC select * from tf.layers.batch_normalization

# COMMAND ----------

y = tf.keras.layers.BatchNormalisation()(f(3))
"""
FIXED = (
    SCRIPT.replace(".normalization import Batch", " import Batch").replace("mode=0", "").replace("lisation", "lization")
)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "# MAGIC %python\n# MAGIC x = 5"])
def test_every_line_comes_back_and_findings_stand_where_they_are_written(newline: str, mark: bytes, end: str) -> None:
    data = mark + (SCRIPT.rstrip("\n") + "\n" + end).replace("\n", newline).encode()
    source = read_document(data, "a.py")
    assert source.encode(source.text) == data
    found = result(data, path="a.py").findings
    assert [(one.code, one.start.line, one.start.column) for one in found] == [
        ("NF101", 12, 48),
        ("NF701", 16, 39),
        ("NF210", 25, 5),
    ]
    assert shipped_prefilter().admits(data)
    assert (
        result(data, path="a.py", fix=True).content
        == mark + (FIXED.rstrip("\n") + "\n" + end).replace("\n", newline).encode()
    )


def test_a_cell_that_is_broken_is_told_alone() -> None:
    broken = SCRIPT.replace("# MAGIC     return", "# MAGIC     return return")
    found = result(broken.encode(), path="a.py").findings
    assert [(one.code, one.start.line) for one in found] == [("NF001", 16), ("NF003", 12), ("NF210", 25)]


@pytest.mark.parametrize(
    "script",
    [
        SCRIPT.replace("# Databricks notebook source", "# a script"),
        SCRIPT.replace("%python", "%r"),
        SCRIPT.replace("%python", "%pythonista"),
    ],
)
def test_comments_stay_comments_elsewhere(script: str) -> None:
    assert [one.code for one in result(script.encode(), path="a.py").findings] == ["NF210"]


def test_the_command_mends_it_and_a_diff_can_be_applied(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(SCRIPT)
    shown = normfix("fix", "--diff", "net.py").stdout.decode()
    assert "+# MAGIC from keras.layers import BatchNormalization\n" in shown
    assert normfix("fix", "net.py").returncode == 0
    assert file.read_text() == FIXED
    assert normfix("check", "net.py").returncode == 0
