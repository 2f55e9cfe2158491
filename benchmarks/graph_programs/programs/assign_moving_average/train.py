import json
import zlib

import numpy as np
import tensorflow as tf
from tensorflow.python.ops import control_flow_ops
from tensorflow.python.training import moving_averages

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
training = tf.placeholder(tf.bool, [])

def batch_norm(t, is_training, scope="bn"):
    with tf.variable_scope(scope):
        shape = t.get_shape()[-1:]
        beta = tf.get_variable("beta", shape, initializer=tf.zeros_initializer())
        gamma = tf.get_variable("gamma", shape, initializer=tf.ones_initializer())
        moving_mean = tf.get_variable("moving_mean", shape, initializer=tf.zeros_initializer(), trainable=False)
        moving_variance = tf.get_variable("moving_variance", shape, initializer=tf.ones_initializer(), trainable=False)
        mean, variance = tf.nn.moments(t, [0, 1, 2])
        update_mean = moving_averages.assign_moving_average(moving_mean, mean, 0.9, zero_debias=False)
        update_variance = moving_averages.assign_moving_average(moving_variance, variance, 0.9, zero_debias=False)
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, update_mean)
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, update_variance)
        mean, variance = control_flow_ops.cond(is_training, lambda: (mean, variance), lambda: (moving_mean.read_value(), moving_variance.read_value()))
        return tf.nn.batch_normalization(t, mean, variance, beta, gamma, 1e-3)


y = batch_norm(x, training)

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
