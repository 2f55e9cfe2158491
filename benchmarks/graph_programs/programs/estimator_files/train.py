import json

import numpy as np
import tensorflow as tf

from model import model_fn

tf.logging.set_verbosity(tf.logging.ERROR)
data = np.random.RandomState(0).randn(8, 8).astype("float32")
estimator = tf.estimator.Estimator(model_fn, params={"decay": 0.9})
inputs = tf.estimator.inputs.numpy_input_fn({"x": data}, data[:, :1], batch_size=8, num_epochs=None, shuffle=False)
estimator.train(inputs, steps=2)
print("RESULT", json.dumps([len(estimator.get_variable_names())]))
print("NAMES", json.dumps(sorted(estimator.get_variable_names())))
