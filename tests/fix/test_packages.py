"""`--strategy legacy` and packages: whoever imports one gets the switch from its outermost `__init__.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run
from normfix.run.writing import write
from normfix.table.load import shipped_table
from tests.fix.programs import INPUT, MODEL, NORM, PLAIN, TOP, V1, reasons

MAIN = 'if __name__ == "__main__":\n    network(None)\n'
GRAPH = MODEL.replace("    return", "    tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n    return")


def package(folder: Path, files: dict[str, str], *named: str) -> dict[str, FileResult]:
    """The result for each file of a project, or of those named, by its path in the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    chosen = [folder / name for name in named or files]
    found = run(sorted(chosen), shipped_table(), Options(fix=True, strategy="legacy"))
    return {Path(one.path).relative_to(folder).as_posix(): one for one in found}


def switched(found: dict[str, FileResult]) -> set[str]:
    """The files that got the switch."""
    return {name for name, one in found.items() if "TF_USE_LEGACY_KERAS" in str(one.fixed_text)}


def test_a_package_has_the_switch_once_in_its_outermost_init(tmp_path: Path) -> None:
    files = {"lib/__init__.py": "", "lib/nets/__init__.py": "", "lib/nets/net.py": GRAPH, "lib/other.py": GRAPH}
    found = package(tmp_path, files)
    assert switched(found) == {"lib/__init__.py"}
    assert found["lib/__init__.py"].fixed_text == TOP
    assert str(found["lib/nets/net.py"].fixed_text).startswith(V1)
    for one in found.values():
        write(one)
    assert not package(tmp_path, {}, *files)


def test_a_module_of_a_package_that_nobody_imports_is_no_start(tmp_path: Path) -> None:
    files = {
        "lib/__init__.py": "from lib.net import network\n",
        "lib/net.py": GRAPH,
        "lib/run.py": "from lib import network\nprint(network)\n",
        "lib/tool.py": "from lib.net import network\n" + MAIN,
        "script.py": "import lib.net\n",
    }
    found = package(tmp_path, files)
    assert switched(found) == {"lib/__init__.py", "lib/tool.py", "script.py"}
    assert found["lib/__init__.py"].fixed_text == TOP + files["lib/__init__.py"]


def test_a_package_without_a_graph_program_is_left_alone(tmp_path: Path) -> None:
    keras = PLAIN + "y = tf.layers.batch_normalization(tf.ones((2, 4)), training=True)\n"
    files = {"lib/__init__.py": "", "lib/net.py": GRAPH, "more/__init__.py": "", "more/eager.py": keras}
    assert switched(package(tmp_path, files)) == {"lib/__init__.py"}


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        ('"""What it is."""\n', ""),
        ('"""What it is."""\nfrom __future__ import annotations\n', "\n__all__ = []\n"),
        ("# words\n", ""),
        ("", "import sys\n"),
    ],
)
def test_the_switch_of_an_init_stands_below_its_head(tmp_path: Path, head: str, rest: str) -> None:
    found = package(tmp_path, {"lib/__init__.py": head + rest, "lib/net.py": GRAPH})
    blank = "\n" if rest.startswith("\n") else ""
    assert found["lib/__init__.py"].fixed_text == head + blank + TOP + rest.removeprefix("\n")


def test_a_last_line_without_an_end_gets_one(tmp_path: Path) -> None:
    found = package(tmp_path, {"lib/__init__.py": '"""Words."""', "lib/net.py": GRAPH})
    assert found["lib/__init__.py"].fixed_text == '"""Words."""\n' + TOP


def test_an_init_that_imports_tensorflow_gets_the_switch_above_and_nothing_else(tmp_path: Path) -> None:
    train = "import tensorflow.compat.v1 as tf\nfrom tensorflow.keras.layers import Dense\n\ntf.disable_v2_behavior()\n"
    files = {"lib/__init__.py": "import tensorflow\n", "lib/train.py": train + INPUT + NORM}
    found = package(tmp_path, files)
    assert {name: one.fixed_text for name, one in found.items()} == {"lib/__init__.py": TOP + "import tensorflow\n"}


def test_the_finding_says_what_others_get(tmp_path: Path) -> None:
    found = package(tmp_path, {"lib/__init__.py": "", "lib/net.py": GRAPH})
    (finding,) = found["lib/__init__.py"].fixed
    assert finding.fix is not None
    assert finding.fix.notes[1].startswith("whoever imports `lib` gets the legacy Keras for the whole process")


def test_a_part_alone_waits_for_its_package(tmp_path: Path) -> None:
    found = package(tmp_path, {"lib/__init__.py": "", "lib/net.py": GRAPH}, "lib/net.py")
    assert found["lib/net.py"].fixed_text is None
    assert "`lib/__init__.py` starts this program" in reasons(found["lib/net.py"])[0]
    (tmp_path / "lib/__init__.py").write_text(TOP, encoding="utf-8")
    assert package(tmp_path, {}, "lib/net.py")["lib/net.py"].fixed_text is not None


@pytest.mark.tensorflow
def test_a_fixed_package_runs_for_whoever_imports_it(tmp_path: Path) -> None:
    files = {"lib/__init__.py": "from lib.net import network\n", "lib/net.py": GRAPH}
    for one in package(tmp_path, files).values():
        write(one)
    user = "import lib\nimport tensorflow.compat.v1 as tf\nprint(lib.network(tf.placeholder('float32', [None, 4])))\n"
    done = subprocess.run([sys.executable, "-c", user], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "batch_normalization" in done.stdout
