"""From a pasted text or a name to an answer: rule, cause, cure, and the pages of rules.

It reads the table and never the user's files.
"""
