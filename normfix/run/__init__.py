"""Many files: request, discovery, workers, result cache, the stream of results.

It may know how one file is scanned, fixed and tried. It must not know an output format.
"""
