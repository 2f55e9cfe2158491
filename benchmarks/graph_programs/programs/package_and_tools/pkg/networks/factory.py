import functools

import tensorflow as tf

from pkg.networks import small

slim = tf.contrib.slim
networks_map = {"small": small.small}
arg_scopes_map = {"small": small.small_arg_scope}


def get_network(name, weight_decay=0.0):
    arg_scope = arg_scopes_map[name](weight_decay=weight_decay)
    func = networks_map[name]

    @functools.wraps(func)
    def network_fn(images, is_training=False):
        with slim.arg_scope(arg_scope):
            return func(images, is_training=is_training)

    return network_fn
