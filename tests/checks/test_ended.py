"""What a file with normalizations needs of a library that ended, beside the normalizations that are mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.config.target import LazyTarget, parse_target
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.table.load import shipped_table
from tests.run.generated import findings, written
from tests.support import fixed, found, result

HEAD = "import tensorflow as tf\nimport tensorflow_addons as tfa\n"
NORM = "x = tfa.layers.GroupNormalization(groups=4)\n"


def test_a_library_whose_normalizations_are_all_it_is_used_for_goes_with_them() -> None:
    assert [one[:7] for one in found(HEAD + NORM)] == ["3 NF602"]
    assert fixed(HEAD + NORM) == "import tensorflow as tf\nx = tf.keras.layers.GroupNormalization(groups=4)\n"
    assert [one[:7] for one in found("from tensorflow_addons.layers import GroupNormalization, TLU\n")] == [
        "1 NF602",
        "1 NF605",
    ]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (HEAD + NORM + "y = tfa.optimizers.AdamW(1e-4)\n", 2),
        (HEAD + "x = tfa.optimizers.AdamW(1e-4)\ny = tf.keras.layers.LayerNormalization()\n", 2),
        (HEAD + NORM + "y = tfa\n", 2),
        (HEAD + "y = [tfa.layers.PoincareNormalize(), tfa.layers.WeightNormalizationOfMine]\n", 2),
        (HEAD + NORM + "def f():\n    return tfa.losses.ContrastiveLoss()\n", 2),
        ("from tensorflow_addons.layers import GroupNormalization, Maxout\nx = GroupNormalization(4)\nMaxout(3)\n", 1),
        (
            "import tensorflow\ndef norm():\n    from tensorflow_addons import metrics\n    metrics.F1Score(3)\n",
            3,
        ),
        (
            "import tensorflow_addons.layers\nnorm = tensorflow_addons.layers.Maxout(4)\n",
            1,
        ),
        ("from keras_contrib.layers import CRF\nx = CRF(2)\nnorm = x\n", 1),
        ("from tensorflow_addons.optimizers import *\nnorm = Lookahead(1)\n", 1),
    ],
)
def test_what_else_needs_it_is_found_and_stays_found_after_the_fix(code: str, line: int) -> None:
    assert [one for one in found(code) if one.startswith(f"{line} NF909")]
    outcome = result(code, fix=True, unsafe=True)
    assert [one.code for one in result(outcome.fixed_text or code).findings] == ["NF909"]


def test_the_line_that_needs_it_is_named() -> None:
    (_, finding) = sorted(result(HEAD + NORM + "y = tfa.optimizers.AdamW(1)\n").findings, key=lambda one: one.code)
    assert "line 4 needs it (`tfa.optimizers.AdamW`)" in finding.message
    assert finding.withheld == "line 4 still needs it"


def test_an_import_that_nothing_uses_goes() -> None:
    code = "from keras.layers import LayerNormalization\nfrom tensorflow_addons.optimizers import AdamW\n"
    assert fixed(code) == "from keras.layers import LayerNormalization\n"


@pytest.mark.parametrize(
    "code",
    [
        "import tensorflow_addons as tfa\ny = tfa.optimizers.AdamW(1e-4)\n",
        "import own as tfa\nx = 'tensorflow_addons'\ny = tfa.optimizers.AdamW()\nnorm = 1\n",
        "try:\n    import tensorflow_addons as tfa\nexcept ImportError:\n    tfa = None\nnorm = tfa and tfa.rnn\n",
        "import typing\nif typing.TYPE_CHECKING:\n    from tensorflow_addons.optimizers import AdamW\nnorm = 1\n",
    ],
)
def test_what_looks_like_it_is_passed_over(code: str) -> None:
    assert found(code) == []


@pytest.mark.parametrize(
    ("target", "codes"), [("tensorflow==2.12", ["NF602"]), ("tensorflow>=2.12", ["NF602", "NF909"])]
)
def test_where_the_library_works_on_all_of_the_target_it_is_no_finding(target: str, codes: list[str]) -> None:
    aimed = parse_target(target, shipped_table().releases, "")
    options = Options(target=LazyTarget(lambda: aimed))
    outcome = scan_text((HEAD + NORM + "tfa.rnn\n").encode(), "code.py", shipped_table(), options)
    assert sorted(one.code for one in outcome.findings) == codes


def test_a_file_that_only_hands_the_library_on_is_told(tmp_path: Path) -> None:
    net = f"from common import tfa\n{NORM}tfa.rnn\n".encode()
    files = written(tmp_path, {"common.py": b"import tensorflow_addons as tfa\n", "net.py": net})
    told = {Path(path).name: [one.code for one in found] for path, found in findings(files).items()}
    assert told == {"common.py": ["NF905"], "net.py": ["NF602"]}


def test_a_package_of_the_project_of_that_name_is_no_library(tmp_path: Path) -> None:
    net = f"{HEAD}norm = tfa.rnn\n".encode()
    files = written(tmp_path, {"tensorflow_addons/__init__.py": b"rnn = 1\n", "net.py": net})
    assert findings(files) == {}
