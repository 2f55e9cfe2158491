import numpy as np
import tensorflow as tf


def model_fn(features, labels, mode):
    net = tf.layers.batch_normalization(features["x"], training=mode == tf.estimator.ModeKeys.TRAIN)
    loss = tf.reduce_mean(tf.square(tf.layers.dense(net, 1) - labels))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=step)


data = {"x": np.random.RandomState(0).randn(8, 3).astype("float32")}
estimator = tf.estimator.Estimator(model_fn)
estimator.train(tf.estimator.inputs.numpy_input_fn(data, np.ones((8, 1), "float32"), num_epochs=None, shuffle=False), steps=2)
print("RESULT", [sorted(estimator.get_variable_names())])
