"""How the work on a graph program grows with the files of its project, counted in calls."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table
from tests.fix.programs import INPUT, NORM

MAIN = "\nif __name__ == '__main__':\n    print(1)\n"
TRAIN = "import tensorflow as tf\nimport part0\n" + INPUT + NORM + MAIN


def _scripts(count: int) -> dict[str, str]:
    """Scripts above a circle of modules, TensorFlow 2 in one of them: what each builds is asked of all below it."""
    circle = {
        f"part{number}": f"import part{(number + 1) % count}\nRATE = {number}\n" + "# GradientTape\n" * (not number)
        for number in range(count)
    }
    scripts = {f"script{number}": f"import part{number}\nprint(part{number}.RATE)\n{MAIN}" for number in range(count)}
    return {**circle, **scripts, "lone": TRAIN.replace("import part0\n", "")}


def _calls(folder: Path, files: dict[str, str]) -> int:
    """How many functions and generator steps of normfix it takes to bring a project to the legacy Keras."""
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    own = str(Path(sys.modules["normfix"].__file__ or "").parent)
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename.startswith(own)

    sys.setprofile(count)
    try:
        results = list(
            run(sorted(folder.glob("*.py")), shipped_table(), Options(workers=1, fix=True, strategy="legacy"))
        )
    finally:
        sys.setprofile(None)
    assert any(one.fixed_text is not None for one in results)
    return calls


def test_twice_as_many_files_take_at_most_twice_the_calls(tmp_path: Path) -> None:
    _calls(tmp_path / "first", _scripts(5))
    few, many = _calls(tmp_path / "few", _scripts(60)), _calls(tmp_path / "many", _scripts(120))
    assert many < 2.2 * few, (few, many)
