import json
import zlib

import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
training = tf.placeholder(tf.bool, [])

def lrelu(t, leak=0.2):
    return tf.maximum(t, leak * t)


class batch_norm(object):
    def __init__(self, epsilon=1e-5, momentum=0.9, name="batch_norm"):
        with tf.variable_scope(name):
            self.epsilon = epsilon
            self.momentum = momentum
            self.name = name

    def __call__(self, t, train=True):
        return tf.contrib.layers.batch_norm(
            t, decay=self.momentum, updates_collections=None, epsilon=self.epsilon, scale=True, is_training=train, scope=self.name
        )


def conv2d(t, size, name):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [5, 5, t.get_shape()[-1], size], initializer=tf.truncated_normal_initializer(stddev=0.02))
        b = tf.get_variable("biases", [size], initializer=tf.constant_initializer(0.0))
        return tf.nn.bias_add(tf.nn.conv2d(t, w, strides=[1, 2, 2, 1], padding="SAME"), b)


d_bn1 = batch_norm(name="d_bn1")
with tf.variable_scope("discriminator"):
    h0 = lrelu(conv2d(x, 4, "d_h0_conv"))
    h1 = lrelu(d_bn1(conv2d(h0, 8, "d_h1_conv"), train=training))
    y = tf.layers.dense(tf.reshape(h1, [-1, 32]), 1)

loss = tf.reduce_mean(tf.square(y))
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def filled(variable):
    """Numbers that depend on the name of a variable alone."""
    shape = variable.get_shape().as_list()
    seed = zlib.crc32(variable.name.encode()) % 1000
    return np.random.RandomState(seed).uniform(0.1, 0.9, shape).astype("float32")


data = np.random.RandomState(0).randn(8, 8, 8, 3).astype("float32")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for one in tf.trainable_variables():
        sess.run(one.assign(filled(one)))
    losses = []
    for _ in range(3):
        losses.append(float(sess.run([loss, step], {x: data, training: True})[0]))
    out = sess.run(y, {x: data + 0.5, training: False})
    moving = [float(sess.run(one).sum()) for one in sorted(tf.global_variables(), key=lambda v: v.name) if "moving" in one.name]
    names = sorted(one.name for one in tf.global_variables())
    print("RESULT", json.dumps([losses, [float(np.abs(out).sum()), float(out.mean())], moving]))
    print("NAMES", json.dumps(names))
