"""Import statements: only what moves is touched, in the author's layout."""

from __future__ import annotations

import pytest

from tests.support import fixed, fixed_bytes, unchanged

CASES = {
    "module only": (
        "from keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import BatchNormalization\n",
    ),
    "alias": (
        "from keras.layers.normalization import BatchNormalization as BN\n",
        "from keras.layers import BatchNormalization as BN\n",
    ),
    "trailing comment": (
        "from keras.layers.normalization import BatchNormalization  # noqa: F401\n",
        "from keras.layers import BatchNormalization  # noqa: F401\n",
    ),
    "spaces": (
        "from  keras.layers.normalization  import  BatchNormalization\n",
        "from  keras.layers  import  BatchNormalization\n",
    ),
    "no newline at the end": (
        "from keras.layers.normalization import BatchNormalization",
        "from keras.layers import BatchNormalization",
    ),
    "parentheses": (
        "from keras.layers.normalization import (BatchNormalization,)\n",
        "from keras.layers import (BatchNormalization,)\n",
    ),
    "lines and comments": (
        "from keras.layers.normalization import (\n    # the usual one\n    BatchNormalization,  # yes\n)\n",
        "from keras.layers import (\n    # the usual one\n    BatchNormalization,  # yes\n)\n",
    ),
    "backslash before import": (
        "from keras.layers.normalization \\\n    import BatchNormalization\n",
        "from keras.layers \\\n    import BatchNormalization\n",
    ),
    "semicolon": (
        "import os; from keras.layers.normalization import BatchNormalization; x = 1\n",
        "import os; from keras.layers import BatchNormalization; x = 1\n",
    ),
    "tabs in a function": (
        "def f():\n\tfrom keras.layers.normalization import BatchNormalization\n\treturn BatchNormalization\n",
        "def f():\n\tfrom keras.layers import BatchNormalization\n\treturn BatchNormalization\n",
    ),
    "one line body": (
        "def f(): from keras.layers.normalization import BatchNormalization\n",
        "def f(): from keras.layers import BatchNormalization\n",
    ),
    "merged above": (
        "from keras.layers import Dense\nfrom keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import Dense, BatchNormalization\n",
    ),
    "merged into lines": (
        "from keras.layers import (\n    Conv2D,\n    Dense,\n)\n"
        "from keras.layers.normalization import BatchNormalization as BN\n",
        "from keras.layers import (\n    BatchNormalization as BN,\n    Conv2D,\n    Dense,\n)\n",
    ),
    "merged with what is there already": (
        "from keras.layers import BatchNormalization\nfrom keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import BatchNormalization\n",
    ),
    "sorted names": (
        "from keras.layers import Activation, Dense\nfrom keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import Activation, BatchNormalization, Dense\n",
    ),
    "names in no order": (
        "from keras.layers import Dense, Activation\nfrom keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import Dense, Activation, BatchNormalization\n",
    ),
    "an alias that says: for others": (
        "from keras.layers.normalization import BatchNormalization as BatchNormalization\n",
        "from keras.layers import BatchNormalization as BatchNormalization\n",
    ),
    "not merged into one that moves as well": (
        "from keras.layers.normalization import BatchNormalization as BN\nfrom keras.layers import normalization\n"
        "x = [BN, normalization.BatchNormalization]\n",
        "from keras.layers import BatchNormalization as BN\nfrom keras import layers\n"
        "x = [BN, layers.BatchNormalization]\n",
    ),
    "two names that are one today": (
        "from tensorflow_addons.layers import InstanceNormalization, GroupNormalization\n"
        "x = [InstanceNormalization(axis=1), GroupNormalization(4)]\n",
        "from tensorflow.keras.layers import GroupNormalization\n"
        "x = [GroupNormalization(axis=1, groups=-1), GroupNormalization(4)]\n",
    ),
    "one that is there already": (
        "from tensorflow.keras.layers import Dense, GroupNormalization, InstanceNormalization\n"
        "x = [Dense, InstanceNormalization(), GroupNormalization(4)]\n",
        "from tensorflow.keras.layers import Dense, GroupNormalization\n"
        "x = [Dense, GroupNormalization(groups=-1), GroupNormalization(4)]\n",
    ),
    "two functions that are one layer": (
        "from tensorflow.contrib.layers import layer_norm, instance_norm, fully_connected\n"
        "y = layer_norm(instance_norm(x))\nz = fully_connected(y)\n",
        "from tensorflow.contrib.layers import fully_connected\n"
        "from tensorflow.keras.layers import GroupNormalization\n"
        "y = GroupNormalization(groups=1, epsilon=1e-12)(GroupNormalization(groups=-1, epsilon=1e-6)(x))\n"
        "z = fully_connected(y)\n",
    ),
    "a module under its own name": (
        "import keras.layers.normalization\nx = keras.layers.normalization.BatchNormalization()\n",
        "import keras.layers\nx = keras.layers.BatchNormalization()\n",
    ),
    "a module among others": (
        "import keras.layers.normalization, numpy as np\nx = keras.layers.normalization.BatchNormalization()\n",
        "import keras.layers, numpy as np\nx = keras.layers.BatchNormalization()\n",
    ),
    "modules that are one today": (
        "from keras.layers.core import Dense, Flatten\nfrom keras.layers.normalization import BatchNormalization\n"
        "from keras.models import Model\nfrom keras.layers.convolutional import Conv2D\n",
        "from keras.layers import BatchNormalization, Conv2D, Dense, Flatten\nfrom keras.models import Model\n",
    ),
    "one of them with a comment": (
        "from keras.layers.core import Dense\n"
        "from keras.layers.normalization import (\n    BatchNormalization,  # yes\n)\n",
        "from keras.layers import Dense\nfrom keras.layers import (\n    BatchNormalization,  # yes\n)\n",
    ),
    "comments are not merged away": (
        "from keras.layers import Dense\nfrom keras.layers.normalization import (  # yes\n    BatchNormalization,\n)\n",
        "from keras.layers import Dense\nfrom keras.layers import (  # yes\n    BatchNormalization,\n)\n",
    ),
    "not merged when it has a comment": (
        "from keras.layers import Dense\nfrom keras.layers.normalization import BatchNormalization  # norm\n",
        "from keras.layers import Dense\nfrom keras.layers import BatchNormalization  # norm\n",
    ),
    "not merged across scopes": (
        "from keras.layers import Dense\ndef f():\n    from keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import Dense\ndef f():\n    from keras.layers import BatchNormalization\n",
    ),
    "not merged into a star": (
        "from keras.layers import *\nfrom keras.layers.normalization import BatchNormalization\n",
        "from keras.layers import *\nfrom keras.layers import BatchNormalization\n",
    ),
    "the last of two": (
        "from tensorflow.nn import relu, fused_batch_norm\n",
        "from tensorflow.nn import relu\nfrom tensorflow.compat.v1.nn import fused_batch_norm\n",
    ),
    "the first of two": (
        "from tensorflow.nn import fused_batch_norm, relu\n",
        "from tensorflow.nn import relu\nfrom tensorflow.compat.v1.nn import fused_batch_norm\n",
    ),
    "the middle of three lines": (
        "from tensorflow.nn import (\n    elu,\n    fused_batch_norm,\n    relu,\n)\n",
        "from tensorflow.nn import (\n    elu,\n    relu,\n)\nfrom tensorflow.compat.v1.nn import fused_batch_norm\n",
    ),
    "comment of the one that stays": (
        "from tensorflow.nn import (\n    elu,  # smooth\n    fused_batch_norm,\n)\n",
        "from tensorflow.nn import (\n    elu,  # smooth\n)\nfrom tensorflow.compat.v1.nn import fused_batch_norm\n",
    ),
    "indented": (
        "def f():\n    from tensorflow.nn import relu, fused_batch_norm\n    return relu\n",
        "def f():\n    from tensorflow.nn import relu\n    from tensorflow.compat.v1.nn import fused_batch_norm\n"
        "    return relu\n",
    ),
    "two targets": (
        "from keras.layers.normalization import BatchNormalization\n"
        "from tensorflow.keras.layers.normalization import LayerNormalization\n",
        "from keras.layers import BatchNormalization\nfrom tensorflow.keras.layers import LayerNormalization\n",
    ),
    "module under a name": (
        "from keras.layers import normalization as norm\nlayer = norm.BatchNormalization()\n",
        "from keras import layers as norm\nlayer = norm.BatchNormalization()\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=name) for name, case in CASES.items()])
def test_an_import_is_moved(before: str, after: str) -> None:
    assert fixed(before) == after


def test_a_name_that_is_re_exported_keeps_its_name() -> None:
    before = "from keras.layers import BatchNormalizationV1\n"
    assert (
        fixed(before, path="pkg/__init__.py") == "from keras.layers import BatchNormalization as BatchNormalizationV1\n"
    )


def test_a_name_in_all_keeps_its_name() -> None:
    before = "from keras.layers import BatchNormalizationV1\n__all__ = ['BatchNormalizationV1']\n"
    after = "from keras.layers import BatchNormalization as BatchNormalizationV1\n__all__ = ['BatchNormalizationV1']\n"
    assert fixed(before) == after


def test_a_star_import_stays() -> None:
    assert unchanged("from keras.layers.normalization import *\n")


def test_crlf_stays() -> None:
    before = b"from keras.layers import Dense\r\nfrom tensorflow.nn import relu, fused_batch_norm\r\n"
    after = b"from keras.layers import Dense\r\nfrom tensorflow.nn import relu\r\n"
    assert fixed_bytes(before) == after + b"from tensorflow.compat.v1.nn import fused_batch_norm\r\n"


def test_mixed_newlines_stay() -> None:
    before = b"import os\r\n\nfrom keras.layers.normalization import BatchNormalization\nx = 1\r\n"
    assert fixed_bytes(before) == before.replace(b".normalization", b"")


def test_a_byte_order_mark_stays() -> None:
    before = b"\xef\xbb\xbffrom keras.layers.normalization import BatchNormalization\n"
    assert fixed_bytes(before) == b"\xef\xbb\xbffrom keras.layers import BatchNormalization\n"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "euc_jp"])
