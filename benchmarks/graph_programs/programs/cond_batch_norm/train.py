import json
import zlib

import numpy as np
import tensorflow as tf
from tensorflow.contrib.layers import batch_norm

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
training = tf.placeholder(tf.bool, [])


def batch_norm_layer(t, train_phase, scope_bn):
    train = batch_norm(t, decay=0.9, center=True, scale=True, updates_collections=None, is_training=True, reuse=None, trainable=True, scope=scope_bn)
    test = batch_norm(t, decay=0.9, center=True, scale=True, updates_collections=None, is_training=False, reuse=True, trainable=True, scope=scope_bn)
    return tf.cond(train_phase, lambda: train, lambda: test)


def inner(t, scope_bn):
    return tf.cond(
        training,
        lambda: batch_norm(t, is_training=True, decay=0.9, updates_collections=None, scope=scope_bn, reuse=tf.AUTO_REUSE),
        lambda: batch_norm(t, is_training=False, decay=0.9, updates_collections=None, scope=scope_bn, reuse=tf.AUTO_REUSE),
    )


net = tf.layers.conv2d(x, 4, 3)
y = tf.layers.dense(tf.layers.flatten(inner(net, "inner")), 2)

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
