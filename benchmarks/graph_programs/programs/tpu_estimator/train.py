import tensorflow as tf
from tensorflow.contrib import tpu


def model_fn(features, labels, mode, params):
    net = tf.contrib.layers.layer_norm(features["x"])
    loss = tf.reduce_mean(tf.square(tf.layers.dense(net, 1) - labels))
    return tpu.TPUEstimatorSpec(mode, loss=loss)


print("RESULT", [callable(model_fn), tf.placeholder(tf.float32, [2]).shape.as_list()])