def test_an_encoding_stays(encoding: str) -> None:
    word = "日本" if encoding == "euc_jp" else "größer"
    before = f"# -*- coding: {encoding} -*-\nx = '{word}'\nfrom keras.layers.normalization import BatchNormalization\n"
    assert fixed_bytes(before.encode(encoding)) == before.replace(".normalization", "").encode(encoding)


def test_form_feeds_and_odd_bytes_stay() -> None:
    before = b"x = 1\n\x0c\nfrom keras.layers.normalization import BatchNormalization\n# \xc2\x85 \xe2\x80\xa8 end\n"
    assert fixed_bytes(before) == before.replace(b".normalization", b"")


def test_a_name_that_sorts_before_one_that_changes_is_not_lost() -> None:
    code = (
        "from tensorflow.contrib.layers import batch_norm, layer_norm as LN\n"
        "from tensorflow.python.keras.layers import BatchNormalization\n\ndel BatchNormalization\n"
    )
    assert fixed(code) == (
        "from tensorflow.keras.layers import BatchNormalization as batch_norm, GroupNormalization as LN, "
        "BatchNormalization\n\ndel BatchNormalization\n"
    )


def test_a_module_below_one_that_moved_is_no_name_of_it() -> None:
    code = "from tensorflow.keras import layers as L\nL.normalization.batch_normalization.BatchNormalizationV2()(x)\n"
    assert fixed(code) == "from tensorflow.keras import layers as L\nL.BatchNormalization()(x)\n"


