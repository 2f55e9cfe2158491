import tensorflow as tf
from tensorflow.contrib.layers.python.layers import batch_norm


def network(x, training, flags):
    net = tf.layers.conv2d(x, 4, 3, padding="same", name="conv")
    net = batch_norm(net, decay=flags.decay, is_training=training, fused=flags.fused, scope="bn")
    net = tf.nn.relu(net)
    return tf.layers.dense(tf.layers.flatten(net), 2, name="out")
