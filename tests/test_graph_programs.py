"""TensorFlow 1 programs: what they computed in TensorFlow 1.15, and what `--strategy legacy` makes of them today."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fixtures.files import FIXTURES
from tests.conftest import Command
from tests.graph_runs import TOLERANCE, apart, flat, ran

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks" / "graph_programs"))

from compare_programs import PROGRAMS as BENCHMARK
from compare_programs import RECORDED, tried

PROGRAMS = FIXTURES / "programs"


def copied(name: str, folder: Path) -> Path:
    shutil.copytree(PROGRAMS / name, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.json"))
    return folder


def recorded(name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((PROGRAMS / name / "recorded.json").read_text(encoding="utf-8"))
    return record


def test_figures_are_compared_relative_to_their_size() -> None:
    assert apart([117.0, 0.5], [117.000015, 0.5]) < TOLERANCE
    assert apart([117.0, 0.5], [117.01, 0.5]) > TOLERANCE
    assert apart([0.5], [0.50002]) > TOLERANCE


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", ["layers", "two_files", "contrib", "slim", "slim_network", "volumes"])
def test_a_fixed_program_trains_as_it_did(normfix: Command, tmp_path: Path, name: str) -> None:
    if name.startswith("slim") and find_spec("tf_slim") is None:
        pytest.skip("needs tf-slim")
    copied(name, tmp_path)
    fixed = normfix("fix", "--strategy", "legacy", ".")
    assert fixed.returncode == 0, fixed.stderr
    record, result = recorded(name), ran(tmp_path)
    assert record["tensorflow"].startswith("1.15")
    assert result["updates"] == record["updates"] > 0
    assert apart(result["losses"], record["losses"]) < TOLERANCE
    assert apart(result["outputs"], record["outputs"]) < TOLERANCE
    for old, new in zip(record["moving"].values(), result["moving"].values(), strict=True):
        assert apart(new, old) < TOLERANCE
        assert not {0.0, 1.0} & set(flat(new))
    again = normfix("fix", "--strategy", "legacy", ".")
    assert (again.returncode, again.stderr) == (0, b"All checks passed!\n")


@pytest.mark.tensorflow
def test_variables_keep_the_names_that_a_scope_gave_them(normfix: Command, tmp_path: Path) -> None:
    copied("contrib", tmp_path)
    normfix("fix", "--strategy", "legacy", ".")
    named = [name for name in recorded("contrib")["trainable"] if not name.startswith("BatchNorm")]
    assert set(named) <= set(ran(tmp_path)["trainable"])


@pytest.mark.tensorflow
def test_a_mere_rename_leaves_the_moving_averages_at_zero_and_one(tmp_path: Path) -> None:
    result = ran(copied("naive", tmp_path))
    assert result["updates"] == 0
    assert set(result["moving"]["mean"]) == {0.0}
    assert set(result["moving"]["variance"]) == {1.0}


@pytest.mark.parametrize("name", ["layers", "two_files", "contrib", "slim", "slim_network", "volumes"])
def test_without_the_strategy_nothing_is_made_a_keras_layer(normfix: Command, tmp_path: Path, name: str) -> None:
    copied(name, tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.glob("*.py")}
    found = normfix("fix", "--unsafe-fixes", ".")
    assert found.returncode == 1
    assert found.stderr.count(b"--strategy legacy") == 1
    for file, data in before.items():
        assert b"BatchNormalization(" not in file.read_bytes(), data


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "name",
    [
        "slim_resnet_scripts",
        "arg_scope_files",
        "batch_norm_params",
        "updates_in_place",
        "auto_reuse",
        "tensorflow_names",
        "assign_moving_average",
        "keras_in_session",
        "notebook_importer",
        "five_dimensions",
        "package_and_tools",
        "private_imports",
        "keras_learning_phase",
        "wrapper_of_the_name",
    ],
)
def test_a_program_of_the_benchmark_computes_what_it_did_under_the_same_names(name: str) -> None:
    if find_spec("tf_slim") is None:
        pytest.skip("needs tf-slim")
    row = tried(name, json.loads(RECORDED.read_text(encoding="utf-8"))[name])
    assert row.whole, row


@pytest.mark.parametrize("name", ["estimator", "tpu_estimator", "layer_norm_cell", "other_contrib"])
def test_what_nobody_has_any_more_is_said_by_every_strategy(normfix: Command, tmp_path: Path, name: str) -> None:
    shutil.copytree(BENCHMARK / name, tmp_path, dirs_exist_ok=True)
    normfix("fix", "--strategy", "legacy", "--unsafe-fixes", ".")
    for strategy in ("keras", "legacy"):
        found = normfix("check", "--strategy", strategy, ".")
        assert found.returncode == 1
        assert b"train.py" in found.stdout


def test_an_estimator_is_left_with_the_reason(normfix: Command, tmp_path: Path) -> None:
    file = copied("estimator", tmp_path) / "train.py"
    before = file.read_bytes()
    found = normfix("fix", "--strategy", "legacy", ".", "--output-format", "json")
    assert found.returncode == 1
    assert file.read_bytes() == before
    assert "`tensorflow.estimator`, which TensorFlow no longer has" in found.stdout.decode()
