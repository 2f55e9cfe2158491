"""The base of every error whose message is meant for the person at the terminal."""


class UserError(Exception):
    """Something that the person can put right; the message is one line and complete."""
