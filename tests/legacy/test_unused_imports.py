"""What `--strategy legacy` leaves of imports whose uses it has rewritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix.programs import INPUT, NORM, results

PARTS = "import tensorflow.contrib as tc\n"
REGULARIZED = "loss = tc.layers.apply_regularization(tc.layers.l2_regularizer(0.1), [x])\n"


@pytest.mark.parametrize(
    ("handed", "goes"),
    [
        ("def run(then):\n    then(locals(), globals())\n", True),
        ("def run(name):\n    return globals()[name]\n", True),
        ("def run():\n    return globals()['tc']\n", False),
        ("def run():\n    return 'tc' in globals()\n", False),
        ("def run():\n    return eval('tc.layers')\n", False),
    ],
)
def test_an_import_that_fails_is_found_by_its_name_alone(handed: str, goes: bool, tmp_path: Path) -> None:
    train = "import tensorflow as tf\n" + PARTS + INPUT + NORM + REGULARIZED + handed
    text = str(results(tmp_path, train=train)["train"].fixed_text)
    assert "tc.layers." not in text.replace("eval('tc.layers')", "")
    assert (PARTS not in text) is goes


def test_a_name_goes_that_its_use_goes_on_from_through_a_call(tmp_path: Path) -> None:
    parts = "def util():\n    from tensorflow.contrib import util\n    return util\n"
    train = "import tensorflow as tf\nimport parts\n" + INPUT + NORM + "n = parts.util().constant_value(x)\n"
    found = results(tmp_path, parts=parts, train=train)
    assert found["train"].fixed_text is not None
    assert "parts" not in found["train"].fixed_text


def test_a_name_stays_that_something_else_reads(tmp_path: Path) -> None:
    parts = "def util():\n    from tensorflow.contrib import util\n    return util\n"
    train = (
        "import tensorflow as tf\nimport parts\n" + INPUT + NORM + "n = parts.util().constant_value(x)\nparts.util()\n"
    )
    found = results(tmp_path, parts=parts, train=train)
    assert found["train"].fixed_text is not None
    assert "import parts\n" in found["train"].fixed_text
