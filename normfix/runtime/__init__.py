"""The runtime checker: tries targets on the TensorFlow that the user's project has, in its own interpreter."""
