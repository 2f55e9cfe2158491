"""The quick way and the slow way agree: the same findings with and without the prefilter, whatever the spelling."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from normfix.checks.finding import Finding
from normfix.run.session import Options, run, scan_text
from normfix.table.load import shipped_table

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases"

IMPORTS = (
    "import tensorflow as tf\n",
    "import tensorflow\ntf = tensorflow\n",
    "from tensorflow import keras\nimport tensorflow as tf\n",
    "import tensorflow.compat.v1 as tf\n",
    "from tensorflow.keras.layers import BatchNormalization\nimport tensorflow as tf\n",
    "from keras.layers import BatchNormalization as BN, LayerNormalization\nimport tensorflow as tf\n",
    "from tensorflow.keras.layers import *\nimport tensorflow as tf\n",
    "import importlib\ntf = importlib.import_module('tensorflow')\n",
    "from importlib import import_module as load\ntf = load('tensorflow')\n",
    "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError: import tensorflow as tf\n",
)
MODULES = ("tf.layers", "tf.keras.layers", "tf.contrib.layers", "tf.contrib.slim", "tf.keras.layers.experimental")
HOLDERS = (
    "L = {m}\n",
    "L, other = {m}, 3\n",
    "(other, L) = (\n    1,\n    {m},\n)\n",
    "L = {m} if tf else None\n",
    "L = None or {m}\n",
    "L: object = {m}\n",
    "if (L := {m}): pass\n",
    "def get():\n    return {m}\nL = get()\n",
    "def get():\n    inner = {m}\n    return inner\nL = get()\n",
    "L = \\\n    {m}\n",
    "L = getattr({m}, '__class__', None) or {m}\n",
    "for L in [{m}]: pass\n",
    "with {m} as L: pass\n",
)
USES = (
    "y = L.batch_normalization(x)\n",
    "y = L.batch_norm(x)\n",
    "y = L . layer_norm(x)\n",
    "y = (L\n     .batch_norm(x))\n",
    "y = getattr(L, 'batch_normalization')(x)\n",
    "y = L.BatchNormalization(foo=True)\n",
    "y = L.BatchNormalization(name='a/b')\n",
    "B = L.BatchNormalization\ny = B(fused=True)\n",
    "A, B = (\n    L.BatchNormalization,\n    3)\ny = A(fused=True)\n",
    "class Mine(L.BatchNormalization): pass\n",
    "y = L.SyncBatchNormalization()\n",
    "y = L.BatchNormalisation()\n",
    "def f(x: 'L.BatchNormalisation'): pass\n",
    "from functools import partial\ny = partial(L.BatchNormalization, fused=True)\n",
    "y = L.BatchNormalization(0.9)\n",
    "opts = dict(fused=True)\ny = L.BatchNormalization(**opts)\n",
    "y = L.Normalization()\n",
    "y = L.GroupNormalization(groups=3)(tf.ones((1, 8)))\n",
)
DIRECT = (
    "y = BatchNormalization(foo=True)\n",
    "y = BN(foo=True)\n",
    "y = BN(fused=True)\n",
    "C = BatchNormalization\ny = C(foo=True)\n",
    "from keras.layers.normalization import BatchNormalization as Old\n",
    "import keras.layers.normalization as norm\nnorm.BatchNormalization()\n",
    "from keras.layers.core import Dense\ny = BatchNormalization()\n",
    "from tensorflow.keras.layers import BatchNormalisation\n",
    "from tensorflow.contrib.layers import *\n",
)


def findings(files: list[Path], *, full: bool) -> dict[str, tuple[Finding, ...]]:
    options = Options(workers=1, full=full)
    return {one.path: one.findings for one in run(files, shipped_table(), options) if one.findings}


def same(folder: Path, files: Mapping[str, bytes]) -> None:
    paths = []
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        paths.append(path)
    assert findings(paths, full=False) == findings(paths, full=True), files


def notebook(text: str, form: int) -> bytes:
    lines = text.splitlines(keepends=True)
    source: str | list[str] = lines
    if form == 1:
        source = text
    if form == 2:
        # A line may be cut anywhere, in the middle of a name too.
        source = [text[at : at + 7] for at in range(0, len(text), 7)]
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }
    written = json.dumps(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1 if form else None
    )
    return written.replace("N", "\\u004e").encode() if form == 3 else written.encode()


def wide(text: str) -> str:
    """The same to Python: a letter of each name of a normalization in its mathematical form."""
    return text.replace("Normali", "\U0001d40dormali").replace("batch_norm", "batch_\uff4eorm")


LAYOUTS: Mapping[str, Callable[[str], tuple[str, bytes]]] = {
    "plain": lambda text: ("m.py", text.encode()),
    "mark": lambda text: ("m.py", b"\xef\xbb\xbf" + text.encode()),
    "returns": lambda text: ("m.py", text.replace("\n", "\r").encode()),
    "windows": lambda text: ("m.py", text.replace("\n", "\r\n").encode()),
    "wide": lambda text: ("m.py", wide(text).encode()),
    "utf-7": lambda text: ("m.py", ("# coding: utf-7\n" + text).encode("utf-7")),
    "latin": lambda text: ("m.py", ("# coding: latin-1\nname = 'é'\n" + text).encode("latin-1")),
    "list": lambda text: ("m.ipynb", notebook(text, 0)),
    "string": lambda text: ("m.ipynb", notebook(text, 1)),
    "pieces": lambda text: ("m.ipynb", notebook(text, 2)),
    "escaped": lambda text: ("m.ipynb", notebook(text, 3)),
    "marked notebook": lambda text: ("m.ipynb", b"\xef\xbb\xbf" + notebook(text, 0)),
}

programs = st.builds(
    lambda start, module, holder, uses: start + holder.format(m=module) + "".join(uses),
    st.sampled_from(IMPORTS),
    st.sampled_from(MODULES),
    st.sampled_from(HOLDERS),
    st.lists(st.sampled_from((*USES, *DIRECT)), min_size=1, max_size=2),
)
bounded = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def test_the_letters_are_the_same_to_python() -> None:
    text = "".join((*USES, *DIRECT))
    assert wide(text) != text
    assert unicodedata.normalize("NFKC", wide(text)) == text


@bounded
@given(programs, st.sampled_from(sorted(LAYOUTS)))
def test_one_file(tmp_path: Path, program: str, layout: str) -> None:
    name, data = LAYOUTS[layout](program)
    same(tmp_path, {name: data})


SHARED = (
    "{i}",
    "{i}{h}",
    "from .deep import tf\n{h}",
    "from .deep import *\n{h}",
    "import importlib\ntf = importlib.import_module('tensorflow')\n{h}",
    "from . import user\n{i}{h}",
)
TAKEN = (
    "from .compat import tf\n{h}",
    "from .compat import tf as tf\n{h}",
    "from .compat import L\n",
    "from .compat import *\n",
    "from . import compat\nL = compat.L\n",
    "from . import compat as c\nL = c.tf.layers\n",
    "import pkg.compat\nL = pkg.compat.L\n",
    "import pkg.compat as c\ntf = c.tf\n{h}",
    "from .compat import get\nL = get()\n",
    "from pkg.compat import tf, \\\n    L\n",
    "try:\n    from .compat import L\nexcept ImportError: L = None\n",
)


@bounded
@given(
    st.sampled_from(IMPORTS),
    st.sampled_from(MODULES),
    st.sampled_from(HOLDERS),
    st.sampled_from(SHARED),
    st.sampled_from(TAKEN),
    st.sampled_from((*USES, *DIRECT)),
    st.sampled_from(sorted(LAYOUTS)),
)
def test_several_files(
    tmp_path: Path, start: str, module: str, holder: str, shared: str, taken: str, use: str, layout: str
) -> None:
    held = holder.format(m=module)
    name, data = LAYOUTS[layout](taken.replace("{h}", held) + use)
    folder = tmp_path / "pkg"
    files = {
        "__init__.py": b"",
        "deep.py": start.encode(),
        "compat.py": shared.replace("{i}", start).replace("{h}", held).encode(),
        name.replace("m.", "user."): data,
    }
    for old in folder.glob("*"):
        old.unlink()
    same(folder, files)


def test_fixtures() -> None:
    files = sorted(path for path in (ROOT / "fixtures").rglob("*") if path.suffix in (".py", ".ipynb"))
    assert findings(files, full=False) == findings(files, full=True)


ENDS_A_RUN = frozenset({"d13_case_and_except_star"})
"""Faults of single files that a run of its own is about."""


@pytest.mark.skipif(not CASES.is_dir(), reason="no cases beside the project")
def test_cases() -> None:
    for case in sorted(one for one in CASES.iterdir() if one.is_dir() and one.name not in ENDS_A_RUN):
        files = sorted(path for path in case.rglob("*") if path.suffix in (".py", ".ipynb") and path.is_file())
        assert findings(files, full=False) == findings(files, full=True), case.name


@pytest.mark.parametrize("use", [*USES, *DIRECT])
def test_a_file_is_what_standard_input_is(tmp_path: Path, use: str) -> None:
    code = "import tensorflow as tf\nL = tf.keras.layers\nfrom keras.layers import BatchNormalization as BN\n" + use
    file = tmp_path / "m.py"
    file.write_text(code)
    piped = scan_text(code.encode(), str(file), shipped_table(), Options())
    assert findings([file], full=False).get(str(file), ()) == piped.findings


def test_any_order_and_any_number_of_workers(tmp_path: Path) -> None:
    files = []
    for number in range(140):
        file = tmp_path / f"m{number}.py"
        file.write_text(IMPORTS[number % len(IMPORTS)] + "L = tf.layers\n" + USES[number % len(USES)])
        files.append(file)
    one = findings(files, full=False)
    many = {one.path: one.findings for one in run(files[::-1], shipped_table(), Options(workers=2)) if one.findings}
    assert one
    assert one == many
