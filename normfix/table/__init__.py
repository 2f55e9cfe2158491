"""The rule table: loads and validates `rules/*.toml`, and answers questions about it.

It may know the files in `rules/` and a project's own. It must not know the code that is checked.
"""
