"""normfix finds, explains, fixes and proves TensorFlow and Keras normalization imports."""

__version__ = "0.1.0"
