"""The release matrix: builds every release, asks it where each path of the rule table works, writes what it says.

It may know the table and how an interpreter is asked; no module of `normfix/` knows it.
"""
