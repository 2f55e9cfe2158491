"""One changed file costs itself and those whose answers hang on it; what it says to others is asked anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from normfix.checks.finding import Finding
from normfix.run.cache import ResultCache
from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

NET = "import tensorflow as tf\n\n\ndef net(x):\n    return tf.layers.batch_normalization(x, training=True)\n"
GIVEN = "from tensorflow_addons.layers import InstanceNormalization as IN\n\nx = IN()\n"
OLD = "from keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization()\n"
PLAIN = "import os\n\nprint(os.sep)\n"
SWITCH = "import os\n\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\nimport net\n"
INNER = f"{OLD.splitlines()[0]}\nmodel.add(BatchNormalization())\n"
KERAS_2 = "import tensorflow as tf\n\ntf.compat.v1.layers.batch_normalization(x)\n"
SAYS = "import tensorflow as tf\n\ntraining = True\nprint('ops', 'net', tf.keras.Input, '_initializer', 'float64')\n"
ADDED = "# a remark\nx = 1\n"


def found(tree: dict[Path, str], cache: Path | None) -> dict[str, list[Finding]]:
    kept = ResultCache(str(cache)) if cache is not None else None
    paths = [path for path in tree if path.suffix == ".py" and path.name != "left_out.py"]
    results = run(paths, shipped_table(), Options(cache=kept, workers=1))
    return {Path(one.path).name: list(one.findings) for one in results}


def written(folder: Path, files: dict[str, str]) -> dict[Path, str]:
    tree = {folder / "tree" / name: text for name, text in files.items()}
    for path, text in tree.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tree


def recalled(tree: dict[Path, str], cache: Path) -> ResultCache:
    kept = ResultCache(str(cache))
    kept.recall([str(path) for path in tree])
    return kept


@pytest.mark.parametrize(
    ("judged", "name", "before", "after"),
    [
        pytest.param({"ops.py": GIVEN}, "use.py", PLAIN, "from ops import IN\n\ny = IN()\n", id="an import"),
        pytest.param({"ops.py": GIVEN}, "use.py", PLAIN, "import ops\n\ny = ops.IN()\n", id="a read of its name"),
        pytest.param({"ops.py": GIVEN}, "use.py", PLAIN, "mock.patch('ops.IN')\n", id="a text that names it"),
        pytest.param({"ops.py": GIVEN}, "use.py", PLAIN, "exec('from ops import IN')\n", id="an import in a text"),
        pytest.param({"ops.py": GIVEN}, "use.py", PLAIN, "runpy.run_path('ops.py')\n", id="its file is run"),
        pytest.param({"ops.py": GIVEN}, "use.py", PLAIN, "import_module('ops')\n", id="an import by a text"),
        pytest.param({"ops.py": GIVEN}, "settings.yaml", "a: 1\n", "layer: ops.IN\n", id="settings that name it"),
        pytest.param({"net.py": KERAS_2}, "main.py", "import net\n", SWITCH, id="a switch of the program"),
        pytest.param(
            {"net.py": NET}, "main.py", "import net\nnet.net(1)\n", "import net\nfor _ in range(3):\n    net.net(1)\n",
            id="a loop around its call",
        ),
        pytest.param(
            {"ops.py": GIVEN}, "main.py", "import ops\n",
            "import ops\n\nfor one in model.layers:\n    if 'instance_normalization' in one.name:\n        print()\n",
            id="a name of a layer",
        ),
        pytest.param(
            {"use.py": "from compat import tf\n\ny = tf.layers.batch_normalization(x)\n"}, "compat.py",
            "import torch as tf\n", "import tensorflow as tf\n", id="what a name is",
        ),
        pytest.param(
            {"use.py": "from base import BN\n\nBN(mode=0)\n"}, "base.py", "BN = 1\n",
            "from keras.layers import BatchNormalization as BN\n", id="a name that is handed on",
        ),
    ],
)  # fmt: skip
def test_what_a_file_says_to_another_is_asked_anew(
    tmp_path: Path, judged: dict[str, str], name: str, before: str, after: str
) -> None:
    files = {"setup.cfg": "", **judged, "other.py": PLAIN, name: before}
    tree, cache = written(tmp_path, files), tmp_path / "cache"
    (judged_name,) = judged
    first = found(tree, cache)
    assert found(tree, cache) == first == found(tree, None)
    (tmp_path / "tree" / name).write_text(after, encoding="utf-8")
    second = found(tree, cache)
    assert second == found(tree, None)
    assert second.get(judged_name) != first.get(judged_name)


@pytest.mark.parametrize("changed", ["other.py", "pkg/inner.py", "pkg/says.py"])
def test_what_it_does_not_say_to_others_costs_them_nothing(tmp_path: Path, changed: str) -> None:
    files = {"setup.cfg": "", "ops.py": GIVEN, "net.py": NET, "other.py": PLAIN, "use.py": "import ops\n"}
    files |= {
        "main.py": "import net\n\nnet.net(1)\n",
        "pkg/__init__.py": "",
        "pkg/inner.py": INNER,
        "pkg/says.py": SAYS,
    }
    tree, cache = written(tmp_path, files), tmp_path / "cache"
    code = {path: text for path, text in tree.items() if path.suffix == ".py"}
    first = found(tree, cache)
    file = tmp_path / "tree" / changed
    file.write_text(files[changed] + ADDED, encoding="utf-8")
    assert recalled(code, cache).settled == {str(path) for path in code if path != file}
    assert found(tree, cache) == found(tree, None) == first
    assert recalled(code, cache).unchanged


def test_a_file_that_takes_the_place_of_another_is_a_change_of_that_file_alone(tmp_path: Path) -> None:
    tree, cache = written(tmp_path, {"setup.cfg": "", "ops.py": GIVEN, "other.py": PLAIN}), tmp_path / "cache"
    code = {path: text for path, text in tree.items() if path.suffix == ".py"}
    found(tree, cache)
    os.utime(tmp_path / "tree", (1_000_000_000, 1_000_000_000))
    new = tmp_path / "tree" / "other.py.tmp"
    new.write_text(PLAIN + ADDED, encoding="utf-8")
    new.replace(tmp_path / "tree" / "other.py")
    (tmp_path / "tree" / "__pycache__").mkdir()
    assert recalled(code, cache).settled == {str(tmp_path / "tree" / "ops.py")}


def test_a_module_out_of_the_run_that_comes_is_seen(tmp_path: Path) -> None:
    use = "from left_out import tf\n\ny = tf.layers.batch_normalization(x)\n"
    tree, cache = written(tmp_path, {"setup.cfg": "", "use.py": use}), tmp_path / "cache"
    first = found(tree, cache)
    (tmp_path / "tree" / "left_out.py").write_text("import tensorflow as tf\n", encoding="utf-8")
    second = found(tree, cache)
    assert second == found(tree, None) != first


def test_the_command_says_the_same_after_each_change(tmp_path: Path) -> None:
    for number in range(130):
        (tmp_path / f"n{number}.py").write_text(GIVEN if number == 7 else PLAIN, encoding="utf-8")
    command = [sys.executable, "-m", "normfix", "check", "--isolated", "."]

    def said(*options: str) -> tuple[bytes, bytes, int]:
        done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, check=False)
        return done.stdout, done.stderr, done.returncode

    first = said()
    for name, text in (("n3", PLAIN + ADDED), ("n7", GIVEN + ADDED), ("n3", OLD), ("n3", "import n7\nn7.IN()\n")):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        assert said() == said("--no-cache") == said()
    assert said() != first
