import tensorflow as tf


def conv1d(inputs, kernel_size, channels, activation, is_training, scope):
    with tf.variable_scope(scope):
        conv1d_output = tf.layers.conv1d(
            inputs, filters=channels, kernel_size=kernel_size, activation=activation, padding="same"
        )
        return tf.layers.batch_normalization(conv1d_output, training=is_training)


def cbhg(inputs, is_training, scope, K=3):
    with tf.variable_scope(scope):
        with tf.variable_scope("conv_bank"):
            conv_outputs = tf.concat(
                [conv1d(inputs, k, 4, tf.nn.relu, is_training, "conv1d_%d" % k) for k in range(1, K + 1)], axis=-1
            )
        pooled = tf.layers.max_pooling1d(conv_outputs, pool_size=2, strides=1, padding="same")
        proj = conv1d(pooled, 3, 4, None, is_training, "proj_1")
        cell = tf.contrib.rnn.GRUCell(3)
        outputs, _ = tf.nn.dynamic_rnn(cell, proj, dtype=tf.float32)
        return outputs
