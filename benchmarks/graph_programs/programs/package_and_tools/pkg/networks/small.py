from tensorflow.contrib import slim
from tensorflow.contrib.layers.python.layers import regularizers
import tensorflow as tf


def small_arg_scope(weight_decay=0.0, decay=0.9):
    with slim.arg_scope(
        [slim.conv2d],
        normalizer_fn=slim.batch_norm,
        normalizer_params={"decay": decay, "scale": True},
        weights_regularizer=regularizers.l2_regularizer(weight_decay),
        weights_initializer=slim.variance_scaling_initializer(),
    ) as scope:
        return scope


def small(images, is_training=False, scope="small"):
    with tf.variable_scope(scope, "small", [images]):
        with slim.arg_scope([slim.batch_norm, slim.dropout], is_training=is_training):
            net = slim.conv2d(images, 4, [3, 3], scope="conv1")
            net = slim.max_pool2d(net, [2, 2], scope="pool1")
            net = slim.batch_norm(net, scope="bn")
            net = slim.dropout(net, 1.0, scope="dropout")
            return slim.fully_connected(slim.flatten(net), 2, activation_fn=None, scope="logits")
