"""From `ast` to meanings: bindings, scopes, guards, what a name means across the files of a project.

It reports nothing and writes nothing.
"""
