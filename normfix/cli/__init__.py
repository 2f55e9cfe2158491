"""The command line: click commands, one file each, and the quick answer for a clean or unchanged tree.

It may know everything below it. It must not decide anything itself: options go down, text and an exit status come back.
"""
