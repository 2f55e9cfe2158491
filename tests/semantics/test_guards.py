"""Code that chooses between releases itself."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.support import findings, fixed, unchanged

GUARDED = {
    "new first": """
        try:
            from keras.layers import BatchNormalization
        except ImportError:
            from keras.layers.normalization import BatchNormalization
        """,
    "old first": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            from keras.layers import BatchNormalization
        """,
    "several errors": """
        try:
            from tensorflow.python.keras.layers import BatchNormalization
        except (ImportError, AttributeError):
            from tensorflow.keras.layers import BatchNormalization
        """,
    "bare except": """
        try:
            from keras.layers.normalization import BatchNormalization
        except:
            from keras.layers import BatchNormalization
        """,
    "a substitute": """
        try:
            from tensorflow_addons.layers import InstanceNormalization
        except ImportError:
            class InstanceNormalization:
                pass
        """,
    "version": """
        import tensorflow as tf
        if tf.__version__ < "2":
            norm = tf.layers.BatchNormalization
        else:
            norm = tf.keras.layers.BatchNormalization
        """,
    "version in a name": """
        import tensorflow as tf
        from packaging.version import parse
        OLD = parse(tf.__version__) < parse("2.0")
        if OLD:
            norm = tf.layers.BatchNormalization
        """,
    "version by its words": """
        import tensorflow as tf
        if IS_TF1:
            norm = tf.layers.BatchNormalization
        elif TF_VERSION > 1:
            norm = tf.contrib.layers.batch_norm
        """,
    "hasattr": """
        import tensorflow as tf
        if hasattr(tf, "contrib"):
            norm = tf.contrib.layers.batch_norm
        """,
    "use in try": """
        import tensorflow as tf
        try:
            norm = tf.layers.BatchNormalization()
        except AttributeError:
            norm = tf.keras.layers.BatchNormalization()
        """,
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in GUARDED.items()])
def test_a_guarded_spelling_is_only_mentioned(code: str) -> None:
    assert {one.code for one in findings(code)} == {"NF004"}
    assert unchanged(code)


NOT_GUARDED = {
    "handler only raises": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            raise
        """,
    "handler passes": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        """,
    "handler sets None": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            BatchNormalization = None
        """,
    "handler imports another name": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            import sys
        """,
    "another error": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ValueError:
            from keras.layers import BatchNormalization
        """,
    "another condition": """
        import os
        if os.environ.get("FAST"):
            from keras.layers.normalization import BatchNormalization
        else:
            from keras.layers import BatchNormalization
        """,
    "finally": """
        try:
            from keras.layers.normalization import BatchNormalization
        finally:
            print("done")
        """,
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in NOT_GUARDED.items()])
def test_what_is_no_guard_hides_nothing(code: str) -> None:
    assert {one.code for one in findings(code)} == {"NF101"}


LOST = {
    "both are gone": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            from tensorflow.contrib.layers import batch_norm as BatchNormalization
        """,
    "three are gone": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            try:
                from keras.layers.normalization.batch_normalization import BatchNormalization
            except ImportError:
                from keras.layers.normalization_v2 import BatchNormalization
        """,
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in LOST.items()])
def test_a_guard_whose_every_arm_is_gone_is_mended_at_its_head(code: str) -> None:
    assert next(one.code for one in findings(code)) == "NF101"
    assert {one.code for one in findings(code)[1:]} == {"NF004"}
    assert fixed(code) == dedent(code).replace("keras.layers.normalization import", "keras.layers import", 1)


def test_a_guard_is_not_lost_where_another_one_is_around_it() -> None:
    code = """
        import keras
        if keras.__version__ < "2.4":
            try:
                from keras.layers.normalization import BatchNormalization
            except ImportError:
                from tensorflow.contrib.layers import batch_norm as BatchNormalization
        """
    assert {one.code for one in findings(code)} == {"NF004"}


def test_a_guard_covers_a_function_that_is_defined_in_it() -> None:
    code = """
        import tensorflow as tf
        if tf.__version__ < "2":
            def norm(x):
                return tf.layers.batch_normalization(x)
        else:
            def norm(x):
                return tf.keras.layers.BatchNormalization()(x)
        """
    assert [one.code for one in findings(code)] == ["NF004"]
