import tensorflow as tf
import tensorflow.contrib.slim as slim


@slim.add_arg_scope
def bottleneck(inputs, depth, stride=1, scope=None):
    with tf.variable_scope(scope, "bottleneck", [inputs]):
        preact = slim.batch_norm(inputs, activation_fn=tf.nn.relu, scope="preact")
        shortcut = slim.conv2d(preact, depth, [1, 1], stride=stride, normalizer_fn=None, activation_fn=None, scope="shortcut")
        residual = slim.conv2d(preact, depth // 2, [3, 3], stride=stride, scope="conv1")
        residual = slim.conv2d(residual, depth, [1, 1], normalizer_fn=None, activation_fn=None, scope="conv2")
        return shortcut + residual


def resnet(inputs, scope="resnet"):
    with tf.variable_scope(scope):
        net = slim.conv2d(inputs, 4, [3, 3], scope="root")
        net = slim.max_pool2d(net, [2, 2], scope="pool")
        net = bottleneck(net, 8, scope="unit_1")
        net = slim.batch_norm(net, activation_fn=tf.nn.relu, scope="postnorm")
        return tf.reduce_mean(net, [1, 2])
