"""`%%normfix` in a real kernel, cell after cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat import v4

CELLS = {
    "load": "%load_ext normfix",
    "before": "class keras: pass\nN = keras\nimport numpy as np",
    "clean": "%%normfix\ny = np.zeros(3)",
    "not run": "'y' in globals()",
    "legacy": "%%normfix\nfrom keras.layers.normalization import BatchNormalization as BN\nlayer = BN(axis=-1)",
    "module": "if False:\n    import keras.layers.normalization as norms",
    "of a name": "%%normfix\nlayer = norms.BatchNormalization(axis=-1)",
    "run": "%%normfix --run\nz = 3\nz + 1",
    "ran": "z",
    "broken": "%%normfix\nx = = 1",
    "magics": "%%normfix\n!pip --version\n%time v = 1\nfrom keras.layers.normalization import LayerNormalization",
    "option": "%%normfix --wrong\nx",
    "target": "%%normfix --target torch\nx",
    "quote": "%%normfix --target '\nx",
    "help": "%%normfix --help\nx",
    "replace": "%%normfix --replace\nfrom keras.layers.normalization import LayerNormalization\n",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    folder = tmp_path_factory.mktemp("session")
    notebook = v4.new_notebook(cells=[v4.new_code_cell(text) for text in CELLS.values()])
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(Path(folder))}})
    client.execute()
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells), strict=True))


def words(outputs: list[Any], form: str = "text/plain") -> str:
    return "".join(one.get("text") or one.get("data", {}).get(form, "") for one in outputs)


def test_loading_and_other_cells_say_nothing(outputs: dict[str, list[Any]]) -> None:
    assert words(outputs["load"]) == words(outputs["before"]) == ""


def test_a_clean_cell_passes_and_is_not_run(outputs: dict[str, list[Any]]) -> None:
    assert words(outputs["clean"]) == "All checks passed!"
    assert words(outputs["not run"]) == "False"


def test_the_findings_and_the_fixed_cell_are_under_the_cell(outputs: dict[str, list[Any]]) -> None:
    said = words(outputs["legacy"])
    assert said.startswith("NF101 [*] error: ")
    assert " --> cell:1:40\n" in said
    fixed = "from keras.layers import BatchNormalization as BN\nlayer = BN(axis=-1)"
    assert said.endswith(f"The cell after the fixes:\n\n{fixed}")
    assert f"```python\n{fixed}\n```" in words(outputs["legacy"], "text/markdown")


def test_earlier_cells_say_what_names_mean(outputs: dict[str, list[Any]]) -> None:
    said = words(outputs["of a name"])
    assert said.startswith("NF101 ")
    assert "In [6] has to change as well:\n\nif False:\n    import keras.layers as norms" in said


def test_the_fixed_cell_runs_where_that_is_asked_for(outputs: dict[str, list[Any]]) -> None:
    assert words(outputs["run"]) == "All checks passed!4"
    assert words(outputs["ran"]) == "3"


def test_a_cell_that_cannot_be_parsed(outputs: dict[str, list[Any]]) -> None:
    assert words(outputs["broken"]).startswith("NF001 ")


def test_magics_inside_the_cell_stay(outputs: dict[str, list[Any]]) -> None:
    assert "!pip --version\n%time v = 1\nfrom keras.layers import LayerNormalization" in words(outputs["magics"])


def test_wrong_options_are_one_line(outputs: dict[str, list[Any]]) -> None:
    assert words(outputs["option"]) == "error: %%normfix: unrecognized arguments: --wrong\n"
    assert words(outputs["target"]).startswith("error: --target: 'torch' is no target")
    assert words(outputs["quote"]) == "error: %%normfix: No closing quotation\n"
    assert "--unsafe-fixes" in words(outputs["help"])
