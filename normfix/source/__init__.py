"""Bytes to text to code and back: encodings, edits, Python, notebooks, and where a file lies.

It may know documents of each kind. It must not know rules or meanings.
"""
