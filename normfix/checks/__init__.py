"""From meanings to sites and findings: imports, arguments, calls, usage, spelling, siblings.

It may know the table, the meanings of names and the target. It must not say what is written instead.
"""
