import json
import zlib

import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 8, 8, 3])
training = tf.placeholder(tf.bool, [])

step_count = tf.train.get_or_create_global_step()
net = tf.layers.conv2d(x, 4, 3, kernel_initializer=tf.constant_initializer(0.1))
net = tf.contrib.layers.batch_norm(net, decay=0.9, is_training=training, scope="norm")
y = tf.layers.dense(tf.contrib.layers.flatten(net), 1, kernel_initializer=tf.constant_initializer(0.2))
loss = tf.reduce_mean(tf.square(y - 1.0))
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    step = tf.train.MomentumOptimizer(0.01, 0.9).minimize(loss, global_step=step_count)


def filled(variable):
    """Numbers that depend on the name of a variable alone."""
    shape = variable.get_shape().as_list()
    seed = zlib.crc32(variable.name.encode()) % 1000
    return np.random.RandomState(seed).uniform(0.1, 0.9, shape).astype("float32")


data = np.random.RandomState(0).randn(8, 8, 8, 3).astype("float32")
hooks = [tf.train.StopAtStepHook(last_step=3), tf.train.NanTensorHook(loss)]
losses = []
with tf.train.MonitoredTrainingSession(hooks=hooks) as sess:
    while not sess.should_stop():
        losses.append(float(sess.run([loss, step], {x: data, training: True})[0]))
    raw = sess._tf_sess()
    out = raw.run(y, {x: data + 0.5, training: False})
    moving = [float(raw.run(one).sum()) for one in sorted(tf.global_variables(), key=lambda v: v.name) if "moving" in one.name]
names = sorted(one.name for one in tf.global_variables())
print("RESULT", json.dumps([losses, [float(np.abs(out).sum()), float(out.mean())], moving]))
print("NAMES", json.dumps(names))
