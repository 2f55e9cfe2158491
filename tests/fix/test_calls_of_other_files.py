"""Functions that other files call: counted as if the calls stood in the file itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

BODY = "    return tf.contrib.layers.layer_norm(x)\n"
OPS = f"import tensorflow as tf\n\n\ndef build(x):\n{BODY}\n\nclass Net:\n    def head(self, x):\n    {BODY}"


def reasons(folder: Path, **files: str) -> list[str]:
    """Why each call in `ops.py` stays; empty for one that becomes a layer."""
    for name, text in {"ops": OPS, **files}.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    paths = [folder / f"{name}.py" for name in ("ops", *files)]
    results = {Path(one.path).stem: one for one in run(paths, shipped_table(), Options(unsafe_fixes=True))}
    return [(one.withheld or "").partition(";")[0] for one in results["ops"].findings]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"net": "import ops\n\n\ndef build_net(x):\n    return ops.build(x)\n"},
        {"net": "from ops import build\n\ny = build(1)\n"},
        {"net": "import ops\n\ny = ops.Net().head(1)\n"},
        {"net": "def build(x):\n    return x\n\n\ny = build(build(1))\n"},
        {"train": "import ops\n\ny = ops.build(1)\n", "evaluate": "import ops\n\ny = ops.build(1)\n"},
    ],
)
def test_what_others_call_once_is_made_once(tmp_path: Path, files: dict[str, str]) -> None:
    assert reasons(tmp_path, **files) == ["", ""]


@pytest.mark.parametrize(
    ("net", "reason"),
    [
        ("import ops\n\nfor x in y:\n    ops.build(x)\n", "`net.py:4` calls `build`, and there it is in a loop"),
        (
            "from ops import build as b\n\ny = [b(x) for x in z]\n",
            "`net.py:3` calls `build`, and there it is in a loop",
        ),
        ("from ops import *\n\ny = build(build(1))\n", "`build` is called 2 times (`net.py:3`)"),
        (
            "import tensorflow as tf\nimport ops\n\n\n@tf.function\ndef step(x):\n    return ops.build(x)\n",
            "`net.py:7` calls `build`, and there `step` is traced by tf.function",
        ),
        (
            "import ops\n\n\nclass Layer:\n    def call(self, x):\n        return ops.build(x)\n",
            "`net.py:6` calls `build`, and there `call` runs again and again",
        ),
        (
            "import ops\n\n\ndef helper(x):\n    return ops.build(x)\n\n\nwhile True:\n    helper(1)\n",
            "`net.py:5` calls `build`, and there `net.py:9` calls `helper`, and there it is in a loop",
        ),
    ],
)
def test_what_others_call_again_is_made_again(tmp_path: Path, net: str, reason: str) -> None:
    assert reasons(tmp_path, net=net)[0].startswith(reason)


def test_a_method_that_another_file_calls_twice(tmp_path: Path) -> None:
    net = "import ops\n\nnet = ops.Net()\ny = net.head(net.head(1))\n"
    assert reasons(tmp_path, net=net)[1].startswith("`head` is called 2 times (`net.py:4`)")


def test_two_files_of_one_program_count_together(tmp_path: Path) -> None:
    files = dict.fromkeys(("left", "right"), "import ops\n\n\ndef f(x):\n    return ops.build(x)\n")
    files["main"] = "import left\nimport right\n\ny = left.f(right.f(1))\n"
    assert reasons(tmp_path, **files)[0].startswith("`build` is called 2 times (`left.py:5`)")
