"""The strategy for graph programs: program recognition, preamble, slim.

It may build on the fixes and replace them. It must not decide how a Keras layer is written; nothing below knows of it.
"""
