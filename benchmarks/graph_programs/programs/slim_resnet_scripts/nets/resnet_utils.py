import tensorflow as tf
import tensorflow.contrib.slim as slim


def resnet_arg_scope(is_training=True, weight_decay=0.0001, decay=0.9, epsilon=1e-5, scale=True):
    batch_norm_params = {
        "is_training": is_training,
        "decay": decay,
        "epsilon": epsilon,
        "scale": scale,
        "updates_collections": tf.GraphKeys.UPDATE_OPS,
    }
    with slim.arg_scope(
        [slim.conv2d],
        weights_regularizer=slim.l2_regularizer(weight_decay),
        weights_initializer=slim.variance_scaling_initializer(),
        activation_fn=tf.nn.relu,
        normalizer_fn=slim.batch_norm,
        normalizer_params=batch_norm_params,
    ):
        with slim.arg_scope([slim.batch_norm], **batch_norm_params):
            with slim.arg_scope([slim.max_pool2d], padding="SAME") as arg_sc:
                return arg_sc
