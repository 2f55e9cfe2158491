import tensorflow as tf


def layer_norm(input_tensor, name=None):
    """Run layer normalization on the last dimension of the tensor."""
    return tf.contrib.layers.layer_norm(inputs=input_tensor, begin_norm_axis=-1, begin_params_axis=-1, scope=name)


def layer_norm_and_dropout(input_tensor, dropout_prob, name=None):
    output_tensor = layer_norm(input_tensor, name)
    return tf.nn.dropout(output_tensor, 1.0 - dropout_prob)


def transformer(t, hidden=6):
    with tf.variable_scope("encoder"):
        t = tf.layers.dense(t, hidden, kernel_initializer=tf.truncated_normal_initializer(stddev=0.02))
        for layer in range(2):
            with tf.variable_scope("layer_%d" % layer):
                query = tf.layers.dense(t, hidden, name="query")
                key = tf.layers.dense(t, hidden, name="key")
                weights = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / 4.0)
                with tf.variable_scope("output"):
                    t = layer_norm_and_dropout(tf.matmul(weights, t) + t, 0.0)
        return t
