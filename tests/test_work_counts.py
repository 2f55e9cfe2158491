"""How much work a run does, counted rather than timed: files that are parsed, modules that are imported."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from normfix.prefilter.prefilter import prefilter_of
from normfix.run.options import Options
from normfix.run.prefiltering import prefilter_files
from normfix.run.session import run
from normfix.semantics.meaning import Meaning
from normfix.semantics.project import Project
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Reference
from normfix.source import python
from normfix.table.load import shipped_table

LEGACY = "import tensorflow as tf\n\ny = tf.layers.batch_normalization(x)\n"
MODERN = """
import tensorflow as tf
from tensorflow.keras.layers import BatchNormalization, Dense


class Block(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.batch_norm = BatchNormalization(momentum=0.9)
        self.layer_norm = tf.keras.layers.LayerNormalization(epsilon=1e-6)

    def call(self, x, training=None):
        mean, variance = tf.nn.moments(x, axes=[0])
        return self.layer_norm(self.batch_norm(x, training=training))
"""
FOREIGN = """
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self):
        self.norm = nn.LayerNorm(4, eps=1e-5)

    def forward(self, x):
        return F.batch_norm(self.norm(x), None, None, training=True)
"""
HEAVY = frozenset({"libcst", "rich", "tomllib", "tomli", "pathspec", "tensorflow", "multiprocessing", "pickle", "json"})
SCANNING = ("normfix.prefilter", "normfix.semantics", "normfix.checks")
FOLDERS = (
    "normfix.fixes",
    "normfix.report",
    "normfix.runtime",
    "normfix.run.session",
    "normfix.table.load",
    "normfix.table.table",
)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose text becomes a tree, in this process: known by the name that their first line says.

    A single expression that a fix asks about is no file.
    """
    names: list[str] = []
    tree_of = python.tree_of

    def noted(text: str) -> ast.Module:
        if text.startswith("# "):
            names.append(text.partition("\n")[0].removeprefix("# "))
        return tree_of(text)

    monkeypatch.setattr(python, "tree_of", noted)
    return names


def laid_out(folder: Path, **files: str) -> list[Path]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(f"# {name}.py\n{text}")
    return sorted(folder.glob("*.py"))


def test_only_files_with_something_to_find_are_parsed(tmp_path: Path, parsed: list[str]) -> None:
    files = laid_out(tmp_path, modern=MODERN, foreign=FOREIGN, plain="print(1)\n", legacy=LEGACY)
    results = list(run(files, shipped_table(), Options(workers=1)))
    assert [Path(one.path).name for one in results] == ["legacy.py"]
    assert parsed == ["legacy.py"]


def test_a_followed_file_is_parsed_once(tmp_path: Path, parsed: list[str]) -> None:
    user = "from compat import tf\ny = tf.layers.batch_normalization(x)\n"
    files = laid_out(tmp_path, compat="import tensorflow as tf\n", a=user, b=user, c=user)
    results = list(run(files, shipped_table(), Options(workers=1)))
    assert len(results) == 3
    assert sorted(parsed) == ["a.py", "b.py", "c.py", "compat.py"]


PACKAGE = {
    "__init__": "from .blocks import *\nfrom .blocks import Block\n",
    "blocks": """
import tensorflow as tf


class Block:
    def __init__(self, norm=None):
        self.norm = norm


class Wide(Block):
    def __init__(self, norm):
        super().__init__(norm)


def make(norm):
    return Block(norm)
""",
}


def test_a_file_whose_definitions_lead_nowhere_is_not_parsed(tmp_path: Path, parsed: list[str]) -> None:
    taking = "import package\nfrom package.blocks import Block, Wide, make\n"
    calling = "a = make(norm=3)\nb = Block(norm=a.norm), Wide(norm=1), package.Block(norm=1)\n"
    laid_out(tmp_path, legacy=LEGACY + taking + calling)
    (tmp_path / "package").mkdir()
    laid_out(tmp_path / "package", **PACKAGE)
    (result,) = run(sorted(tmp_path.rglob("*.py")), shipped_table(), Options(workers=1))
    assert result.findings
    assert parsed == ["legacy.py"]


def test_a_fixed_file_is_parsed_before_and_after(tmp_path: Path, parsed: list[str]) -> None:
    files = laid_out(tmp_path, legacy=LEGACY)
    (result,) = run(files, shipped_table(), Options(workers=1, fix=True))
    assert result.fixed
    assert parsed == ["legacy.py", "legacy.py"]


def test_the_files_of_a_graph_program_are_parsed_once_for_all_questions(tmp_path: Path, parsed: list[str]) -> None:
    graph = "x = tf.placeholder(tf.float32, [None, 4])\nwith tf.Session() as session:\n    session.run(network(x))\n"
    files = laid_out(
        tmp_path,
        data="import numpy\n",
        model="import tensorflow as tf\ndef network(x):\n    return tf.layers.batch_normalization(x)\n",
        train="import tensorflow as tf\nimport data\nfrom model import network\n" + graph,
    )
    results = list(run(files, shipped_table(), Options(workers=1, fix=True, strategy="legacy")))
    assert [Path(one.path).stem for one in results if one.fixed_text is not None] == ["model", "train"]
    assert sorted(parsed) == ["model.py", "model.py", "train.py", "train.py"]


