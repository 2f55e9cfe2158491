"""What the grades rest on: the old calls recorded on old releases, and their replacements run beside them today.

The cases and the records are data in `fixtures/numbers/`.
"""
