"""Which dotted paths a name may mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run, scan_text
from normfix.semantics.scopes import TYPE_ALIASES
from normfix.table.load import shipped_table
from tests.support import meaning

BATCH_NORM = "tensorflow.layers.batch_normalization"

ONE_PATH = {
    "import": ("import tensorflow\ntensorflow.layers.batch_normalization", "tensorflow.layers.batch_normalization"),
    "alias": ("import tensorflow as t\nt.layers.batch_normalization", "t.layers.batch_normalization"),
    "dotted import": ("import tensorflow.layers\ntensorflow.layers.batch_normalization", BATCH_NORM),
    "dotted alias": ("import tensorflow.layers as L\nL.batch_normalization", "L.batch_normalization"),
    "from module": ("from tensorflow import layers\nlayers.batch_normalization", "layers.batch_normalization"),
    "from name": ("from tensorflow.layers import batch_normalization as bn\nbn", "bn"),
    "re-assigned module": (
        "import tensorflow as tf\nL = tf.layers\nL.batch_normalization",
        "L.batch_normalization",
    ),
    "re-assigned twice": ("import tensorflow as tf\nL = tf.layers\nb = L.batch_normalization\nb", "b"),
    "pair": ("import tensorflow as tf\nbn, x = tf.layers.batch_normalization, 1\nbn", "bn"),
    "walrus": ("import tensorflow as tf\n(L := tf.layers)\nL.batch_normalization", "L.batch_normalization"),
    "annotated": ("import tensorflow as tf\nL: object = tf.layers\nL.batch_normalization", "L.batch_normalization"),
    "in a function": (
        "def f():\n    import tensorflow as tf\n    return tf.layers.batch_normalization",
        "tf.layers.batch_normalization",
    ),
    "in a class": (
        "class A:\n    import tensorflow as tf\n    bn = tf.layers.batch_normalization",
        "tf.layers.batch_normalization",
    ),
    "used above its import": (
        "def f():\n    return tf.layers.batch_normalization\nimport tensorflow as tf",
        "tf.layers.batch_normalization",
    ),
    "global": (
        "def setup():\n    global tf\n    import tensorflow as tf\ndef f():\n    return tf.layers.batch_normalization",
        "tf.layers.batch_normalization",
    ),
    "nonlocal": (
        "def f():\n    tf = None\n    def g():\n        nonlocal tf\n        import tensorflow as tf\n"
        "    def h():\n        return tf.layers.batch_normalization",
        "tf.layers.batch_normalization",
    ),
    "the last import wins": (
        "import torch as tf\nimport tensorflow as tf\ntf.layers.batch_normalization",
        "tf.layers.batch_normalization",
    ),
    "star": ("from tensorflow.layers import *\nbatch_normalization", "batch_normalization"),
}


@pytest.mark.parametrize(("code", "name"), [pytest.param(*case, id=name) for name, case in ONE_PATH.items()])
def test_a_name_with_one_meaning(code: str, name: str) -> None:
    answer = meaning(code, name)
    assert answer.paths == (BATCH_NORM,)
    assert answer.certain


def test_a_name_that_may_be_either_of_two() -> None:
    code = """
        if flag:
            from tensorflow.layers import batch_normalization as bn
        else:
            from keras.layers import BatchNormalization as bn
        bn
        """
    answer = meaning(code, "bn")
    assert set(answer.paths) == {BATCH_NORM, "keras.layers.BatchNormalization"}
    assert not answer.certain


def test_a_name_that_may_also_be_something_unknown() -> None:
    code = """
        from tensorflow.layers import batch_normalization as bn
        if flag:
            bn = own
        bn
        """
    answer = meaning(code, "bn")
    assert answer.paths == (BATCH_NORM,)
    assert answer.unknown


def test_a_function_reads_a_name_when_it_runs() -> None:
    before = """
        from tensorflow.layers import batch_normalization as bn
        bn = own
        def f(): bn
        """
    assert not meaning(before, "bn").paths
    after = """
        from tensorflow.layers import batch_normalization as bn
        def f(): bn
        f()
        bn = own
        """
    answer = meaning(after, "bn")
    assert answer.paths == (BATCH_NORM,)
    assert answer.unknown


def test_what_a_comprehension_goes_through_is_read_before_its_names() -> None:
    code = """
        import tensorflow as tf
        [tf(3) for tf in [tf.layers.batch_normalization]]
        """
    assert meaning(code, "tf.layers.batch_normalization").paths == (BATCH_NORM,)


def test_the_two_arms_of_a_choice() -> None:
    code = """
        import tensorflow as tf
        bn = tf.layers.batch_normalization if flag else tf.keras.layers.BatchNormalization
        bn
        """
    assert len(meaning(code, "bn").paths) == 2


def test_a_function_that_returns_a_module() -> None:
    code = """
        import tensorflow as tf
        def layers():
            return tf.layers
        L = layers()
        L.batch_normalization
        """
    assert meaning(code, "L.batch_normalization").paths == (BATCH_NORM,)


@pytest.mark.parametrize(
    "code",
    [
        "def pick():\n    return tf.layers.batch_normalization\nnorm = pick()\n",
        "def pick():\n    return tf.layers\nnorm = pick().batch_normalization\n",
        "def tools():\n    layers = tf.layers\n    return layers\nL = tools()\nnorm = L.batch_normalization\n",
        "def one():\n    return tf\ndef two():\n    return one()\nnorm = two().layers.batch_normalization\n",
        "norm = getattr(tf.layers, 'batch_normalization')\n",
        "import importlib\nlib = importlib.import_module('tensorflow')\nnorm = lib.layers.batch_normalization\n",
        "def pick(old):\n    return tf.layers if old else None\nL = pick(1)\nnorm = L.batch_normalization\n",
    ],
)
def test_a_symbol_that_comes_out_of_a_call_is_found_where_it_is_used(code: str) -> None:
    text = f"import tensorflow as tf\n{code}y = norm(x)\n"
    found = scan_text(text.encode(), "code.py", shipped_table(), Options()).findings
    assert {one.code for one in found} & {"NF301", "NF302"}, found


def test_a_function_that_calls_itself_says_nothing() -> None:
    code = """
        def layers():
            return layers()
        L = layers()
        L
        """
    answer = meaning(code, "L")
    assert (answer.paths, answer.unknown) == ((), True)


def test_a_name_that_is_defined_through_itself() -> None:
    assert meaning("tf = tf\ntf\n", "tf").paths == ()


def test_getattr_and_import_module_of_a_literal() -> None:
    code = """
        import importlib
        m = importlib.import_module("tensorflow.layers")
        bn = getattr(m, "batch_normalization")
        bn
        """
    assert meaning(code, "bn").paths == (BATCH_NORM,)


def scan(folder: Path, files: dict[str, str]) -> dict[str, FileResult]:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    found = run([folder / name for name in files], shipped_table(), Options())
    return {Path(one.path).relative_to(folder).as_posix(): one for one in found}


def codes(results: dict[str, FileResult], name: str) -> list[str]:
    return [finding.code for finding in results[name].findings] if name in results else []


def test_a_name_that_another_module_exports(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/compat.py": "import tensorflow.compat.v1 as tf\n",
        "pkg/net.py": "from .compat import tf\ny = tf.layers.batch_normalization(1)\n",
        "pkg/sub/__init__.py": "",
        "pkg/sub/deep.py": "from pkg.compat import tf as T\ny = T.layers.batch_normalization(1)\n",
        "pkg/other.py": "from .torchy import tf\ny = tf.layers.batch_normalization(1)\n",
        "pkg/torchy.py": "import torch as tf\n",
    }
    results = scan(tmp_path, files)
    assert codes(results, "pkg/net.py") == ["NF302"]
    assert codes(results, "pkg/sub/deep.py") == ["NF302"]
    assert codes(results, "pkg/other.py") == []


def test_a_star_import_of_a_project_module(tmp_path: Path) -> None:
    files = {
        "common.py": "import tensorflow as tf\nslim = tf.contrib.slim\n",
        "net.py": "from common import *\ny = slim.batch_norm(1)\n",
    }
    assert "NF451" in codes(scan(tmp_path, files), "net.py")


def test_modules_that_import_each_other_come_to_an_end(tmp_path: Path) -> None:
    files = {
        "one.py": "from two import tf\ny = tf.layers.batch_normalization(1)\n",
        "two.py": "from one import tf\nimport tensorflow as tf2\ny = tf2.layers.batch_normalization(1)\n",
    }
    results = scan(tmp_path, files)
    assert codes(results, "one.py") == []
    assert codes(results, "two.py") == ["NF301"]


def test_star_imports_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    count = 40
    circle = {
        f"pkg/m{at}.py": "".join(f"from .m{other} import *\n" for other in range(count) if other != at)
        for at in range(count)
    }
    circle["pkg/m7.py"] += "from tensorflow import layers\n"
    circle |= {"pkg/__init__.py": "", "pkg/net.py": "from .m0 import *\ny = layers.batch_normalization(1)\n"}
    results = scan(tmp_path, circle)
    assert codes(results, "pkg/net.py") == ["NF301"]
    assert "NF008" not in [code for name in circle for code in codes(results, name)]


def test_a_star_import_of_very_many_modules_in_a_row(tmp_path: Path) -> None:
    row = {f"m{at}.py": f"from m{at + 1} import *\n" for at in range(300)}
    row["m300.py"] = "from tensorflow import layers\n"
    row["net.py"] = "from m0 import *\ny = layers.batch_normalization(1)\n"
    assert codes(scan(tmp_path, row), "net.py") == ["NF301"]


def test_a_function_of_another_module_that_returns_a_module(tmp_path: Path) -> None:
    files = {
        "helpers.py": "def get_slim():\n    import tensorflow as tf\n    return tf.contrib.slim\n",
        "net.py": "import helpers\nslim = helpers.get_slim()\ny = slim.batch_norm(1)\n",
    }
    assert "NF451" in codes(scan(tmp_path, files), "net.py")


@pytest.mark.skipif(not TYPE_ALIASES, reason="this Python has no `type` statement")
def test_a_type_alias_is_followed() -> None:
    code = "import tensorflow as tf\ntype Norm = tf.layers.batch_normalization\nNorm"
    assert meaning(code, "Norm").paths == (BATCH_NORM,)
    assert meaning("type Norm[T] = list[T]\nNorm", "Norm").paths == ()
