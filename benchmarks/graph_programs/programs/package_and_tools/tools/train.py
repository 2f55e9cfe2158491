import json
import os
import sys
import zlib

import numpy as np
import tensorflow as tf

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from pkg.networks.factory import get_network

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
training = tf.placeholder(tf.bool, [])

y = get_network("small")(x, is_training=training)

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
