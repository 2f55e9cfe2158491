"""Projects with programs of both kinds: what the legacy strategy takes for a part of a graph program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix.programs import INPUT, NORM, results

PLAIN = "import tensorflow as tf\n"
MAIN = "if __name__ == '__main__':\n    main()\n"
SHARED = PLAIN + "\n\ndef moments(x):\n    return tf.nn.moments(x, [0])\n"
LAYER = PLAIN + "\n\ndef scaled(x):\n    return tf.multiply(x, 2.0)\n"
TRAIN = PLAIN + "import shared\nimport layer\n" + INPUT + NORM + "shared.moments(layer.scaled(y))\n" + MAIN
EAGER = PLAIN + "import shared\n\n\n@tf.function\ndef main():\n    return shared.moments(tf.ones([2, 2]))\n\n\n" + MAIN
UNMARKED = PLAIN + "import shared\n\n\ndef main():\n    return shared.moments(tf.ones([2, 2]))\n\n\n" + MAIN


def written(folder: Path, **files: str) -> dict[str, str]:
    """The files of a project after a fix, and how they are after a second one, which must change none."""
    found = results(folder, **files)
    after = {name: str(found[name].fixed_text) if name in found else text for name, text in files.items()}
    again = results(folder, **after)
    assert not [name for name, one in again.items() if one.fixed_text is not None]
    return after


@pytest.mark.parametrize("sign", ["@tf.function", "@tf.autograph.experimental.do_not_convert"])
def test_a_program_of_tensorflow_2_and_what_it_imports_stay(sign: str, tmp_path: Path) -> None:
    eager = EAGER.replace("@tf.function", sign)
    after = written(tmp_path, shared=SHARED, layer=LAYER, train=TRAIN, eager=eager)
    assert (after["eager"] == eager) is (after["shared"] == SHARED) is (sign == "@tf.function")
    assert "disable_v2_behavior" in after["train"]


def test_all_that_a_start_imports_is_a_part_of_its_program_at_once(tmp_path: Path) -> None:
    after = written(tmp_path, shared=SHARED, layer=LAYER, train=TRAIN, other=UNMARKED)
    assert {name for name, text in after.items() if "compat.v1" in text} == {"shared", "layer", "train", "other"}


def test_what_hangs_on_a_start_through_another_is_found_in_one_run(tmp_path: Path) -> None:
    deep = PLAIN + "\n\ndef norm(x):\n    return tf.nn.l2_normalize(x, 1)\n"
    first = PLAIN + "import shared\nimport deep\n\n\ndef main():\n    return deep.norm(shared.moments(1))\n\n\n" + MAIN
    second = PLAIN + "import deep\nimport layer\n\n\ndef main():\n    return deep.norm(layer.scaled(1))\n\n\n" + MAIN
    files = {"shared": SHARED, "layer": LAYER, "deep": deep, "train": TRAIN, "first": first, "second": second}
    after = written(tmp_path, **files)
    assert all("compat.v1" in text for text in after.values())
