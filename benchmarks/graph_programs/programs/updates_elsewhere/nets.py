import tensorflow as tf
from tensorflow.contrib import slim


def network(x, training):
    net = slim.conv2d(x, 4, [3, 3], activation_fn=None, scope="conv")
    net = slim.batch_norm(net, is_training=training, decay=0.9, activation_fn=tf.nn.relu)
    net = tf.layers.batch_normalization(net, training=training)
    return slim.fully_connected(slim.flatten(net), 2, activation_fn=None)
