import json
import zlib

import numpy as np
import tensorflow as tf
from tensorflow.contrib.framework.python.ops import add_arg_scope, arg_scope
from tensorflow.contrib.framework.python.ops import variables
from tensorflow.contrib.layers.python.layers import utils
from tensorflow.python.ops import control_flow_ops
from tensorflow.python.training import moving_averages

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
training = tf.placeholder(tf.bool, [])


@add_arg_scope
def norm(t, decay=0.9, is_training=True, scope=None, outputs_collections=None):
    with tf.variable_scope(scope, "Norm", [t]) as sc:
        size = t.get_shape()[-1:]
        beta = variables.model_variable("beta", size, initializer=tf.zeros_initializer())
        mean = variables.model_variable("moving_mean", size, initializer=tf.zeros_initializer(), trainable=False)
        variance = variables.model_variable("moving_variance", size, initializer=tf.ones_initializer(), trainable=False)
        m, v = tf.nn.moments(t, list(range(len(t.get_shape()) - 1)))
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, moving_averages.assign_moving_average(mean, m, decay))
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, moving_averages.assign_moving_average(variance, v, decay))
        m, v = control_flow_ops.cond(is_training, lambda: (m, v), lambda: (tf.identity(mean), tf.identity(variance)))
        out = tf.nn.batch_normalization(t, m, v, beta, None, 1e-3)
        return utils.collect_named_outputs(outputs_collections, sc.name, out)


with arg_scope([norm], is_training=training, outputs_collections="ends"):
    net = norm(tf.layers.conv2d(x, 4, 3), scope="a")
    y = tf.layers.dense(tf.layers.flatten(norm(net, decay=0.8)), 2)
assert len(tf.get_collection("ends")) == 2

loss = tf.reduce_mean(tf.square(y))
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    step = tf.train.GradientDescentOptimizer(1e-5).minimize(loss)


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
