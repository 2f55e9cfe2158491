"""Checkpoints of TensorFlow 1.15, restored by what `--strategy legacy` makes of the programs that saved them."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fixtures.checkpoints.record import NETWORKS, RECORDED, copied
from tests.conftest import Command
from tests.graph_runs import TOLERANCE, apart, ran

WITHOUT_EQUAL = "layer_norm_cell"
ROADS = sorted({file.stem for file in NETWORKS.glob("*.py")} - {WITHOUT_EQUAL})


def program(name: str, folder: Path) -> dict[str, Any]:
    """The program of a network beside what it saved; what it computed on the release that it was written for."""
    copied(name, folder)
    for file in (RECORDED / name).glob("model.*"):
        shutil.copy(file, folder / "saved" / file.name)
    record: dict[str, Any] = json.loads((RECORDED / name / "result.json").read_text(encoding="utf-8"))
    assert record["tensorflow"].startswith("1.15")
    return record


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", ROADS)
def test_a_checkpoint_is_restored_under_the_same_names(normfix: Command, tmp_path: Path, name: str) -> None:
    if name != "tf_layers" and find_spec("tf_slim") is None:
        pytest.skip("needs tf-slim")
    record = program(name, tmp_path)
    fixed = normfix("fix", "--strategy", "legacy", ".")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    result = ran(tmp_path)
    assert result["shapes"] == record["shapes"]
    assert apart(result["restored"], record["restored"]) < TOLERANCE
    assert apart(result["trained on"], record["trained on"]) < TOLERANCE


def test_every_network_has_its_checkpoint() -> None:
    assert {one.name for one in RECORDED.iterdir()} == {*ROADS, WITHOUT_EQUAL}


def test_a_cell_that_nobody_has_is_a_finding(normfix: Command, tmp_path: Path) -> None:
    program(WITHOUT_EQUAL, tmp_path)
    fixed = normfix("fix", "--strategy", "legacy", "--unsafe-fixes", ".")
    assert fixed.returncode == 1
    assert b"LayerNormBasicLSTMCell" in fixed.stdout
