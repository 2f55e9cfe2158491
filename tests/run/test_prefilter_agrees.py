"""The quick way and the slow way agree: the same findings with and without the prefilter, whatever the spelling."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normfix.run.options import Options
from tests.run.generated import (
    DIRECT,
    HOLDERS,
    IMPORTS,
    LAYOUTS,
    MODULES,
    SHARED,
    TAKEN,
    USES,
    bounded,
    findings,
    placed,
    programs,
    wide,
    written,
)

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases"

FULL = Options(workers=1, full=True)


def same(folder: Path, files: Mapping[str, bytes]) -> None:
    paths = written(folder, files)
    assert findings(paths) == findings(paths, FULL), files


def test_the_letters_are_the_same_to_python() -> None:
    text = "".join((*USES, *DIRECT))
    assert wide(text) != text
    assert unicodedata.normalize("NFKC", wide(text)) == text


@bounded
@given(programs, st.sampled_from(sorted(LAYOUTS)))
def test_one_file(tmp_path: Path, program: str, layout: str) -> None:
    name, data = LAYOUTS[layout](program)
    same(tmp_path, {name: data})


@bounded
@given(placed, st.sampled_from(sorted(LAYOUTS)))
def test_any_place_of_an_expression(tmp_path: Path, program: str, layout: str) -> None:
    name, data = LAYOUTS[layout](program)
    same(tmp_path, {name: data})


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
    same(folder, files)


def test_a_document_that_uses_a_name_of_the_project(tmp_path: Path) -> None:
    base = b"from keras.layers import BatchNormalization as BN\n"
    used = b"```python\nfrom functools import partial\nfrom base import *\nlayer = partial(BN, fused=True)\n```\n"
    files = {"base.py": base, "use.md": used, "other.md": used.replace(b"BN", b"Dense")}
    assert [Path(path).name for path in findings(written(tmp_path, files))] == ["use.md"]
    same(tmp_path, files)


SPELLINGS = {
    "two targets": "L = other = tf.layers\ny = L.batch_normalization(x)\n",
    "two targets, one of several": "L, rest = other = tf.layers, 3\ny = L.batch_normalization(x)\n",
    "behind a call on its line": "if hasattr(tf, 'x'): L = tf.layers\ny = L.batch_normalization(x)\n",
    "behind a statement on its line": "f(x); L = tf.layers\ny = L.batch_normalization(x)\n",
    "behind the targets of with": "with f() as (L, x): L = tf.layers\ny = L.batch_normalization(x)\n",
    "below a comment with a bracket": "# so (\nL = tf.layers\ny = L.batch_normalization(x)\n",
    "below a comma": "x = 1,\nL = tf.layers\ny = L.batch_normalization(x)\n",
    "behind a long text": "L = '''\n''' and tf.layers\ny = L.batch_normalization(x)\n",
    "in a comprehension": "[L := tf.layers for _ in 'a']\ny = L.batch_normalization(x)\n",
    "in a condition": "if L := tf.layers: pass\ny = L.batch_normalization(x)\n",
    "a name in two pieces": "y = getattr(tf.layers, 'batch_' 'normalization')(x)\n",
    "a name with a letter by its number": "y = getattr(tf.layers, '\\142atch_normalization')(x)\n",
    "a layer of a file that is gone": (
        "from keras.layers.advanced_activations import UnitNormalization as U\ny = {'a': U}['a']()\n"
    ),
    "any name of a module that is gone": "from keras.layers.normalization import WeightNormalization\n",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("layout", ["plain", "returns", "list", "pieces"])
def test_a_spelling(tmp_path: Path, spelling: str, layout: str) -> None:
    name, data = LAYOUTS[layout]("import tensorflow as tf\n" + SPELLINGS[spelling])
    same(tmp_path, {name: data})
    assert findings([tmp_path / name])


def test_what_two_pieces_are_not(tmp_path: Path) -> None:
    text = "y = getattr(x, 'batch_', 'normalization')\nz = getattr(x, '')\n'''batch_normalization'''\n"
    paths = written(tmp_path, {"m.py": text.encode()})
    assert findings(paths) == findings(paths, FULL) == {}


TOLD = {
    "a module by a star": {
        "pkg/__init__.py": "from . import base\n",
        "pkg/base.py": "import tensorflow as tf\nL = tf.layers\n",
        "pkg/middle.py": "from . import *\nL = base.L\n",
    },
    "a name in two pieces": {
        "pkg/__init__.py": "",
        "pkg/middle.py": "import importlib\nL = getattr(importlib.import_module('tensor' 'flow'), 'layers')\n",
    },
    "star imports in a circle": {
        "pkg/__init__.py": "from .middle import *\n",
        "pkg/base.py": "from .middle import *\nfrom . import *\nfrom .last import *\n",
        "pkg/middle.py": "from .base import *\nfrom pkg import *\n",
        "pkg/last.py": "from .base import *\nfrom tensorflow import layers as L\n",
    },
}


@pytest.mark.parametrize("told", TOLD)
def test_a_name_that_other_files_tell(tmp_path: Path, told: str) -> None:
    files = {name: text.encode() for name, text in TOLD[told].items()}
    same(tmp_path, {**files, "pkg/user.py": b"from .middle import L\ny = L.batch_normalization(x)\n"})
    assert str(tmp_path / "pkg" / "user.py") in findings(sorted(tmp_path.rglob("*.py")))


def test_a_cell_that_does_not_parse_hides_no_other(tmp_path: Path) -> None:
    code = "import tensorflow as tf\ny = tf.layers.batch_normalization(x)\n"
    for text in (code, "import os\n"):
        cells: list[dict[str, object]] = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
            for source in (text, "def broken(:\n")
        ]
        book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        same(tmp_path, {"m.ipynb": book.encode()})
        assert len(findings([tmp_path / "m.ipynb"])) == (text == code)


SPELLED = "y = tf.layers.batch_normalization(x)\nz = slim.batch_norm(x)\nlayer = tf.contrib.layers.layer_norm(x)\n"


@pytest.mark.parametrize("broken", ["print 'a'\n", "x = (\n", "def f(:\n"])
@pytest.mark.parametrize("layout", ["plain", "list", "pieces"])
def test_what_is_spelled_in_code_that_does_not_parse(tmp_path: Path, broken: str, layout: str) -> None:
    """Nothing there says what `tf` is; what is written out is told all the same."""
    name, data = LAYOUTS[layout](broken + SPELLED)
    same(tmp_path, {name: data})
    assert findings([tmp_path / name])


@pytest.mark.parametrize("magic", ["%%writefile a.py", "%%python3", "%%bash"])
def test_what_is_spelled_in_a_cell_that_is_not_run_here(tmp_path: Path, magic: str) -> None:
    cells = [{"cell_type": "code", "source": f"{magic}\n{SPELLED}"}]
    same(tmp_path, {"m.ipynb": json.dumps({"cells": cells}).encode()})
    assert bool(findings([tmp_path / "m.ipynb"])) == (magic != "%%bash")


def test_a_name_for_a_module_is_no_name_for_a_layer(tmp_path: Path) -> None:
    # What uses it has the words of a normalization itself; a file that has none is passed over, be it broken or not.
    same(
        tmp_path,
        {
            "base.py": b"import tensorflow as tf\nL = tf.layers\n",
            "user.py": b"from base import L\ndef broken(:\n",
        },
    )


def test_fixtures() -> None:
    files = sorted(path for path in (ROOT / "fixtures").rglob("*") if path.suffix in (".py", ".ipynb"))
    assert findings(files) == findings(files, FULL)


ENDS_A_RUN = frozenset({"d13_case_and_except_star"})
"""Faults of single files that a run of its own is about."""


@pytest.mark.skipif(not CASES.is_dir(), reason="no cases beside the project")
def test_cases() -> None:
    for case in sorted(one for one in CASES.iterdir() if one.is_dir() and one.name not in ENDS_A_RUN):
        files = sorted(path for path in case.rglob("*") if path.suffix in (".py", ".ipynb") and path.is_file())
        assert findings(files) == findings(files, FULL), case.name
