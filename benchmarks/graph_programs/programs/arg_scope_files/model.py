from tensorflow.contrib.layers import batch_norm, conv2d


def model(t):
    return batch_norm(conv2d(t, 4, 3), scope="last")
