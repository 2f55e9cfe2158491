"""The rule table: loads and validates `rules/*.toml`, and answers questions about it.

It knows the files in `rules/` and nothing of the code that is checked.
"""
