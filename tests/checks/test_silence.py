"""Code in which nothing may be found, although it says the words."""

from __future__ import annotations

import pytest

from tests.support import found

SILENT = {
    "parameter": """
        import tensorflow as tf
        def norm(tf, x):
            return tf.layers.batch_normalization(x)
        """,
    "lambda parameter": """
        import tensorflow as tf
        norm = lambda tf, x: tf.layers.batch_normalization(x)
        """,
    "local": """
        import tensorflow as tf
        def norm(x):
            tf = make()
            return tf.layers.batch_normalization(x)
        """,
    "local that is bound later": """
        import tensorflow as tf
        def norm(x):
            y = tf.layers.batch_normalization(x)
            tf = 1
            return y
        """,
    "class": """
        from tensorflow.keras import layers
        class tf:
            layers = layers
        y = tf.layers.BatchNormalization()
        """,
    "loop variable": """
        import tensorflow as tf
        for tf in frameworks():
            tf.layers.batch_normalization(1)
        """,
    "comprehension variable": """
        import tensorflow as tf
        ys = [tf.layers.batch_normalization(1) for tf in frameworks()]
        """,
    "with target": """
        import tensorflow as tf
        with framework() as tf:
            tf.layers.batch_normalization(1)
        """,
    "exception name": """
        import tensorflow as tf
        def norm():
            try:
                run()
            except ValueError as slim:
                slim.batch_norm(1)
        """,
    "another object": """
        tf = object()
        y = tf.layers.batch_normalization(1)
        """,
    "deleted": """
        import tensorflow as tf
        tf = None or object()
        y = tf.layers.batch_normalization(1)
        """,
    "torch": """
        import torch
        from torch import nn
        norms = [nn.BatchNorm2d(4), nn.LayerNorm(4), nn.GroupNorm(2, 4), nn.SyncBatchNorm(4), nn.functional.layer_norm]
        """,
    "flax": """
        from flax import linen as nn
        norms = [nn.BatchNorm(), nn.LayerNorm(), nn.InstanceNorm()]
        """,
    "tflearn": """
        import tflearn
        y = tflearn.layers.normalization.batch_normalization(1)
        """,
    "sonnet": """
        import sonnet as snt
        y = snt.BatchNorm(create_scale=True, create_offset=True)(1, is_training=True)
        """,
    "tensorlayer": """
        import tensorlayer as tl
        from tensorlayer.layers import BatchNorm, LayerNorm
        y = tl.layers.BatchNormalization()
        """,
    "paddle": """
        import paddle
        y = paddle.nn.functional.batch_norm(1)
        y = paddle.static.nn.batch_norm(1)
        """,
    "mxnet": """
        from mxnet import gluon, nd
        y = nd.BatchNorm(1)
        y = gluon.nn.BatchNorm()
        """,
    "another library's preprocessing": """
        from somewhere import preprocessing
        y = preprocessing.Normalization()
        """,
    "docstring": '''
        def norm():
            """Like `tf.layers.batch_normalization` and `from keras.layers.normalization import BatchNormalization`."""
        ''',
    "comment": """
        import tensorflow as tf
        # y = tf.layers.batch_normalization(x)
        y = 1  # tf.contrib.layers.batch_norm
        """,
    "string that generates code": """
        import tensorflow as tf
        LINES = [
            "from keras.layers.normalization import BatchNormalization",
            "x = tf.layers.batch_normalization(x)",
        ]
        TEMPLATE = f"tf.layers.batch_normalization({LINES})"
        """,
    "own function": """
        import tensorflow as tf
        def batch_norm(x, is_training):
            return tf.keras.layers.BatchNormalization()(x, training=is_training)
        def layer_norm(x):
            return batch_norm(x, False)
        y = layer_norm(batch_norm(1, True))
        """,
    "own method": """
        class Net:
            def batch_normalization(self, x):
                return x
            def build(self, x):
                return self.batch_normalization(x)
        """,
    "own class": """
        from keras.layers import Layer
        class BatchNormalization(Layer):
            pass
        class InstanceNormalization(Layer):
            pass
        layers = [BatchNormalization(), InstanceNormalization(fused=True)]
        """,
    "own module": """
        from .layers.normalization import BatchNormalization
        from . import slim, normalization
        norms = [BatchNormalization(), slim.batch_norm(1), normalization.BatchNormalization(mode=2)]
        """,
    "right use of tf.nn": """
        import tensorflow as tf
        mean, variance = tf.nn.moments(1, [0])
        y = tf.nn.batch_normalization(1, mean, variance, None, None, 1e-3)
        """,
    "compat.v1.keras works": """
        import tensorflow.compat.v1 as tf
        norm = tf.keras.layers.BatchNormalization()
        """,
    "layers of a package that only has the name": """
        import own_addons as tfa
        layers = [tfa.layers.PoincareNormalize(), tfa.layers.WeightNormalizationOfMine]
        """,
    "code of today": """
        import keras
        import tensorflow as tf
        from keras import layers
        from tensorflow.keras.layers import BatchNormalization as BN, GroupNormalization
        norms = [BN(), GroupNormalization(4), layers.LayerNormalization(), keras.layers.UnitNormalization()]
        norms += [tf.keras.layers.BatchNormalization(axis=1, momentum=0.9, synchronized=True)]
        """,
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name.replace(" ", "-")) for name, code in SILENT.items()])
def test_nothing_is_found(code: str) -> None:
    assert found(code) == []


def test_shadowing_ends_with_its_scope() -> None:
    code = """
        import tensorflow as tf
        def one(tf):
            return tf.layers.batch_normalization(1)
        def two():
            return tf.layers.batch_normalization(1)
        """
    assert found(code) == ["6 NF301 tf.layers.batch_normalization"]


def test_a_class_body_does_not_shadow_its_methods() -> None:
    code = """
        import tensorflow as tf
        class Net:
            tf = None
            def build(self):
                return tf.layers.batch_normalization(1)
        """
    assert found(code) == ["6 NF301 tf.layers.batch_normalization"]
