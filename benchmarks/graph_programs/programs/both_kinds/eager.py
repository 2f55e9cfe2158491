import tensorflow as tf

from nets.net import scaled

if __name__ == "__main__":
    print(scaled(tf.ones([2])))
