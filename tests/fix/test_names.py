"""Uses: spelled under the names that the file has, with an import only where there is none."""

from __future__ import annotations

import pytest

from tests.support import fixed, unchanged

CASES = {
    "the author's alias": (
        "import tensorflow as t\nlayer = t.keras.layers.BatchNormalisation()\n",
        "import tensorflow as t\nlayer = t.keras.layers.BatchNormalization()\n",
    ),
    "an annotation": (
        "import tensorflow as tf\nimport tensorflow_addons as tfa\n"
        "def f(a: tfa.layers.InstanceNormalization) -> tf.keras.layers.experimental.SyncBatchNormalization: ...\n",
        "import tensorflow as tf\n"
        "def f(a: tf.keras.layers.GroupNormalization) -> tf.keras.layers.BatchNormalization: ...\n",
    ),
    "keras from tensorflow": (
        "from tensorflow import keras\nlayer = keras.layers.experimental.LayerNormalization()\n",
        "from tensorflow import keras\nlayer = keras.layers.LayerNormalization()\n",
    ),
    "layers under a letter": (
        "from tensorflow.keras import layers as L\nlayer = L.BatchNormalizationV2()\n",
        "from tensorflow.keras import layers as L\nlayer = L.BatchNormalization()\n",
    ),
    "compat.v1 stays compat.v1": (
        "import tensorflow.compat.v1 as tf\nlayer = tf.keras.layers.BatchNormalizationV1()\n",
        "import tensorflow.compat.v1 as tf\nlayer = tf.keras.layers.BatchNormalization()\n",
    ),
    "another import serves": (
        "import tensorflow as tf\nimport tensorflow_addons as tfa\nlayer = tfa.layers.GroupNormalization(4)\n",
        "import tensorflow as tf\nlayer = tf.keras.layers.GroupNormalization(4)\n",
    ),
    "an import is needed": (
        '"""Text."""\nimport os\nimport tensorflow_addons as tfa\n\nlayer = tfa.layers.GroupNormalization(4)\n'
        "loss = tfa.losses.TripletSemiHardLoss()\n",
        '"""Text."""\nimport os\nimport tensorflow_addons as tfa\nimport tensorflow as tf\n\n'
        "layer = tf.keras.layers.GroupNormalization(4)\nloss = tfa.losses.TripletSemiHardLoss()\n",
    ),
    "the name tf is taken": (
        "import tensorflow_addons as tfa\ntf = 1\nlayer = tfa.layers.GroupNormalization(4)\n",
        "from tensorflow.keras import layers\ntf = 1\nlayer = layers.GroupNormalization(4)\n",
    ),
    "below a future import": (
        "from __future__ import division\nimport tensorflow_addons as tfa\nlayer = tfa.layers.GroupNormalization(4)\n",
        "from __future__ import division\nimport tensorflow as tf\nlayer = tf.keras.layers.GroupNormalization(4)\n",
    ),
    "use follows a renamed import": (
        "from keras.layers import BatchNormalizationV1\na = BatchNormalizationV1()\nb = [BatchNormalizationV1]\n",
        "from keras.layers import BatchNormalization\na = BatchNormalization()\nb = [BatchNormalization]\n",
    ),
    "comments in a chain": (
        "import keras\nlayer = keras.layers.normalization.BatchNormalization(  # one\n    axis=1,  # two\n)\n",
        "import keras\nlayer = keras.layers.BatchNormalization(  # one\n    axis=1,  # two\n)\n",
    ),
    "text beside it that is not ASCII": (
        "import keras\nä = 'ü'; layer = keras.layers.normalization.BatchNormalization(name='é')\n",
        "import keras\nä = 'ü'; layer = keras.layers.BatchNormalization(name='é')\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=name) for name, case in CASES.items()])
def test_a_use_is_spelled_anew(before: str, after: str) -> None:
    assert fixed(before) == after


def test_a_taken_name_is_not_taken_again() -> None:
    code = """
        from keras.layers import BatchNormalizationV2
        class BatchNormalization(BatchNormalizationV2):
            pass
        """
    assert "import BatchNormalization as BatchNormalizationV2" in fixed(code)


def test_an_import_never_goes_into_a_guard() -> None:
    code = """
        import os
        try:
            import tensorflow_addons as tfa
        except ImportError:
            raise SystemExit
        layer = tfa.layers.GroupNormalization(4)
        """
    before_try, _, rest = fixed(code).partition("try:")
    assert "import tensorflow as tf" in before_try
    assert "import tensorflow as tf" not in rest


def test_an_uncertain_name_is_left_alone() -> None:
    code = """
        import tensorflow as tf
        layers = own
        if flag:
            layers = tf.keras.layers
        layer = layers.BatchNormalizationV1()
        """
    assert unchanged(code)


def test_a_quoted_annotation_is_left_alone() -> None:
    code = """
        import keras
        def f(norm: "keras.layers.normalization.BatchNormalization"):
            pass
        """
    assert unchanged(code)


def test_a_chain_with_parentheses_in_it() -> None:
    code = "import tensorflow as tf\ny = (tf.keras).layers.experimental.SyncBatchNormalization()(x)\n"
    assert fixed(code) == "import tensorflow as tf\ny = (tf.keras).layers.BatchNormalization(synchronized=True)(x)\n"
    code = "import tensorflow as tf\ny = ((tf.keras).layers).experimental.preprocessing.Normalization(3)(x)\n"
    assert fixed(code) == "import tensorflow as tf\ny = (tf.keras).layers.Normalization(3)(x)\n"


def test_a_name_that_is_bound_below_is_not_taken() -> None:
    code = """
        import os
        def f():
            from tensorflow import contrib
            return contrib.keras.layers.BatchNormalization()
        f()
        import tensorflow as late
        """
    assert "late.keras" not in fixed(code, unsafe=True)
