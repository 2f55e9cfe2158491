import tensorflow as tf


class Model(object):
    def __init__(self, filters, momentum, name="net"):
        self.filters, self.momentum, self.name = filters, momentum, name
        self._norm = tf.layers.batch_normalization

    def norm(self, x, training, name):
        return self._norm(x, momentum=self.momentum, training=training, name=name)

    def conv(self, x, filters, name):
        return tf.layers.conv2d(x, filters, 3, padding="same", use_bias=False, name=name)
