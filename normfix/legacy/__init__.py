"""The strategy for graph programs: program recognition, preamble, slim.

It builds on the fixes and may replace them; nothing below knows of it.
"""
