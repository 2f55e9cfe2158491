import json
import zlib

import numpy as np
import tensorflow as tf

training = tf.placeholder(tf.bool, [])
data = np.random.RandomState(0).randn(8, 6).astype("float32")
dataset = tf.data.Dataset.from_tensor_slices(data)
dataset = dataset.apply(tf.contrib.data.map_and_batch(lambda row: row * 2.0, batch_size=4, drop_remainder=True)).repeat()
batch = dataset.make_one_shot_iterator().get_next()
net = tf.layers.batch_normalization(batch, momentum=0.9, training=training, fused=False)
y = tf.layers.dense(net, 2)
loss = tf.reduce_mean(tf.square(y))
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    step = tf.train.GradientDescentOptimizer(1e-5).minimize(loss)


def filled(variable):
    """Numbers that depend on the name of a variable alone."""
    shape = variable.get_shape().as_list()
    seed = zlib.crc32(variable.name.encode()) % 1000
    return np.random.RandomState(seed).uniform(0.1, 0.9, shape).astype("float32")


with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for one in tf.trainable_variables():
        sess.run(one.assign(filled(one)))
    losses = []
    for _ in range(3):
        losses.append(float(sess.run([loss, step], {training: True})[0]))
    out = sess.run(y, {training: False})
    moving = [float(sess.run(one).sum()) for one in sorted(tf.global_variables(), key=lambda v: v.name) if "moving" in one.name]
    names = sorted(one.name for one in tf.global_variables())
    print("RESULT", json.dumps([losses, [float(np.abs(out).sum()), float(out.mean())], moving]))
    print("NAMES", json.dumps(names))
