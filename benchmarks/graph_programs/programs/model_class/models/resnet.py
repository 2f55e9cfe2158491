import tensorflow as tf

from models.base import Model


class ResNet(Model):
    def build(self, x, training):
        with tf.variable_scope(self.name, reuse=tf.AUTO_REUSE):
            net = self.conv(x, self.filters, "conv0")
            for index in range(2):
                net = self.block(net, training, "block%d" % index)
            return self.norm(net, training, "last")

    def block(self, x, training, name):
        with tf.variable_scope(name):
            net = tf.nn.relu(self.norm(x, training, "bn"))
            return x + self.conv(net, self.filters, "conv")
