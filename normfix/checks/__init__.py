"""From meanings to sites and findings: imports, arguments, calls, usage, spelling, siblings.

It says what is wrong and how bad it is, not what is written instead.
"""
