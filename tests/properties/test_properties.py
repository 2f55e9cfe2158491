"""Whatever a program does: each legacy path that it reaches is found where it is spelled, and nothing else is.

The oracle is the program itself, run with stand-ins for the libraries. `python -m tools.properties` runs more of them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import Phase, given, settings

from tests.properties.held import finds_what_is_reached, fixes_hold
from tests.properties.programs import programs

short = settings(derandomize=True, deadline=None, max_examples=100, phases=[Phase.generate])
"""What fails is not made smaller: that takes minutes."""


@short
@given(programs())
def test_findings_are_what_a_run_reaches(program: str) -> None:
    finds_what_is_reached(program)


@short
@given(programs())
def test_fixes_reach_the_new_path(program: str) -> None:
    fixes_hold(program)


FOUND = {
    "a function above what binds anew the name of a star": (
        "from tensorflow.python.keras.layers import *\n"
        "def f(): return BatchNormalization()(3)\n"
        "f()\n"
        "from keras.layers import LayerNormalization as BatchNormalization\n"
        "f()\n"
    ),
    "a lambda above it, and nothing else that needs the star": (
        "from tensorflow.python.keras.layers import *\n"
        "unread = (lambda: BatchNormalization)()()(3)\n"
        "BatchNormalization = __import__('tensorflow')\n"
    ),
    "a star of a library that nobody knows": (
        "from ownlib.layers import *\n"
        "(lambda: batch_normalization(3))()\n"
        "from tensorflow.layers import batch_normalization\n"
    ),
    "a function in the place of an old one, and a module that loses its name": (
        "import tensorflow as tf\ntf: object = (tf.layers.batch_normalization)\nlist(L(3) for L in (tf,))\n"
    ),
    "a function in the place of an old one, above the import that it needs": (
        "import tensorflow\n"
        "held1 = [tensorflow.layers.batch_normalization]\n"
        "held1[0](3)\n"
        "import keras\n"
        "(lambda: getattr(keras.layers, 'LayerNormalization')()(3))()\n"
        "L = (\n"
        "    keras.BatchNormalization\n"
        ")\n"
        "def held2():\n"
        "    return (tensorflow.layers).batch_normalization\n"
        "held2()(3)\n"
        "import tensorflow\n"
    ),
    "an import in a function that would bind a name which it reads above": (
        "import tensorflow\n"
        "def f7(bn):\n"
        "    {tensorflow.nn.fused_batch_norm for unread in (3,) if tensorflow.nn.fused_batch_norm(3)}\n"
        "    import tensorflow_core.python.keras.api._v1.keras.layers\n"
        "    return 3\n"
        "f7(3)\n"
    ),
    "a module in a loop that had the name of a symbol before": (
        "from keras.layers.normalization import LayerNormalization as layers\n"
        "while True:\n"
        "    try:\n"
        "        import tf_slim as layers\n"
        "    except ValueError:\n"
        "        raise\n"
        "    break\n"
        "(lambda: layers.layer_norm(3))()\n"
    ),
}


@pytest.mark.parametrize("held", [finds_what_is_reached, fixes_hold])
@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_what_failed_once(held: Callable[[str], None], program: str) -> None:
    held(program)
