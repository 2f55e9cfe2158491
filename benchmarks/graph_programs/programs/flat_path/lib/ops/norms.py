import tensorflow as tf


def model(t, training):
    t = tf.layers.conv2d(t, 4, 3, name="conv")
    return tf.layers.batch_normalization(t, training=training, momentum=0.9, name="bn")
