"""From `ast` to meanings: bindings, scopes, guards, what a name means across the files of a project.

It may know the table's paths and read the project's other files. It must not report or write anything.
"""
