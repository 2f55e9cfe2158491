import json
import zlib

import numpy as np
import tensorflow as tf
import tensorflow.contrib.slim as slim

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
training = tf.placeholder(tf.bool, [])


def network(images):
    with slim.arg_scope([slim.conv2d], normalizer_fn=slim.batch_norm, normalizer_params={"is_training": training, "decay": 0.8}):
        net = slim.conv2d(images, 4, 3, scope="conv1")
        net = slim.conv2d(net, 2, 3, stride=2, scope="conv2")
    return slim.fully_connected(slim.flatten(net), 1, activation_fn=None, scope="out")


optimizer = tf.train.GradientDescentOptimizer(0.05)
grads, outs, losses_of, updates = [], [], [], None
with tf.variable_scope(tf.get_variable_scope()):
    for index, part in enumerate(tf.split(x, 2)):
        with tf.device("/cpu:0"), tf.name_scope("tower_%d" % index) as scope:
            outs.append(network(part))
            losses_of.append(tf.reduce_mean(tf.square(outs[-1])))
            tf.get_variable_scope().reuse_variables()
            if updates is None:
                updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS, scope)
            grads.append(optimizer.compute_gradients(losses_of[-1]))
mean = []
for pairs in zip(*grads):
    mean.append((tf.reduce_mean(tf.stack([one for one, _ in pairs]), 0), pairs[0][1]))
y = tf.concat(outs, 0)
loss = tf.add_n(losses_of) / 2
step = tf.group(optimizer.apply_gradients(mean), *updates)


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