def test_an_import_stays_while_a_module_above_the_dead_one_is_read() -> None:
    code = """
        def f(x):
            import tensorflow.contrib.layers
            return getattr(tensorflow.contrib, 'layers').batch_norm(x)
        """
    assert unchanged(code)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def g():\n    import tensorflow\n    return tensorflow\ndef f():\n    import tensorflow.layers\n"
            "    return tensorflow.layers.BatchNormalization(axis=1)\n",
            "def g():\n    import tensorflow\n    return tensorflow\ndef f():\n    import tensorflow\n"
            "    return tensorflow.keras.layers.BatchNormalization(axis=1)\n",
        ),
        (
            "def f():\n    import tensorflow.layers\n    return tensorflow.layers.BatchNormalization(axis=1)\n"
            "f()\nimport tensorflow\n",
            "def f():\n    import tensorflow\n    return tensorflow.keras.layers.BatchNormalization(axis=1)\n"
            "f()\nimport tensorflow\n",
        ),
        (
            "import tensorflow.layers\nimport tensorflow\ny = tensorflow.layers.BatchNormalization(axis=1)\n",
            "import tensorflow\ny = tensorflow.keras.layers.BatchNormalization(axis=1)\n",
        ),
        (
            "import tensorflow\ndef f():\n    import tensorflow.layers\n"
            "    return tensorflow.layers.BatchNormalization(axis=1)\n",
            "import tensorflow\ndef f():\n    return tensorflow.keras.layers.BatchNormalization(axis=1)\n",
        ),
    ],
    ids=["in another function", "below the use", "below and before the use", "above"],
)
def test_a_name_is_imported_once_and_where_its_use_has_it(before: str, after: str) -> None:
    assert fixed(before, unsafe=True) == after


