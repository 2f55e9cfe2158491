"""The runtime checker: tries targets on the TensorFlow that the user's project has, in its own interpreter.

It may know the table and start processes. It must not import TensorFlow itself, nor run the user's source.
"""
