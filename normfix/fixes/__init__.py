"""Rewriting: from a site to edits, from edits to a checked text.

It may know sites and what names mean. It must not write a file, nor make a finding of its own.
"""