@pytest.mark.parametrize(
    ("code", "after"),
    [
        (
            "from tensorflow.contrib.layers import layer_norm\n"
            "from tensorflow_addons.layers import GroupNormalization\n",
            "from tensorflow.keras.layers import GroupNormalization\n",
        ),
        (
            "from tensorflow.contrib.layers import layer_norm, instance_norm\n"
            "from tensorflow_addons.layers import GroupNormalization, SpectralNormalization\n",
            "from tensorflow.keras.layers import GroupNormalization, SpectralNormalization\n",
        ),
        (
            "from tensorflow_addons.layers import SpectralNormalization, GroupNormalization\n"
            "from tensorflow.contrib.layers import layer_norm\n"
            "from tensorflow_addons.layers import GroupNormalization\n",
            "from tensorflow.keras.layers import SpectralNormalization, GroupNormalization\n",
        ),
    ],
)
def test_imports_of_classes_that_become_one_name_become_one_import(code: str, after: str) -> None:
    assert fixed(code, unsafe=True) == after
    inside = "".join(f"    {line}\n" for line in code.splitlines())
    assert fixed(f"def f():\n{inside}    return GroupNormalization", unsafe=True) == (
        f"def f():\n    {after}    return GroupNormalization"
    )


@pytest.mark.parametrize("between", ["GroupNormalization = 1\n", "print(GroupNormalization)\n", "from own import *\n"])
def test_an_import_whose_name_is_bound_or_read_above_it_stays(between: str) -> None:
    first = "from tensorflow_addons.layers import GroupNormalization\n"
    second = "from tensorflow_addons.keras.layers import GroupNormalization\n"
    new = "from tensorflow.keras.layers import GroupNormalization\n"
    assert fixed(f"{first}{between}{second}print(GroupNormalization)\n", unsafe=True) == (
        f"{new}{between}{new}print(GroupNormalization)\n"
    )


def test_plain_imports_of_files_that_are_one_module_become_one() -> None:
    old = "import keras.layers.normalization\nimport keras.layers.core\n"
    used = "x = keras.layers.core.Dense(3), keras.layers.normalization.BatchNormalization()\n"
    new = "x = keras.layers.Dense(3), keras.layers.BatchNormalization()\n"
    assert fixed(old + used) == "import keras.layers\n" + new
    comments = old.replace("core\n", "core  # dense\n")
    assert fixed(comments + used) == "import keras.layers\n# dense\n" + new
    between = old.replace("\n", "\nprint(keras.ops)\n", 1)
    assert fixed(between + used) == "import keras.layers\nprint(keras.ops)\nimport keras.layers\n" + new


def test_the_root_of_a_plain_import_stays_bound() -> None:
    code = "import tensorflow.python.keras.layers\nx = tensorflow.ones(3)\n"
    used = "y = tensorflow.python.keras.layers.BatchNormalization()\n"
    new = "import tensorflow.keras.layers\nx = tensorflow.ones(3)\ny = tensorflow.keras.layers.BatchNormalization()\n"
    assert fixed(code + used) == new
