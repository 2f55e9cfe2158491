import tensorflow as tf
import tensorflow.contrib as tf_contrib

weight_init = tf_contrib.layers.variance_scaling_initializer()
weight_regularizer = tf_contrib.layers.l2_regularizer(0.0001)


def instance_norm(x, scope="instance_norm"):
    return tf_contrib.layers.instance_norm(x, epsilon=1e-05, center=True, scale=True, scope=scope)


def batch_norm(x, is_training=True, scope="batch_norm"):
    return tf_contrib.layers.batch_norm(
        x, decay=0.9, epsilon=1e-05, center=True, scale=True, updates_collections=None, is_training=is_training, scope=scope
    )


def conv_block(x, channels, is_training, name, norm="batch"):
    with tf.variable_scope(name):
        x = tf.layers.conv2d(
            x, channels, 3, padding="same", kernel_initializer=weight_init, kernel_regularizer=weight_regularizer
        )
        x = batch_norm(x, is_training) if norm == "batch" else instance_norm(x)
        return tf.nn.relu(x)


def linear(x, size, name):
    with tf.variable_scope(name):
        return tf.layers.dense(x, size, kernel_initializer=weight_init)
