"""From a pasted text or a name to an answer: rule, cause, cure, and the pages of rules.

It may know the table and the words of reports. It must not read the user's files.
"""
