"""The edits that the JSON report gives for a notebook make of each cell what `fix` writes there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from normfix.source.text import Edit, SourceText, apply_edits
from tests.conftest import Command

OLD = "from keras.layers.normalization import BatchNormalization"
OTHER = "from keras.layers import Dense"
USE = "layer = BatchNormalization(mode=0, axis=1)"


def notebook(cells: list[str]) -> str:
    written: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{number}",
            "metadata": {},
            "outputs": [],
            "source": cell,
        }
        for number, cell in enumerate(cells)
    ]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def codes(file: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]]


def edited(code: str, edits: list[dict[str, Any]]) -> str:
    text = SourceText("cell", code)
    starts = text.line_starts

    def index(place: dict[str, int]) -> int:
        assert place["row"] <= len(starts)
        return starts[place["row"] - 1] + place["column"] - 1

    every = {Edit(index(one["location"]), index(one["end_location"]), one["content"]) for one in edits}
    return apply_edits(code, sorted(every, key=lambda one: one.start))


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([f"{OTHER}\n{OLD}", USE], id="the last line of a cell goes"),
        pytest.param([f"{OLD}\n{OTHER}", USE], id="the first line goes"),
        pytest.param([f"import os\n{OTHER}\n{OLD}\nprint(os)", USE], id="a line between others goes"),
        pytest.param([OLD, USE], id="the only line changes"),
        pytest.param([f"{OTHER}\n{OLD}\n", f"{USE}\n"], id="with a line break at the end"),
        pytest.param([f"{OTHER}\n{OLD}\n%matplotlib inline", USE], id="a magic behind it"),
    ],
)
def test_what_the_edits_make_of_each_cell(tmp_path: Path, normfix: Command, cells: list[str]) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(notebook(cells), encoding="utf-8")
    rows = json.loads(normfix("check", "--isolated", "--output-format", "json", str(file)).stdout)
    edits: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        edits.setdefault(row["cell"] - 1, []).extend(row["fix"]["edits"])
    assert edits
    normfix("fix", "--isolated", "--quiet", str(file))
    assert [edited(code, edits.get(number, [])) for number, code in enumerate(cells)] == codes(file)
