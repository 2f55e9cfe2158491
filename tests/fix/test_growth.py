"""How the work on one file grows with what is in it, counted in calls: twice as much takes twice the calls."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.semantics.relevance import _follow
from normfix.table.load import shipped_table

_OLD = "from keras.layers.normalization import BatchNormalization"


def _imports(count: int) -> str:
    return "".join(f"{_OLD} as B{number}\n" for number in range(count))


def _rebound(count: int) -> str:
    return "".join(f"{_OLD}\nb{number} = BatchNormalization()\n" for number in range(count))


def _in_functions(count: int) -> str:
    return "".join(f"def f{number}(x):\n    {_OLD}\n    return BatchNormalization()(x)\n" for number in range(count))


def _on_one_line(count: int) -> str:
    return "import tensorflow as tf\n" + "y = tf.layers.batch_normalization(y); " * count + "\n"


def _with_hazards(count: int) -> str:
    """Layers beside all that a fix is asked for."""
    head = (
        "import tensorflow as tf\nfrom tensorflow.keras.layers import Input, Masking, TimeDistributed\n"
        "class Net(tf.keras.Model):\n    def call(self, x):\n        return self.b(x)\n"
        "class Kept(tf.Module):\n    pass\nx = Masking()(Input(()))\n"
        "l2 = [v for v in net.weights if 'batch_norm' in v.name]\n"
    )
    block = (
        "b{0} = tf.keras.layers.experimental.SyncBatchNormalization()\ny{0} = b{0}(x, training=f())\n"
        "m{0} = tf.keras.Model(x, y{0})\nz{0} = m{0}(x, training=False)\nt{0} = TimeDistributed(m{0})(z{0})\n"
        "n{0} = tf.keras.layers.experimental.preprocessing.Normalization()\nn{0}.adapt(d['a'])\n"
    )
    return head + "".join(block.format(number) for number in range(count))


def _calls(folder: Path, *texts: str) -> int:
    """How many functions and generator steps of normfix it takes to fix files of these texts."""
    files = [folder / f"x{number}.py" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    own = str(Path(sys.modules["normfix"].__file__ or "").parent)
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename.startswith(own)

    sys.setprofile(count)
    try:
        results = list(run(files, shipped_table(), Options(workers=1, fix=True, unsafe_fixes=True)))
    finally:
        sys.setprofile(None)
    assert len(results) == len(files)
    assert all(one.findings or one.fixed for one in results)
    return calls


@pytest.mark.parametrize("program", [_imports, _on_one_line, _in_functions, _rebound, _with_hazards])
def test_twice_as_many_findings_take_at_most_twice_the_calls(tmp_path: Path, program) -> None:  # type: ignore[no-untyped-def]
    _calls(tmp_path, program(10))
    few, many = _calls(tmp_path, program(60)), _calls(tmp_path, program(120))
    assert many < 2.2 * few


@pytest.mark.parametrize("program", [_imports, _on_one_line, _in_functions])
def test_twice_as_many_files_take_at_most_twice_the_calls(tmp_path: Path, program) -> None:  # type: ignore[no-untyped-def]
    _calls(tmp_path, program(1))
    few, many = _calls(tmp_path, *[program(1)] * 40), _calls(tmp_path, *[program(1)] * 80)
    assert many < 2.2 * few


def test_names_that_go_back_to_later_ones_are_followed_in_any_order() -> None:
    links = [(f"a{number}", frozenset({f"a{number + 1}"}), False) for number in range(1000)]
    for one in (links, links[::-1]):
        interesting, bearing = {"a1000"}, {"a1000"}
        _follow(one, interesting, bearing)
        assert len(interesting) == len(bearing) == 1001