def test_a_part_of_a_graph_program_without_tensorflow_is_not_parsed(tmp_path: Path, parsed: list[str]) -> None:
    graph = "x = tf.placeholder(tf.float32, [None, 4])\nwith tf.Session() as session:\n    session.run(network(x))\n"
    files = laid_out(
        tmp_path,
        rates="BASE = 1e-3\nRATE = BASE * 2\n",
        step="from rates import RATE\n\ndef learning_rate(count):\n    return RATE * count\n",
        model="import tensorflow as tf\ndef network(x):\n    return tf.layers.batch_normalization(x)\n",
        train="import tensorflow as tf\nfrom step import learning_rate\nfrom model import network\n"
        + graph
        + "print(learning_rate(0))\n",
    )
    results = list(run(files, shipped_table(), Options(workers=1, fix=True, strategy="legacy")))
    assert [Path(one.path).stem for one in results if one.fixed_text is not None] == ["model", "train"]
    assert sorted(parsed) == ["model.py", "model.py", "train.py", "train.py"]


def test_what_calls_return_is_not_resolved_where_it_cannot_be_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors = "def net(x):\n" + "    x = tf.nn.relu(x)\n    x = tf.reshape(x, x.shape)\n" * 200 + "    return x\n"
    files = laid_out(tmp_path, legacy=LEGACY + tensors + "z = net(y)\nprint(z.shape, z.dtype)\n")
    asked: list[str] = []
    resolve = Resolver._reference

    def noted(self: Resolver, one: Reference) -> Meaning:
        asked.append(one.name)
        return resolve(self, one)

    monkeypatch.setattr(Resolver, "_reference", noted)
    (result,) = run(files, shipped_table(), Options(workers=1))
    assert result.findings
    assert set(asked) == {"tf"}


def test_files_are_asked_whom_they_import_only_where_they_say_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = "import tensorflow as tf\nlayer = tf.keras.layers.BatchNormalization(name='block/norm')\n"
    asked: list[str] = []
    files_of = Project._files_of

    def noted(self: Project, file: Path, module: bytes, names: Sequence[bytes]) -> Iterator[Path]:
        asked.append(file.stem)
        return files_of(self, file, module, names)

    monkeypatch.setattr(Project, "_files_of", noted)
    others = {"other": "import net\nNAMES = ['block/other', 'norm/block']\n", "third": "import os\n"}
    files = laid_out(tmp_path, net=layer, **others)
    list(run(files, shipped_table(), Options(workers=1)))
    assert not asked
    laid_out(tmp_path, other="import net\nNAMES = ['block/norm/gamma']\n")
    (result,) = run(files, shipped_table(), Options(workers=1))
    assert [finding.fix.notes for finding in result.findings if finding.fix] == [
        ("`other.py` says `block/norm` as well, and would have to change with it",)
    ]
    assert set(asked) == {"net", "other"}


def test_the_prefilter_tells_how_many_files_may_have_a_finding(tmp_path: Path) -> None:
    files = laid_out(tmp_path, a=LEGACY, b=FOREIGN, c=LEGACY, d="print(1)\n")
    told: list[int] = []
    prefilter_files([str(file) for file in files], prefilter_of(shipped_table()), workers=1, then=told.append)
    assert told == [1, 2]


def imported(*arguments: str, folder: Path) -> set[str]:
    """The modules that a command has imported when it ends."""
    code = (
        "import sys\nfrom normfix.cli.main import main\nsys.argv[0] = 'normfix'\n"
        "try: main()\nexcept SystemExit: pass\nprint('modules:', *sys.modules)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "kept")}
    command = [sys.executable, "-c", code, *arguments]
    for _ in range(2):
        # The first run works out what the second finds in the cache.
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("modules:")[2].split())


def test_the_version_needs_click_alone(tmp_path: Path) -> None:
    modules = imported("--version", folder=tmp_path)
    assert not modules & HEAVY
    assert not {name for name in modules if name.startswith((*FOLDERS, *SCANNING))}


@pytest.mark.parametrize("text", [MODERN.replace("LayerNormalization", "BatchNormalization"), FOREIGN, "print(1)\n"])
def test_a_clean_file_needs_no_table_and_no_reports(tmp_path: Path, text: str) -> None:
    (tmp_path / "clean.py").write_text(text)
    modules = imported("check", "clean.py", folder=tmp_path)
    assert not modules & HEAVY
    assert not {name for name in modules if name.startswith(FOLDERS)}


def test_libcst_comes_with_the_first_call_that_is_rewritten(tmp_path: Path) -> None:
    (tmp_path / "legacy.py").write_text("from keras.layers.normalization import BatchNormalization\n")
    modules = imported("check", "legacy.py", folder=tmp_path)
    assert "libcst" not in modules
    assert "normfix.report.full" in modules


def test_an_unchanged_tree_is_answered_without_looking_at_a_file(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(130):
        (tree / f"n{number}.py").write_text(LEGACY if number == 7 else FOREIGN)
    modules = imported("check", "--isolated", "tree", folder=tmp_path)
    assert not modules & (HEAVY - {"pickle", "json"})
    assert not {name for name in modules if name.startswith((*FOLDERS, *SCANNING, "normfix.run.prefiltering"))}
