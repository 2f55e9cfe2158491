"""Many files: request, discovery, workers, result cache, the stream of results.

It knows how files are taken one by one, and no output format.
"""
