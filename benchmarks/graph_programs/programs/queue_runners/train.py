import json
import zlib

import numpy as np
import tensorflow as tf
from tensorflow.contrib.framework import arg_scope
from tensorflow.contrib import layers

data = np.random.RandomState(0).randn(8, 6).astype("float32")
(one,) = tf.train.slice_input_producer([tf.constant(data)], shuffle=False)
batch = tf.train.batch([one], batch_size=4, num_threads=1)
training = tf.placeholder(tf.bool, [])
with arg_scope([layers.batch_norm], decay=0.9, is_training=training, updates_collections=None):
    net = layers.fully_connected(batch, 5, normalizer_fn=layers.batch_norm)
    y = layers.batch_norm(net, scale=True)
loss = tf.reduce_mean(tf.square(y))
step = tf.train.GradientDescentOptimizer(1e-5).minimize(loss)


def filled(variable):
    """Numbers that depend on the name of a variable alone."""
    shape = variable.get_shape().as_list()
    seed = zlib.crc32(variable.name.encode()) % 1000
    return np.random.RandomState(seed).uniform(0.1, 0.9, shape).astype("float32")


with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    for one in tf.trainable_variables():
        sess.run(one.assign(filled(one)))
    coordinator = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coordinator)
    losses = [float(sess.run([loss, step], {training: True})[0]) for _ in range(3)]
    out = sess.run(y, {training: False})
    coordinator.request_stop()
    coordinator.join(threads)
    moving = [float(sess.run(one).sum()) for one in sorted(tf.global_variables(), key=lambda v: v.name) if "moving" in one.name]
    names = sorted(one.name for one in tf.global_variables())
    print("RESULT", json.dumps([losses, [float(np.abs(out).sum()), float(out.mean())], moving]))
    print("NAMES", json.dumps(names))
