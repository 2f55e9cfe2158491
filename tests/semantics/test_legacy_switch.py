"""Programs that switch the legacy Keras on themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fixtures.files import endings_of_texts
from normfix.semantics.legacy_switch import may_set, switches_on
from tests.support import findings

_USE = "import tensorflow as tf\n\nprint(tf.compat.v1.layers.batch_normalization)\n"


def switched(code: str) -> bool:
    return switches_on(ast.parse(code), lambda module: module.startswith("tensorflow"), lambda _: False)


@pytest.mark.parametrize(
    "code",
    [
        'import os\nos.environ["OTHER"] = "1"\n',
        'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "0"\n',
        'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\nos.environ["TF_USE_LEGACY_KERAS"] = "0"\n',
        'import os\nos.putenv("TF_USE_LEGACY_KERAS", "1")\n',
        'import os\nimport tensorflow.keras\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n',
        'import os\nfrom tensorflow.keras import layers\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n',
        'import os\nimport tensorflow as tf\nx = tf.keras.Input(3)\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n',
        'import os\nimport tensorflow as tf\nmain()\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n',
        'import os\nimport tensorflow\nclass A(X):\n    x = 1\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n',
        'import os\ndef f():\n    os.environ["TF_USE_LEGACY_KERAS"] = "1"\n',
        'import os\nprint(os.environ.get("TF_USE_LEGACY_KERAS", "1"))\n',
    ],
)
def test_what_does_not_switch(code: str) -> None:
    assert not switched(code)


@pytest.mark.parametrize(
    "code",
    [
        'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\nimport tensorflow\n',
        'import os\nimport tensorflow as tf\nimport json\n\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n',
        'import os\nimport tensorflow\ndef f():\n    pass\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\nimport keras\n',
        'from os import environ\nenviron["TF_USE_LEGACY_KERAS"] = str(1)\n',
        'import os\nos.environ.setdefault("TF_USE_LEGACY_KERAS", "True")\n',
        'import os\nos.environ.update({"A": "0", "TF_USE_LEGACY_KERAS": "1"})\n',
        'import os\nos.environ.update(TF_USE_LEGACY_KERAS="true")\n',
        'import os\nos.environ |= {"TF_USE_LEGACY_KERAS": "1"}\n',
        'import os\nif True:\n    os.environ["TF_USE_LEGACY_KERAS"] = "1"\nimport tensorflow\n',
    ],
)
def test_what_switches(code: str) -> None:
    assert switched(code)
    assert may_set(code.encode())


@pytest.mark.parametrize(
    "code",
    [
        'print(os.environ.get("TF_USE_LEGACY_KERAS", None) in ("true", "1"))\n',
        'if os.environ["TF_USE_LEGACY_KERAS"] == "1" or os.getenv("TF_USE_LEGACY_KERAS"):\n    pass\n',
        'raise ValueError("Your environment has TF_USE_LEGACY_KERAS set")\n',
    ],
)
def test_what_only_reads_the_switch_sets_it_nowhere(code: str) -> None:
    assert not may_set(code.encode())


@pytest.mark.parametrize(
    "code",
    [
        "os.environ[\n    'TF_USE_LEGACY_KERAS'  # for Keras 2\n] = '1'\n",
        "os.environ['TF_USE_LEGACY_KERAS'] \\\n    = '1'\n",
        "os.environ['TF_USE_LEGACY_KERAS']: str = '1'\n",
        "os.environ[('TF_USE_LEGACY_KERAS')] = '1'\n",
        "os.environ.setdefault(  # for Keras 2\n    u'TF_USE_LEGACY_KERAS', '1')\n",
        "os.environ.update(dict(TF_USE_LEGACY_KERAS = '1'))\n",
    ],
)
def test_odd_ways_to_set_the_switch_may_set_it(code: str) -> None:
    assert may_set(code.encode())


SET = 'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n'


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({"net.py": _USE}, ["NF302"], id="nobody"),
        pytest.param({"net.py": _USE, "other.py": SET}, ["NF302"], id="a file that does not lead to it"),
        pytest.param({"net.py": _USE, "a.py": SET + "import net", "b.py": "import net"}, ["NF302"], id="one of two"),
        pytest.param({"net.py": _USE, "main.py": "import net\n" + SET}, ["NF302"], id="too late"),
        pytest.param({"net.py": SET + _USE}, [], id="the file"),
        pytest.param({"net.py": _USE, "main.py": SET + "import net\n"}, [], id="the entry script"),
        pytest.param({"net.py": "import setting\n" + _USE, "setting.py": SET}, [], id="a module imported before"),
    ],
)  # fmt: skip
def test_the_program_of_a_file(tmp_path: Path, files: dict[str, str], said: list[str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert [one.code for one in findings(files["net.py"], str(tmp_path / "net.py"))] == said


@pytest.mark.parametrize("path", ["-", "net.py"])
def test_a_text_that_is_in_no_file(path: str) -> None:
    assert findings(SET + _USE, path) == ()
    assert [one.code for one in findings(_USE + SET, path)] == ["NF302"]


def test_the_package_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "__init__.py").write_text(SET, encoding="utf-8")
    (tmp_path / "net" / "norm.py").write_text(_USE, encoding="utf-8")
    assert findings(_USE, str(tmp_path / "net" / "norm.py")) == ()


def test_standalone_keras_stays_what_it_is(tmp_path: Path) -> None:
    code = SET + "from keras.layers.normalization import BatchNormalization\nprint(BatchNormalization)\n"
    assert [one.code for one in findings(code, str(tmp_path / "net.py"))] == ["NF101"]


LAYERS_OF = {
    f'import os\nimport tensorflow as tf\n{before}os.environ["TF_USE_LEGACY_KERAS"] = "1"\n': legacy
    for before, legacy in {"": True, "tf.keras.layers\n": False, "from tensorflow.keras import layers\n": False}.items()
}
"""Programs, and whether tf_keras has the layers that they get."""


def asserting(code: str) -> str:
    return f'{code}assert tf.keras.layers.Layer.__module__.startswith("tf_keras") is {LAYERS_OF[code]}\n'


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    return endings_of_texts(map(asserting, LAYERS_OF), tmp_path_factory.mktemp("ended"))


@pytest.mark.tensorflow
@pytest.mark.parametrize("code", LAYERS_OF)
def test_tensorflow_reads_the_switch_when_its_keras_is_used(ended: dict[str, str | None], code: str) -> None:
    assert ended[asserting(code)] is None
    assert switched(code) == LAYERS_OF[code]
