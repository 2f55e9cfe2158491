"""Bytes to text to code and back: encodings, edits, Python, notebooks, and where a file lies.

It knows documents, and neither rules nor meanings.
"""
