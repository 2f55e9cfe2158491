"""What a notebook sets up and can no longer have, in whatever way it asks for it; with and without the prefilter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from normfix.config.target import LazyTarget, parse_target
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run
from normfix.table.load import shipped_table

LAYER = "from tensorflow.keras.layers import BatchNormalization"


def checked(folder: Path, *cells: str, kind: str = "code", target: str = "newest") -> FileResult | None:
    """What a run says of a notebook with these cells, the same with and without the prefilter."""
    written = [{"cell_type": kind, "source": cell} for cell in cells] + [{"cell_type": "code", "source": LAYER}]
    file = folder / "n.ipynb"
    file.write_text(json.dumps({"cells": written}))
    aimed = parse_target(target, shipped_table().releases, "here")
    quick, slow = (
        list(run([file], shipped_table(), Options(full=full, target=LazyTarget(lambda: aimed))))
        for full in (False, True)
    )
    assert [one.findings for one in quick] == [one.findings for one in slow]
    return quick[0] if quick else None


def found(folder: Path, *cells: str, target: str = "newest") -> list[tuple[str, int | None, int, int, int]]:
    result = checked(folder, *cells, target=target)
    findings = result.findings if result is not None else ()
    return [(one.code, one.cell, one.start.line, one.start.column, one.end.column) for one in findings]


@pytest.mark.parametrize(
    "cell",
    [
        "!pip install numpy 'tensorflow>=2.16'",
        "%pip install tensorflow==2.15",
        "!pip install tensorflow",
        "!pip install 'tensorflow>=1.15'",
        "!pip install tensorflow-probability==1.0 tensorflow_hub==1.15",
        "!pip install -f https://example.org tensorflow==1.15",
        "!pip install -r requirements.txt",
        "!pip install 'unclosed tensorflow==1.15",
        "!pip uninstall -y tensorflow-gpu",
        "!pip list; ls tensorflow==1.15",
        "!pip install $package",
        "%tensorflow_version 2.x",
        "# %tensorflow_version 1.x\n# !pip install tensorflow==1.15",
        "text = '''\n!pip install tensorflow==1.15\n%tensorflow_version 1.x\n'''",
        "%matplotlib inline\ntext = '''\n!pip install tensorflow==1.15'''",
        "try:\n    %tensorflow_version 1.x\nexcept Exception:\n    pass",
        "%%writefile setup.sh\npip install tensorflow==1.15",
        "%%html\n!pip install tensorflow==1.15",
        "files = !ls tensorflow==1.15",
        "1 %tensorflow_version",
    ],
)
def test_what_is_there_to_have_is_left_in_peace(tmp_path: Path, cell: str) -> None:
    if cell == "1 %tensorflow_version":
        cell = "tensorflow_version = 1\ninstall = (2\n%tensorflow_version)"
    assert found(tmp_path, cell) == []


def test_text_in_a_cell_of_markdown_is_no_command(tmp_path: Path) -> None:
    assert checked(tmp_path, "%tensorflow_version 1.x\n!pip install tensorflow==1.15", kind="markdown") is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("%tensorflow_version 1.x", "NF951"),
        ("%tensorflow_version 1", "NF951"),
        ("  %tensorflow_version 1.15", "NF951"),
        ("!pip install tensorflow==1.15", "NF952"),
        ("! pip3 install -q tensorflow==1.15.*", "NF952"),
        ("%pip install tensorflow~=1.14", "NF952"),
        ("pip install tensorflow==1.15", "NF952"),
        ("!python3 -m pip install 'tensorflow>=1.14,<2'", "NF952"),
        ("!{sys.executable} -m pip install tensorflow-gpu==1.15", "NF952"),
        ("!cd /content && pip install TensorFlow_GPU[all]==1.13.1 | tail", "NF952"),
        ("!pip install \\\n  numpy \\\n  tensorflow==1.15", "NF952"),
        ("out = !pip install tensorflow==1.15", "NF952"),
        ("%%bash\nls\npip install tensorflow==1.15", "NF952"),
        ("%%capture\n!pip install tensorflow==1.15", "NF952"),
        ("print 'two'\n!pip install tensorflow==1.15", "NF952"),
        ("%pip install tensorflow-addons", "NF953"),
        ("!pip install tensorflow_addons==0.11", "NF953"),
        ("!pip install tensorflow-gpu", "NF953"),
        ("!pip install keras-contrib", "NF953"),
        ("!sudo pip install git+https://www.github.com/keras-team/keras-contrib.git@master", "NF953"),
        ("!pip install keras_contrib@git+https://github.com/keras-team/keras-contrib", "NF953"),
    ],
)
def test_what_nobody_can_have_any_more(tmp_path: Path, cell: str, code: str) -> None:
    assert code in [one[0] for one in found(tmp_path, cell)]


def test_two_packages_of_one_line_are_two_findings_at_the_authors_place(tmp_path: Path) -> None:
    line = "!pip install tensorflow==1.15 keras-contrib"
    assert found(tmp_path, f"x = 1\n  {line}".replace("  ", "")) == [
        ("NF952", 1, 2, 1, len(line) + 1),
        ("NF953", 1, 2, 1, len(line) + 1),
    ]


def test_a_line_goes_on_behind_a_backslash(tmp_path: Path) -> None:
    cell = "!pip install \\\n    numpy\nfrom keras.layers.normalization import BatchNormalization"
    assert [one[:3] for one in found(tmp_path, cell)] == [("NF101", 1, 3)]


def test_a_project_of_tensorflow_1_may_install_it(tmp_path: Path) -> None:
    cell = "%tensorflow_version 1.x\n!pip install tensorflow==1.15 keras-contrib"
    assert [one[0] for one in found(tmp_path, cell)] == ["NF951", "NF952", "NF953"]
    assert [one[0] for one in found(tmp_path, cell, target="tensorflow<2")] == ["NF953"]


def test_a_notebook_that_speaks_of_no_normalization_is_left_in_peace(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "!pip install tensorflow==1.15"}]}))
    assert list(run([file], shipped_table(), Options())) == []


@pytest.mark.parametrize(
    "cell",
    [
        "text = '''\n%s of %s'''",
        "!ls\ntext = '''\n%s of %s'''\n",
        "x = 5 \\\n% 3",
        "text = \"'''\"\n%time x = 1",
        "# '''\n%time x = 1",
        "!echo \\\n  what is \\\n  this",
        "pip install numpy",
    ],
)
def test_what_looks_like_a_magic_costs_no_cell(tmp_path: Path, cell: str) -> None:
    old = "from keras.layers.normalization import BatchNormalization"
    assert [one[:2] for one in found(tmp_path, cell, old)] == [("NF101", 2)]


@pytest.mark.parametrize(
    ("head", "line", "expected"),
    [
        ("# Databricks notebook source", "# MAGIC %md pip install tensorflow==1.15", []),
        ("# Databricks notebook source", "# MAGIC %pip install tensorflow", []),
        ("# A script", "# MAGIC %pip install tensorflow==1.15", []),
        ("# Databricks notebook source", "x = '# MAGIC %pip install tensorflow==1.15'", []),
        ("# Databricks notebook source", "# MAGIC %pip install tensorflow==1.15", [("NF952", 2, 9)]),
        ("# Databricks notebook source", "# MAGIC %sh pip install tensorflow-addons", [("NF953", 2, 9)]),
        ("# Databricks notebook source", "# MAGIC !pip install keras-contrib", [("NF953", 2, 9)]),
        (
            "# Databricks notebook source",
            "# MAGIC %sh\n# MAGIC ls\n# MAGIC pip install keras-contrib\n# MAGIC pip install tensorflow==1.15",
            [("NF953", 4, 9), ("NF952", 5, 9)],
        ),
        ("# Databricks notebook source", "# MAGIC %md\n# MAGIC pip install keras-contrib", []),
        ("# Databricks notebook source", "# MAGIC %sh ls\n\nx = 1\n# MAGIC pip install keras-contrib", []),
    ],
)
def test_a_notebook_of_databricks(tmp_path: Path, head: str, line: str, expected: list[tuple[str, int, int]]) -> None:
    assert in_script(tmp_path, f"{head}\n{line}\n\n# COMMAND ----------\n{LAYER}\n") == expected


def in_script(folder: Path, text: str) -> list[tuple[str, int, int]]:
    """What a run says of a script, the same with and without the prefilter."""
    file = folder / "n.py"
    file.write_text(text)
    quick, slow = (list(run([file], shipped_table(), Options(full=full))) for full in (False, True))
    assert [one.findings for one in quick] == [one.findings for one in slow]
    return [(one.code, one.start.line, one.start.column) for each in quick for one in each.findings]


PERCENT = "# %%\n"
LIGHT = "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:light\n# ---\n\n# +\n"
COLAB = "# Commented out IPython magic to ensure Python compatibility.\n"


@pytest.mark.parametrize(
    "text",
    [
        "# !pip install tensorflow==1.15\n# %tensorflow_version 1.x\n",
        "# %% [markdown]\n# !pip install tensorflow==1.15\n",
        "# %%\n# # !pip install tensorflow==1.15\n# pip install tensorflow==1.15\n",
        "# %%\nx = '# !pip install tensorflow==1.15'\n",
        "# + [markdown]\n# %tensorflow_version 1.x\n# -\n",
        '# %% language="html"\n# pip install tensorflow==1.15\n',
        f"{COLAB}# %cd /content\n\nx = 1\n# %tensorflow_version 1.x\n",
    ],
)
def test_a_comment_that_is_no_command(tmp_path: Path, text: str) -> None:
    assert in_script(tmp_path, f"{text}\n{LAYER}\n") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{PERCENT}# !pip install tensorflow==1.15 keras-contrib\n", [("NF952", 2, 3), ("NF953", 2, 3)]),
        (f"{PERCENT}# %pip install tensorflow==1.15\n#%tensorflow_version 1\n", [("NF952", 2, 3), ("NF951", 3, 2)]),
        ("#%%\n#   !pip install keras-contrib\n", [("NF953", 2, 5)]),
        ('# %% language="bash"\n# pip install keras-contrib\n', [("NF953", 2, 3)]),
        ("# %% [markdown]\n# Text\n# %% set-up\n# !pip install keras-contrib\n", [("NF953", 4, 3)]),
        (f"{LIGHT}# !pip install keras-contrib\n", [("NF953", 8, 3)]),
        (f"{COLAB}# %tensorflow_version 1.x\n", [("NF951", 2, 3)]),
        (f"{COLAB}# %cd /content\n# %pip install keras-contrib\n", [("NF953", 3, 3)]),
        (f"{PERCENT}# !pip install keras-contrib\n".replace("\n", "\r\n"), [("NF953", 2, 3)]),
        ("!pip install keras-contrib\nx = %tensorflow_version 1.x\n", [("NF953", 1, 1), ("NF951", 2, 5)]),
        (f"{COLAB}# %tensorflow_version 1.x\n!pip install \\\n  keras-contrib\n", [("NF951", 2, 3), ("NF953", 3, 1)]),
    ],
)
def test_a_notebook_that_is_kept_as_a_script(tmp_path: Path, text: str, expected: list[tuple[str, int, int]]) -> None:
    assert in_script(tmp_path, f"{text}{LAYER}\n") == expected
