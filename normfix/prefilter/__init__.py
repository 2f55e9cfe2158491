"""Bytes only: may this document have a finding? Derived from the table, and never more than a shortcut.

It may know the words of the table and the names of files. It must not parse, and says "clean" only where the full scan
finds nothing.
"""
