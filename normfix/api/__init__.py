"""What Python programs, the command line and notebooks call: one run of `check` or `fix`, and the answer to a message.

It may know everything below it. It must not print, nor read options from anywhere but its arguments.
"""
