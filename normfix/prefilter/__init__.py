"""Bytes only: may this document have a finding? Derived from the table, and never more than a shortcut.

It must say "clean" only where the full scan finds nothing.
"""
