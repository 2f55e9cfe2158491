"""Scripts, tests and packages in folders of their own, that import each other from the top of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

NORM = "from tensorflow_addons.layers import InstanceNormalization as Norm\n"
MOVED = "from tensorflow.keras.layers import GroupNormalization as Norm\n"
SUBCLASS = "from tools.ops.layers import Norm\n\n\nclass Mine(Norm):\n    def _reshape(self):\n        pass\n"


def project(folder: Path, **files: str) -> dict[str, str]:
    """What a fix makes of files, named by their paths with `__` for a slash."""
    paths = [folder / f"{name.replace('__', '/')}.py" for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    results = run(paths, shipped_table(), Options(fix=True, unsafe_fixes=True))
    return {Path(one.path).relative_to(folder).as_posix(): one.fixed_text or "" for one in results}


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


@pytest.mark.parametrize(
    "script",
    [
        "import sys\nsys.path.insert(0, '../tools/ops')\nimport layers\nlayers.Norm()\n",
        "from layers import Norm\nNorm()\n",
        "from layers import *\nNorm()\n",
    ],
)
def test_a_name_stays_for_a_script_that_only_a_run_would_lead_to_it(marked: Path, script: str) -> None:
    after = project(marked, scripts__run=script, tools__ops__layers=NORM)
    assert set(after.values()) == {""}


@pytest.mark.parametrize("layers", ["tools__ops__layers", "src__tools__ops__layers", "lib__tools__ops__layers"])
def test_a_name_stays_for_a_script_that_cannot_change(marked: Path, layers: str) -> None:
    after = project(marked, scripts__run=SUBCLASS, **{layers: NORM})
    assert set(after.values()) == {""}


@pytest.mark.parametrize(
    ("script", "changed"),
    [
        ("from tools.ops import layers as L\n\nL.Norm()\n", "tf.keras.layers.GroupNormalization(groups=-1)"),
        ("import tools.ops.layers\n\ntools.ops.layers.Norm()\n", "tf.keras.layers.GroupNormalization(groups=-1)"),
        ("from tools.ops.layers import Norm\n\nNorm()\n", "\nGroupNormalization(groups=-1)"),
        ("from tools.ops.layers import *\n\nNorm()\n", "\nGroupNormalization(groups=-1)"),
    ],
)
@pytest.mark.parametrize("place", ["scripts__run", "scripts__deep__run", "run"])
def test_a_script_changes_together_with_what_it_imports(marked: Path, script: str, changed: str, place: str) -> None:
    after = project(marked, **{place: script, "tools__ops__layers": NORM})
    assert after["tools/ops/layers.py"] == MOVED
    assert changed in after[f"{place.replace('__', '/')}.py"]


def test_the_working_folder_stands_for_a_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert set(project(tmp_path, scripts__run=SUBCLASS, tools__ops__layers=NORM).values()) == {""}


def test_a_working_folder_within_the_project_hides_nothing_of_it(marked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (marked / "tools").mkdir()
    monkeypatch.chdir(marked / "tools")
    assert set(project(marked, scripts__run=SUBCLASS, tools__ops__layers=NORM).values()) == {""}
