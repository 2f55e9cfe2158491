from tensorflow.contrib.framework import arg_scope
from tensorflow.contrib.layers import batch_norm, conv2d


def scope(is_training):
    with arg_scope([conv2d], normalizer_fn=batch_norm, activation_fn=None):
        with arg_scope([batch_norm], is_training=is_training, decay=0.95, center=True, scale=True) as found:
            return found
