"""Layers that a YAML or JSON file names, where code of the run loads it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from normfix.run.cache import ResultCache
from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

LOADS = "import yaml\nwith open('conf/model.yaml') as file:\n    settings = yaml.safe_load(file)\n"
ADDONS = "norm:\n  _target_: tensorflow_addons.layers.GroupNormalization\n  groups: 8\n"
FOUND = ["conf/model.yaml:2:13 NF602"]


def found(folder: Path, files: dict[str, str], options: Options | None = None) -> list[str]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    code = sorted(str(folder / name) for name in files if name.endswith((".py", ".ipynb")))
    results = list(run(code, shipped_table(), options or Options(workers=1)))
    return [
        f"{os.path.relpath(one.path, folder)}:{one.start.line}:{one.start.column} {one.code}"
        for result in results
        for one in result.findings
    ]


SILENT = {
    "nobody names the file": {"a.py": "import yaml\n", "conf/model.yaml": ADDONS},
    "named in another folder": {"a.py": LOADS, "other/model.yaml": ADDONS},
    "written, not read": {"a.py": "open('model.txt', 'w')\n# model.yaml\n", "model.yaml": ADDONS},
    "a layer of today": {"a.py": LOADS, "conf/model.yaml": "_target_: tensorflow.keras.layers.BatchNormalization\n"},
    "arguments of today": {
        "a.py": LOADS,
        "conf/model.yaml": "_target_: tensorflow.keras.layers.BatchNormalization\nmomentum: 0.9\naxis: -1\n",
    },
    "settings of the library that makes it": {
        "a.py": LOADS,
        "conf/model.yaml": "_target_: tensorflow.keras.layers.BatchNormalization\n_partial_: true\n_recursive_: no\n",
    },
    "arguments beside another class": {
        "a.py": LOADS,
        "conf/model.yaml": "_target_: mine.BatchNormalization\nfused: 1\n",
    },
    "in a text": {
        "a.py": LOADS,
        "conf/model.yaml": "help: |\n  _target_: tensorflow_addons.layers.GroupNormalization\n",
    },
    "in a comment": {"a.py": LOADS, "conf/model.yaml": "# _target_: tensorflow_addons.layers.GroupNormalization\n"},
    "silenced": {"a.py": LOADS, "conf/model.yaml": "a: tensorflow_addons.layers.GroupNormalization  # noqa: NF602\n"},
    "no class is named": {"a.py": LOADS, "conf/model.yaml": "class_name: BatchNormalization\nconfig:\n  fused: true\n"},
    "the file is a folder": {"a.py": LOADS, "conf/model.yaml/x.txt": ADDONS},
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_nothing_is_found(tmp_path: Path, files: dict[str, str]) -> None:
    assert found(tmp_path, files) == []


LOADERS = {
    "beside the code": ("train.py", LOADS),
    "from the folder of the project": ("src/deep/train.py", LOADS),
    "with its folders apart": ("src/train.py", "import os, yaml\nyaml.load(os.path.join('conf', 'model.yaml'))\n"),
    "behind a path": ("train.py", "from pathlib import Path\nload(Path(__file__).parent / 'conf' / 'model.yaml')\n"),
    "behind a name": ("train.py", "import yaml\nyaml.load(open(f'{HERE}/conf/model.yaml'))\n"),
    "by hydra": ("train.py", "import hydra\n@hydra.main(config_path='conf', config_name='model')\ndef main(c): pass\n"),
    "by omegaconf": ("train.py", "from omegaconf import OmegaConf\nc = OmegaConf.load('./conf/model.yaml')\n"),
    "in a notebook": (
        "train.ipynb",
        json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": [LOADS], "outputs": []}]}),
    ),
}


@pytest.mark.parametrize(("name", "code"), LOADERS.values(), ids=LOADERS)
@pytest.mark.parametrize("full", [False, True])
def test_however_the_code_names_the_file(tmp_path: Path, name: str, code: str, full: bool) -> None:
    files = {name: code, "conf/model.yaml": ADDONS}
    assert found(tmp_path, files, Options(workers=1, full=full)) == FOUND


DATA = {
    "an argument": ("_target_: tensorflow.keras.layers.BatchNormalization\nfused: true\n", ["2:1 NF704"]),
    "an argument between brackets": (
        "a: {_target_: keras.layers.BatchNormalization, fused: true}\n",
        ["1:48 NF704"],
    ),
    "an argument nobody takes": ("_target_: keras.layers.BatchNormalization\nmomentun: 0.9\n", ["2:1 NF719"]),
    "a class and its module": (
        "- class_name: BatchNormalization\n  module: keras.layers.normalization\n",
        ["2:11 NF101"],
    ),
    "a class with its arguments": (
        "class_name: BatchNormalization\nmodule: keras.layers\nconfig:\n  axis: [3]\n",
        ["4:3 NF710"],
    ),
    "any other key": ("norm: keras.layers.normalization.BatchNormalization\n", ["1:7 NF101"]),
    "a list": ("norms: [tensorflow_addons.layers.GroupNormalization, other.Thing]\n", ["1:9 NF602"]),
}


@pytest.mark.parametrize(("text", "expected"), DATA.values(), ids=DATA)
def test_what_is_found(tmp_path: Path, text: str, expected: list[str]) -> None:
    files = {"a.py": LOADS, "conf/model.yaml": text}
    assert found(tmp_path, files) == [f"conf/model.yaml:{one}" for one in expected]


def test_json(tmp_path: Path) -> None:
    text = '{"layers": [\n  {"_target_": "tensorflow.keras.layers.BatchNormalization", "fused": true}\n]}\n'
    files = {"a.py": "import json\njson.load(open('net.json'))\n", "net.json": text}
    assert found(tmp_path, files) == ["net.json:2:62 NF704"]


def test_a_file_is_said_once_with_who_loads_it_and_never_written(tmp_path: Path) -> None:
    files = {"a.py": LOADS, "b.py": LOADS, "conf/model.yaml": ADDONS}
    assert found(tmp_path, files, Options(workers=1, fix=True, unsafe_fixes=True)) == FOUND
    (result,) = run([str(tmp_path / "a.py")], shipped_table(), Options(workers=1, fix=True))
    assert result.fixed_text is None
    assert str(result.findings[0].withheld).startswith("normfix changes no data: write it here by hand (`")


def test_what_the_settings_leave_out(tmp_path: Path) -> None:
    files = {"a.py": LOADS, "conf/model.yaml": ADDONS}
    assert found(tmp_path, files, Options(workers=1, left_out=lambda path: "conf" in path)) == []


def test_a_program_on_the_legacy_keras_keeps_its_arguments(tmp_path: Path) -> None:
    code = f"import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\nimport tensorflow as tf\n{LOADS}"
    data = "_target_: tensorflow.keras.layers.BatchNormalization\nfused: true\n"
    assert found(tmp_path, {"a.py": code, "conf/model.yaml": data}) == []


def test_a_cache_knows_of_the_data_file(tmp_path: Path) -> None:
    files = {"a.py": LOADS, "b.py": "print()\n"}
    assert found(tmp_path, files) == []
    code = [str(tmp_path / "a.py"), str(tmp_path / "b.py")]

    def again() -> list[str]:
        kept = ResultCache(str(tmp_path / "cache"))
        kept.recall(code)
        return [one.path for one in run(code, shipped_table(), Options(workers=1, cache=kept))]

    assert again() == []
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/model.yaml").write_text(ADDONS)
    assert again() == again() == [str(tmp_path / "conf/model.yaml")]
    (tmp_path / "conf/model.yaml").write_text("")
    assert again() == []


@pytest.mark.parametrize("content", [b"\xff\xfe_target_: BatchNormalization", b"BatchNormalization: [" * 5000])
def test_a_data_file_that_cannot_be_read_ends_no_run(tmp_path: Path, content: bytes) -> None:
    found(tmp_path, {"a.py": LOADS})
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/model.yaml").write_bytes(content)
    results = run([str(tmp_path / "a.py")], shipped_table(), Options(workers=1))
    assert [one.code for result in results for one in result.findings] in ([], ["NF002"])
