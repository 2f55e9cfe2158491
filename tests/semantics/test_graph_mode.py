"""Graph programs are told from code that merely uses a name of theirs, file by file and through a project's imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.checks.scanner import scan
from normfix.semantics.graph_mode import graph_marks
from normfix.semantics.project import Project
from normfix.source.python import ParseFailure, parse
from normfix.source.text import SourceText
from normfix.table.load import shipped_table

TABLE = shipped_table()
PLAIN = "import tensorflow as tf\n"
OLD = "import tensorflow.compat.v1 as tf\n"


def mark(text: str) -> str | None:
    """The name that makes a file a graph program."""
    source = SourceText("a.py", text)
    tree = parse(source)
    assert not isinstance(tree, ParseFailure)
    found = scan(source, tree, TABLE, Project(TABLE))
    marks = graph_marks(found.resolver, TABLE.graph)
    return marks[0].removeprefix("tensorflow.") if marks else None


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "y = tf.keras.layers.BatchNormalization()(x)\n",
        PLAIN + "losses = tf.compat.v1.get_collection('losses')\n",
        PLAIN + "with tf.compat.v1.variable_scope('a'):\n    w = tf.compat.v1.get_variable('w', [2])\n",
        PLAIN + "gpu = tf.compat.v1.ConfigProto()\n",
        PLAIN + "from keras.backend import set_session\nset_session(tf.Session(config=tf.ConfigProto()))\n",
        PLAIN + "tf.compat.v1.keras.backend.set_session(tf.compat.v1.Session())\nmodel.fit(x)\n",
        PLAIN + "model.compile(optimizer=tf.train.AdamOptimizer(0.1))\n",
        PLAIN + "tf.enable_eager_execution()\nw = tf.get_variable('w', [2])\n",
        "from mine import tf\nx = tf.placeholder('float32')\n",
        "def placeholder():\n    pass\n\n\nplaceholder()\n",
        "# tf.placeholder, tf.Session\n" + PLAIN,
        "import torch\nx = torch.placeholder\n",
    ],
)
def test_no_graph_program(text: str) -> None:
    assert mark(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PLAIN + "x = tf.placeholder('float32')\n", "placeholder"),
        (OLD + "x = tf.placeholder('float32')\n", "compat.v1.placeholder"),
        (PLAIN + "from keras.backend import set_session\nset_session(tf.Session())\nx.run()\n", "Session"),
        (PLAIN + "with tf.variable_scope('a'):\n    pass\n", "variable_scope"),
        (OLD + "ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n", "compat.v1.GraphKeys.UPDATE_OPS"),
        (OLD + "tf.disable_v2_behavior()\n", "compat.v1.disable_v2_behavior"),
        (PLAIN + "tf.train.AdamOptimizer(0.1).minimize(loss)\n", "train.AdamOptimizer"),
        (
            OLD + "step = tf.train.MomentumOptimizer(0.1, 0.9)\nstep.minimize(loss)\n",
            "compat.v1.train.MomentumOptimizer",
        ),
        ("from tensorflow import placeholder\nx = placeholder('float32')\n", "placeholder"),
        (PLAIN + "tf.estimator.Estimator(model)\n", "estimator.Estimator"),
    ],
)
def test_a_graph_program(text: str, name: str) -> None:
    assert mark(text) == name


# -- projects


def project(folder: Path, **files: str) -> Project:
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Project(TABLE)


GRAPH = PLAIN + "x = tf.placeholder('float32')\n"


def builder(found: Project, file: Path) -> str | None:
    leads = found.graph_file(str(file))
    return leads.name if leads else None


def test_a_file_that_a_graph_program_imports_is_part_of_it(tmp_path: Path) -> None:
    found = project(
        tmp_path, train="from nets import unet\n" + GRAPH, nets__unet="from . import ops\n", nets__ops=PLAIN
    )
    assert builder(found, tmp_path / "nets/unet.py") == "train.py"
    assert builder(found, tmp_path / "nets/ops.py") == "train.py"


def test_a_file_that_imports_a_graph_program_is_not_part_of_it(tmp_path: Path) -> None:
    found = project(tmp_path, train=GRAPH, main="import train\n", eager=PLAIN)
    assert builder(found, tmp_path / "main.py") is None
    assert builder(found, tmp_path / "eager.py") is None


def test_a_mark_in_a_comment_or_of_another_library_is_none(tmp_path: Path) -> None:
    comment = "# tensorflow: no Session, no placeholder here\nimport model\n"
    found = project(tmp_path, train=comment, model=PLAIN)
    assert builder(found, tmp_path / "model.py") is None


def test_an_import_in_a_comment_or_in_words_leads_nowhere(tmp_path: Path) -> None:
    words = '#from model import net\n"""Some import model\nfor it."""\nx = "a" # note: import model\n'
    found = project(tmp_path, train=words + GRAPH, model=PLAIN)
    assert builder(found, tmp_path / "model.py") is None


def test_programs_start_where_nobody_imports_or_where_they_can_be_run(tmp_path: Path) -> None:
    main = "if __name__ == '__main__':\n    pass\n"
    found = project(tmp_path, main="import train\n", train="import model\n" + GRAPH, model=PLAIN + main, other=PLAIN)
    programs = found.programs(str(tmp_path / "model.py"))
    starts = {file.name for file in programs.entries((tmp_path / "model.py").resolve())}
    assert starts == {"main.py", "model.py"}


def test_files_that_import_each_other_all_start(tmp_path: Path) -> None:
    found = project(tmp_path, one="import two\n" + GRAPH, two="import one\n")
    programs = found.programs(str(tmp_path / "one.py"))
    assert {file.name for file in programs.entries((tmp_path / "one.py").resolve())} == {"one.py"}


def test_several_modules_on_one_line_are_followed(tmp_path: Path) -> None:
    found = project(tmp_path, train="import os, model as m\n" + GRAPH, model=PLAIN)
    assert builder(found, tmp_path / "model.py") == "train.py"


def test_nothing_is_read_until_a_fix_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from normfix.run.options import Options
    from normfix.run.session import run

    project(tmp_path, a=PLAIN + "y = tf.keras.layers.BatchNormalization()(x)\n", train=GRAPH)
    monkeypatch.setattr(Project, "programs", lambda *_: pytest.fail("asked for the programs"))
    assert not list(run(sorted(tmp_path.glob("*.py")), TABLE, Options(fix=True)))
